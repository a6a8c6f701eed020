"""The template as `make run` and `cdk deploy` see it, synthesized once a session."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from infra.app import STACK_NAME
from infra.lint import EVERYTHING_ON
from infra.package import build_bundle
from tests.support.template import StackTemplate


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the CDK app writes with no AWS account, no credentials and no Node on its path."""
    return _synthesized(tmp_path_factory.mktemp("cdk"))


@pytest.fixture(scope="session")
def synthesized_full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with every setting away from its default."""
    return _synthesized(tmp_path_factory.mktemp("cdk-full"), EVERYTHING_ON)


@pytest.fixture(scope="session")
def full(synthesized_full: Path) -> StackTemplate:
    return StackTemplate(json.loads((synthesized_full / f"{STACK_NAME}.template.json").read_text()))


def _synthesized(folder: Path, context: Mapping[str, str] = MappingProxyType({})) -> Path:
    bundle = build_bundle(folder / "bundle.zip", platform=None)
    settings = [part for name, value in context.items() for part in ("-c", f"{name}={value}")]
    subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "infra.app", "--output", str(folder / "out"), "--bundle", str(bundle), *settings],
        cwd=Path(__file__).parents[2],
        env={"PATH": "/nowhere", "HOME": str(folder)},
        check=True,
    )
    return folder / "out"


@pytest.fixture(scope="session")
def template(synthesized: Path) -> StackTemplate:
    return StackTemplate(json.loads((synthesized / f"{STACK_NAME}.template.json").read_text()))
