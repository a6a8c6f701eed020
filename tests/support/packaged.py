"""The bundle as Lambda unpacks it, built once for every test that runs it."""

import platform
import zipfile
from pathlib import Path

import pytest

from infra.package import build_bundle


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the locked wheels for this machine; the zip lies beside it."""
    folder = tmp_path_factory.mktemp("packaged")
    bundle = build_bundle(folder / "bundle.zip", platform=f"{platform.machine()}-manylinux_2_28")
    with zipfile.ZipFile(bundle) as content:
        content.extractall(folder / "bundle")
    return folder / "bundle"
