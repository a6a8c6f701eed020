"""`python -m infra.lint`: cdk-nag's AwsSolutions rules and cfn-lint on the plainest and on the fullest template."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from infra.package import build_bundle

EVERYTHING_ON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stage": "prod",
        "kms": "true",
        "memory": "256",
        "timeout": "30",
        "snapstart": "all",
        "reserved-concurrency": "slack:20",
        "threat-protection": "enforced",
        "log-days": "365",
    }
)
# CDK writes every dependency of a function on its role twice.
_CFN_LINT: Final = ("--ignore-checks", "W3005", "--non-zero-exit-code", "informational", "--")


def main() -> int:
    """Check both, each in a process of its own, and show what there is to mend; 1 where there is any."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        bundle = str(build_bundle(folder / "bundle.zip", platform=None))
        running = [_checked(folder / "plain", bundle, {}), _checked(folder / "full", bundle, EVERYTHING_ON)]
        answers = [each.communicate()[0] for each in running]
        for each, answer in zip(running, answers, strict=True):
            if each.returncode:
                sys.stdout.write(answer)
        templates = [str(each) for each in folder.glob("*/*.template.json")]
        linter = [str(Path(sys.executable).with_name("cfn-lint")), *_CFN_LINT, *templates]
        linted = subprocess.run(linter, env={"PATH": os.defpath}, check=False)  # noqa: S603 - our own linter
    return 1 if linted.returncode or any(each.returncode for each in running) else 0


def _checked(output: Path, bundle: str, context: Mapping[str, str]) -> subprocess.Popen[str]:
    settings = [part for name, value in context.items() for part in ("-c", f"{name}={value}")]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "infra.app", "--check", "--output", str(output), "--bundle", bundle, *settings],
        env={"PATH": os.defpath, "HOME": str(Path.home())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
