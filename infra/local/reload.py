"""Saved code reaches the running functions at once; code that cannot run leaves the one before in its place."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import watchfiles
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.aws import LocalAws
from infra.local.deploy import Outputs, replace_code
from infra.local.errors import LocalError
from infra.local.running_code import RunningCode
from infra.package import PRODUCT, PackagingError, build_bundle

GATHERING_MS: Final = 50
"""Editors and git write several files at a time."""
NAMED_FILES: Final = 2


class Reloader:
    """Puts the code of a checkout into the functions, bundle by bundle.

    `wake` starts a function and raises LocalError where it does not start.
    """

    def __init__(
        self,
        aws: LocalAws,
        outputs: Outputs,
        code: RunningCode,
        wake: Callable[[], None],
        *,
        source: Path,
        bundle: Path,
    ) -> None:
        self._aws = aws
        self._outputs = outputs
        self._code = code
        self._wake = wake
        self._source = source
        self._bundle = bundle
        self._running = bundle.read_bytes()
        self._unchecked: set[Path] = set()

    def take(self, changed: Iterable[Path]) -> None:
        """Have the code as it lies there run, or say why it does not."""
        changed = sorted(changed)
        self._unchecked.update(each for each in changed if each.suffix == ".py")
        if problem := self._syntax_error():
            self._code.is_refused(problem)
            return
        try:
            self._put(build_bundle(self._bundle, platform=None, source=self._source).read_bytes())
        except (PackagingError, LocalError, ClientError, BotoCoreError, OSError) as failure:
            self._code.is_refused(str(failure))
        else:
            self._code.runs(_named([each.relative_to(self._source) for each in changed]))

    def _put(self, code: bytes) -> None:
        replace_code(self._aws, self._outputs, code)
        try:
            self._wake()
        except LocalError:
            replace_code(self._aws, self._outputs, self._running)
            raise
        self._running = code

    def _syntax_error(self) -> str | None:
        for path in sorted(self._unchecked):
            try:
                compile(path.read_bytes(), path.name, "exec")
            except FileNotFoundError:
                pass
            except SyntaxError as error:
                return f"{path.relative_to(self._source)}, line {error.lineno}: {error.msg}"
            self._unchecked.remove(path)
        return None


@contextmanager
def reloading(reloader: Reloader, source: Path) -> Iterator[None]:
    """Follow what is saved in the product's packages under `source` until the block ends."""
    stop = threading.Event()
    changes = watchfiles.watch(
        *(source / each for each in PRODUCT), stop_event=stop, step=GATHERING_MS, rust_timeout=500
    )

    def follow() -> None:
        for change in changes:
            reloader.take({Path(path) for _, path in change})

    thread = threading.Thread(target=follow, name="reload", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _named(files: list[Path]) -> str:
    named = ", ".join(map(str, files[:NAMED_FILES]))
    more = len(files) - NAMED_FILES
    return f"{named} and {more} more" if more > 0 else named
