"""The bundle that runs on Lambda: code, what it depends on and byte code, in a zip that is always the same.

`python -m infra.package` builds it and says how large it is.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parent.parent
PRODUCT: Final = ("core", "bot", "handlers")
LICENCE: Final = "LICENSE"
"""Ours; each dependency's lies in its own `.dist-info`."""
LOCK: Final = PROJECT / "requirements-lambda.txt"
RUNTIME: Final = (3, 13)
"""The Python that runs on Lambda."""

# Amazon Linux 2023, which that runtime stands on, has glibc 2.34.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
LAMBDA: Final = "aarch64-manylinux_2_28"
"""The platform of Lambda, in uv's words."""
SERVICES: Final = ("cognito-idp", "dynamodb", "events", "s3", "secretsmanager", "sesv2", "sqs")
"""What the product asks of AWS: botocore describes four hundred services more, in two thirds of the whole bundle."""
# The earliest time that a zip can hold: the same input gives the same bytes.
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class PackagingError(Exception):
    """The bundle could not be built; says what to do about it."""


def build_bundle(target: Path, *, platform: str | None, source: Path = PROJECT) -> Path:
    """Write the bundle to the zip `target`, with the locked dependencies for `platform`, or without any for None.

    The product's packages lie in `source`.

    Raises:
        PackagingError: a dependency could not be installed, or code not compiled.
    """
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "bundle"
        if platform is not None:
            _install_dependencies(root, platform)
        root.mkdir(exist_ok=True)
        shutil.copy(PROJECT / LICENCE, root / LICENCE)
        for package in PRODUCT:
            shutil.copytree(source / package, root / package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        if sys.version_info[:2] == RUNTIME:
            _compile(root)
        elif platform == LAMBDA:
            # Without byte code every cold start would compile the lot.
            raise PackagingError(f"A bundle for Lambda is built with Python {'.'.join(map(str, RUNTIME))}")
        _zip(root, target)
    return target


def sizes(bundle: Path) -> str:
    """Say how large a bundle is: as it is sent, unpacked, and its largest parts.

    Lambda takes 50 MB and 250 MB. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    parts: Counter[str] = Counter()
    with zipfile.ZipFile(bundle) as content:
        for entry in content.infolist():
            parts[entry.filename.split("/")[0]] += entry.file_size
    largest = ", ".join(f"{name} {_megabytes(size)}" for name, size in parts.most_common(5))
    return f"{bundle}: {_megabytes(bundle.stat().st_size)}, unpacked {_megabytes(parts.total())} ({largest})"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def install_command(root: Path, platform: str) -> list[str]:
    """The command that puts the locked wheels for `platform`, and nothing else, under `root`."""
    return [
        sys.executable, "-m", "uv", "pip", "install",
        "--target", str(root),
        "--python-platform", platform,
        "--python-version", ".".join(map(str, RUNTIME)),
        "--only-binary", ":all:",
        "--require-hashes",
        "--no-deps",
        "--requirements", str(LOCK),
    ]  # fmt: skip


def _install_dependencies(root: Path, platform: str) -> None:
    if not LOCK.exists():
        raise PackagingError(f"{LOCK.name} is missing: `make lock` writes it")
    _run(install_command(root, platform), "the dependencies could not be installed")
    shutil.rmtree(root / "bin", ignore_errors=True)
    for described in (root / "botocore" / "data").iterdir():
        if described.is_dir() and described.name not in SERVICES:
            shutil.rmtree(described)
    for model in (root / "botocore" / "data").glob("*/*/service-2.json.gz"):
        leave_out_documentation(model)


def leave_out_documentation(model: Path) -> None:
    """Botocore reads a service's whole description for each client: three quarters of it are prose."""
    described = json.loads(gzip.decompress(model.read_bytes()))
    model.write_bytes(gzip.compress(json.dumps(_without_documentation(described)).encode(), mtime=0))


def _without_documentation(described: Any) -> Any:
    if isinstance(described, dict):
        # A shape may have a member of that name.
        kept = {name: value for name, value in described.items() if name != "documentation" or isinstance(value, dict)}
        return {name: _without_documentation(value) for name, value in kept.items()}
    if isinstance(described, list):
        return [_without_documentation(value) for value in described]
    return described


def _compile(root: Path) -> None:
    """Compile so that Lambda neither compiles nor looks at file times, which a zip changes.

    A process of its own, with a fixed hash seed, writes sets in the same order each time.
    """
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(root), "."]
    _run(command, "the code could not be compiled", cwd=root, env={**os.environ, "PYTHONHASHSEED": "0"})


def _run(command: list[str], complaint: str, *, cwd: Path = PROJECT, env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise PackagingError(f"{complaint}:\n{done.stdout}{done.stderr}".rstrip())


def _zip(root: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    files = sorted(path for path in root.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _ZIP_EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    built = build_bundle(Path("build/bundle.zip"), platform=LAMBDA)
    sys.stdout.write(f"{sizes(built)}\n")
