"""Code that is saved while the system runs: it runs at once, and what cannot run changes nothing."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from infra.local.deploy import replace_code
from infra.local.local_stack import CHECKOUT, LocalStack, wake
from infra.local.reload import Reloader, reloading
from infra.local.running_code import RunningCode
from infra.package import PRODUCT, build_bundle
from tests.support.figures import Figures
from tests.support.patience import eventually

pytestmark = pytest.mark.stack

HELP = Path("bot/messages/help.py")


@dataclass(frozen=True, slots=True)
class Followed:
    """A checkout whose saved code runs on the stack."""

    stack: LocalStack
    checkout: Path
    code: RunningCode

    def write(self, path: Path, text: str) -> None:
        (self.checkout / path).write_text(text, encoding="utf-8")

    def read(self, path: Path) -> str:
        return (self.checkout / path).read_text(encoding="utf-8")

    def help_shown(self) -> str:
        """What a person is answered to `/task help`."""
        command = {"user": "U0ADA", "text": "help"}
        return httpx.post(f"{self.stack.url}/_local/slack/command", json=command, trust_env=False, timeout=30).text

    def problem(self) -> str:
        return str(eventually(lambda: self.code.facts()["problem"]))


@pytest.fixture(scope="module")
def followed(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    checkout = tmp_path_factory.mktemp("checkout")
    for package in PRODUCT:
        shutil.copytree(CHECKOUT / package, checkout / package)
    bundle = build_bundle(checkout / "bundle.zip", platform=None, source=checkout)
    code = stack.code
    reloader = Reloader(
        stack.aws, stack.outputs, code, lambda: wake(stack.url), source=checkout, bundle=checkout / "bundle.zip"
    )
    before = bundle.read_bytes()
    with reloading(reloader, checkout):
        yield Followed(stack, checkout, code)
    replace_code(stack.aws, stack.outputs, before)


@pytest.fixture(autouse=True)
def as_it_was(followed: Followed) -> Iterator[None]:
    """Every test begins and ends with this checkout's own code."""
    before, path = followed.read(HELP), followed.checkout / HELP
    yield
    if followed.read(HELP) != before:
        version = followed.code.facts()["version"]
        path.write_text(before, encoding="utf-8")
        eventually(lambda: followed.code.facts()["version"] != version)


def test_saved_code_runs_at_once(followed: Followed, figures: Figures) -> None:
    assert "show your open tasks" in followed.help_shown()
    began = time.monotonic()
    followed.write(HELP, followed.read(HELP).replace("show your open tasks", "show what waits for you"))
    eventually(lambda: followed.code.facts()["files"] == str(HELP))
    figures.say(f"saved code → running: {time.monotonic() - began:.2f} s")
    assert "show what waits for you" in followed.help_shown()


def test_code_with_a_syntax_error_is_named_and_the_one_before_goes_on(followed: Followed) -> None:
    followed.write(HELP, followed.read(HELP) + "\ndef broken(:\n")
    line = len(followed.read(HELP).splitlines())
    assert followed.problem().startswith(f"{HELP}, line {line}: ")
    assert "show your open tasks" in followed.help_shown()


def test_code_that_does_not_start_is_told_and_the_one_before_goes_on(followed: Followed) -> None:
    followed.write(HELP, "import no_such_module\n" + followed.read(HELP))
    assert "no_such_module" in followed.problem()
    assert "show your open tasks" in followed.help_shown()


def test_mended_code_runs_and_nothing_is_wrong_any_more(followed: Followed) -> None:
    good = followed.read(HELP)
    followed.write(HELP, "def broken(:\n")
    followed.problem()
    followed.write(HELP, good.replace("show your open tasks", "show what is yours"))
    eventually(lambda: followed.code.facts()["problem"] is None)
    assert "show what is yours" in followed.help_shown()
