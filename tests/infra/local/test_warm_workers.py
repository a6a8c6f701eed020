"""Calls that come at once: real workers of the emulator, of a function that takes a while to start."""

import io
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.emulator_process import BESIDE, WarmFirst

START_SECONDS = 0.3
CODE = f"""
import os, time
time.sleep({START_SECONDS})
def handle(event, context):
    time.sleep(event)
    return os.getpid()
"""


@pytest.fixture
def function() -> Iterator[dict[str, Any]]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("doing.py", CODE)
    arn = "arn:aws:lambda:us-east-1:000000000000:function:doing"
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    facts = {"FunctionName": "doing", "FunctionArn": arn, "Runtime": runtime, "Handler": "doing.handle", "Timeout": 9}
    yield {"config": facts, "code_zip": packed.getvalue()}
    ended = [each._proc for workers in lambda_runtime._workers.values() for each in workers]
    lambda_runtime.reset()
    for process in ended:  # ministack leaves its ends of the pipes open.
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


def called_at_once(function: dict[str, Any], times: int, *, seconds: float) -> set[int]:
    """Which processes took the calls."""
    call = WarmFirst(lambda_runtime, lambda_svc._execute_function_warm)
    took: list[dict[str, Any]] = [call(function, 0, "first")]
    calls = [threading.Thread(target=lambda: took.append(call(function, seconds, "r"))) for _ in range(times)]
    for each in calls:
        each.start()
    for each in calls:
        each.join(30)
    for each in threading.enumerate():
        if each.name == BESIDE:
            each.join(30)
    assert len(took) == times + 1, "a call waits for ever"
    assert not [each for each in took if each.get("error")]
    return {each["body"] for each in took}


def test_calls_wait_for_the_worker_that_is_warm_instead_of_starting_one_each(function: dict[str, Any]) -> None:
    assert len(called_at_once(function, 8, seconds=0.01)) <= 2


def test_long_calls_get_more_workers_so_that_nobody_waits_for_all_before_them(function: dict[str, Any]) -> None:
    begun = time.monotonic()

    assert len(called_at_once(function, 4, seconds=1.5)) >= 3

    assert time.monotonic() - begun < 4 * 1.5
