"""What every function does the same way: starting, missing settings, and log lines."""

import itertools
import logging
import pkgutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import snapshot_restore_py

import handlers
from core.settings import NEEDED, Door, MissingSettingsError, Settings
from handlers._runtime import Handler, started_by_lambda
from tests.support.event_loop import own_event_loop
from tests.support.logs import lines, root_logger_put_back
from tests.support.played_aws import SETTINGS, aws_played, started

each_door = pytest.mark.parametrize("door", Door)
CONTEXT = SimpleNamespace(aws_request_id="request-1")


def test_there_is_one_module_for_every_function() -> None:
    modules = {each.name for each in pkgutil.iter_modules(handlers.__path__)}

    assert {name for name in modules if not name.startswith("_")} - {"web_pages"} == set(Door)


@each_door
def test_a_module_has_no_other_name_than_handler_to_start_with(door: Door) -> None:
    module = import_module(f"handlers.{door}")

    with pytest.raises(AttributeError):
        _ = module.nothing


@each_door
def test_a_function_names_everything_that_its_environment_lacks_at_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MY_AWS_REGION", "eu-north-1")

    with pytest.raises(MissingSettingsError) as failure, root_logger_put_back():
        _ = import_module(f"handlers.{door}").handler

    assert failure.value.names == tuple(sorted(NEEDED[door] - {"MY_AWS_REGION"}))
    assert all(name in str(failure.value) for name in failure.value.names)


@each_door
def test_a_function_starts_with_the_settings_that_are_declared_for_it_and_no_more(door: Door) -> None:
    with own_event_loop(), aws_played() as aws, started(door, aws) as handler:
        assert callable(handler)


def test_a_setting_that_a_function_does_not_declare_cannot_be_read() -> None:
    settings = Settings.from_env(SETTINGS, Door.REMIND)

    with pytest.raises(MissingSettingsError):
        _ = settings.mail_sender


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    with root_logger_put_back():
        yield


def start(handler: Handler) -> Handler:
    return started_by_lambda(Door.REMIND, lambda _settings: handler)("handler")


@pytest.mark.usefixtures("environment")
def test_an_invocation_is_one_line_of_json_with_its_id_and_no_body(capsys: pytest.CaptureFixture[str]) -> None:
    handler = start(lambda _event, _context: {"statusCode": 201, "body": "a secret answer"})

    assert handler({"body": "a secret question"}, CONTEXT)["statusCode"] == 201

    [line] = lines(capsys)
    assert line.items() >= {
        "level": "INFO", "logger": "handlers.remind", "message": "invocation", "request_id": "request-1", "status": 201,
    }.items()  # fmt: skip
    assert isinstance(line["ms"], int)
    assert line["time"].endswith("Z")
    assert "secret" not in str(line)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("answer", [None, "text", {"batchItemFailures": []}])
def test_an_answer_without_a_status_is_passed_on_and_logged_too(
    capsys: pytest.CaptureFixture[str], answer: Any
) -> None:
    assert start(lambda _event, _context: answer)({}, CONTEXT) == answer

    [line] = lines(capsys)
    assert (line["message"], line["status"]) == ("invocation", None)


@pytest.mark.usefixtures("environment")
def test_a_failure_is_one_line_with_its_traceback_and_lambda_hears_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_event: Any, _context: Any) -> None:
        raise RuntimeError("a mistake of ours")

    with pytest.raises(RuntimeError):
        start(fail)({"body": "a secret question"}, CONTEXT)

    [line] = lines(capsys)
    assert line.items() >= {"level": "ERROR", "message": "invocation failed", "request_id": "request-1"}.items()
    assert "RuntimeError: a mistake of ours" in line["exception"]
    assert "secret" not in str(line)


@pytest.mark.usefixtures("environment")
def test_what_anybody_logs_is_a_line_of_json_with_whatever_is_said_besides(capsys: pytest.CaptureFixture[str]) -> None:
    def talk(_event: Any, _context: Any) -> None:
        log = logging.getLogger("somebody.else")
        log.warning("two\nlines about %s", "é", extra={"task_id": "T-1", "when": {1, 2}})
        log.debug("not heard")

    start(talk)({}, CONTEXT)

    said, _ = lines(capsys)
    assert said.items() >= {"level": "WARNING", "message": "two\nlines about é", "task_id": "T-1"}.items()
    assert said["when"] == "{1, 2}"


@pytest.mark.usefixtures("environment")
def test_every_line_carries_its_invocations_id_on_other_threads_too(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("somebody.else")

    def talk(_event: Any, _context: Any) -> None:
        log.info("here")
        with ThreadPoolExecutor() as threads:
            threads.submit(log.info, "there").result()

    handler = start(talk)
    for name in ("request-1", "request-2"):
        handler({}, SimpleNamespace(aws_request_id=name))

    assert [line["request_id"] for line in lines(capsys)] == ["request-1"] * 3 + ["request-2"] * 3


@pytest.mark.usefixtures("environment")
def test_a_line_with_its_callers_id_has_the_invocations_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    start(lambda _event, _context: logging.getLogger("api").info("request", extra={"request_id": "theirs"}))(
        {}, CONTEXT
    )

    said, _ = lines(capsys)
    assert (said["request_id"], said["invocation_id"]) == ("theirs", "request-1")


@pytest.mark.usefixtures("environment")
def test_an_answer_that_somebody_waited_for_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    start(lambda _event, _context: {"statusCode": 403})({}, CONTEXT)

    [line] = lines(capsys)
    assert (line["door"], line["Answers"], line["Refusals"], line["AnswerTime"]) == ("remind", 1, 1, line["ms"])


@pytest.fixture
def restore_hooks() -> Iterator[list[Any]]:
    """What Lambda calls after it has restored a snapshot; emptied afterwards."""
    yield snapshot_restore_py.get_after_restore()
    snapshot_restore_py._after_restore_registry.clear()


@pytest.mark.usefixtures("environment")
def test_after_a_restore_a_function_has_new_connections_and_secrets(
    monkeypatch: pytest.MonkeyPatch, restore_hooks: list[Any]
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    built = itertools.count(1)

    def build(_settings: Settings) -> Handler:
        connections = next(built)
        return lambda _event, _context: connections

    handler = started_by_lambda(Door.REMIND, build)("handler")
    before = handler({}, CONTEXT)
    for hook, arguments, named in restore_hooks or snapshot_restore_py.get_after_restore():
        hook(*arguments, **named)

    assert (before, handler({}, CONTEXT)) == (1, 2)


@pytest.mark.usefixtures("environment")
def test_without_a_snapshot_nothing_waits_for_a_restore(restore_hooks: list[Any]) -> None:
    start(lambda _event, _context: None)

    assert not restore_hooks
    assert not snapshot_restore_py.get_after_restore()


@pytest.mark.usefixtures("environment")
def test_the_plain_lines_of_lambdas_own_log_handler_are_not_written_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))

    start(lambda _event, _context: None)({}, CONTEXT)

    assert len(lines(capsys)) == 1


@pytest.mark.usefixtures("environment")
def test_a_function_is_built_when_its_handler_is_asked_for_and_not_again_for_each_call() -> None:
    built: list[Settings] = []

    def build(settings: Settings) -> Handler:
        built.append(settings)
        return lambda _event, _context: None

    module_getattr = started_by_lambda(Door.REMIND, build)
    assert built == []

    handler = module_getattr("handler")
    for _ in range(3):
        handler({}, CONTEXT)

    [settings] = built
    assert settings.values == {name: SETTINGS[name] for name in NEEDED[Door.REMIND]}
