"""The stack's template: made by the CDK app in a process of its own, and kept until one of its sources changes."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.app import STACK_NAME
from infra.local.errors import LocalError

_PRODUCT_SOURCES = ("core/ids.py", "core/settings.py", "core/storage/schema.py", "requirements-dev.txt")
"""What the CDK side reads besides itself, and what brings the CDK."""


class Synthesis:
    """Makes the template of `checkout`, which takes seconds, and keeps the newest one."""

    def __init__(self, checkout: Path) -> None:
        self._checkout = checkout
        self._kept = checkout / ".local" / "cdk"

    def kept(self) -> Path | None:
        """Find the template made from these very sources, if it was made before."""
        template = self._template()
        return template if template.exists() else None

    def make(self, bundle: Path) -> Path:
        """Make the template and keep it instead of an older one.

        Its asset is `bundle` as it is now; deploying puts the code of the day in its place.

        Raises:
            LocalError: the CDK app failed.
        """
        self._kept.mkdir(parents=True, exist_ok=True)
        # Tests and `make run` may come here at the same time.
        with (self._kept / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self.kept() or self._make(bundle)

    def _make(self, bundle: Path) -> Path:
        template = self._template()
        for older in self._kept.glob("*/"):
            shutil.rmtree(older)
        unfinished = self._kept / "unfinished"
        unfinished.mkdir()
        log = self._kept / "synth.log"
        with log.open("wb") as output:
            finished = subprocess.run(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "infra.app", "--output", str(unfinished), "--bundle", str(bundle)],
                cwd=self._checkout,
                env={"PATH": os.defpath, "HOME": str(Path.home())},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if finished.returncode != 0:
            words = log.read_text(errors="replace").strip().splitlines()
            raise LocalError(f"The CDK app in infra/ failed ({words[-1] if words else 'it said nothing'}); see {log}.")
        unfinished.rename(template.parent)
        return template

    def _template(self) -> Path:
        return self._kept / self._fingerprint() / f"{STACK_NAME}.template.json"

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self._sources()):
            digest.update(f"{path.relative_to(self._checkout)}\0".encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def _sources(self) -> Iterator[Path]:
        infra = self._checkout / "infra"
        yield from (path for path in infra.rglob("*.py") if path.relative_to(infra).parts[0] != "local")
        yield from (self._checkout / name for name in _PRODUCT_SOURCES)
