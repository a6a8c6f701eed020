"""The template as `make run` and `cdk deploy` see it, synthesized once a session."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.app import STACK_NAME
from infra.package import build_bundle
from tests.support.template import StackTemplate


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the CDK app writes with no AWS account, no credentials and no Node on its path."""
    folder = tmp_path_factory.mktemp("cdk")
    bundle = build_bundle(folder / "bundle.zip", platform=None)
    subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "infra.app", "--output", str(folder / "out"), "--bundle", str(bundle)],
        cwd=Path(__file__).parents[2],
        env={"PATH": "/nowhere", "HOME": str(folder)},
        check=True,
    )
    return folder / "out"


@pytest.fixture(scope="session")
def template(synthesized: Path) -> StackTemplate:
    return StackTemplate(json.loads((synthesized / f"{STACK_NAME}.template.json").read_text()))
