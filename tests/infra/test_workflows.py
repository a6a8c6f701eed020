"""What GitHub runs: the commands of the README, and no key of anybody's."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.constructs.parameters import PARAMETERS

FOLDER = Path(__file__).parents[2] / ".github" / "workflows"


@pytest.fixture(params=["check", "deploy"])
def text(request: pytest.FixtureRequest) -> str:
    return (FOLDER / f"{request.param}.yml").read_text()


def steps(name: str) -> list[dict[str, Any]]:
    workflow = yaml.safe_load((FOLDER / f"{name}.yml").read_text())
    [job] = workflow["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def test_no_workflow_knows_a_secret(text: str) -> None:
    assert "secrets." not in text
    assert "aws-access-key-id" not in text


def test_what_others_wrote_is_named_by_its_commit(text: str) -> None:
    """A tag can be moved to other code, which would then run with this repository's token."""
    named = re.findall(r"uses: (.*)", text) + re.findall(r"npx .*?(\S+@\S+)", text)

    assert named
    for each in named:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|aws-cdk@\d+\.\d+\.\d+", each)


def test_a_deployment_takes_a_role_by_githubs_own_token() -> None:
    workflow = yaml.safe_load((FOLDER / "deploy.yml").read_text())
    [job] = workflow["jobs"].values()
    [role] = [each["with"] for each in steps("deploy") if "configure-aws-credentials" in each.get("uses", "")]

    assert workflow["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert "role-to-assume" in role


def test_checking_needs_no_rights_but_to_read() -> None:
    assert yaml.safe_load((FOLDER / "check.yml").read_text())["permissions"] == {"contents": "read"}
    assert steps("check")[-1]["run"] == ".ci/run"


def test_what_is_deployed_was_checked_and_is_told_all_that_has_no_default() -> None:
    commands = [each["run"] for each in steps("deploy") if "run" in each]

    assert commands[0] == "make check"
    assert all(f"{each.name}=" in commands[-1] for each in PARAMETERS if each.default is None)


def test_the_readme_names_the_command_line_that_the_workflow_uses() -> None:
    """CDK's command line must not be older than its library, and its newest version on npm may be."""
    [used] = re.findall(r"aws-cdk@\S+", (FOLDER / "deploy.yml").read_text())

    assert f"npm install -g {used}\n" in (FOLDER.parents[1] / "README.md").read_text()


def test_no_command_is_pieced_together_from_what_somebody_typed(text: str) -> None:
    """GitHub puts expressions into a command before the shell reads it."""
    workflow = yaml.safe_load(text)
    commands = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]

    assert not [each for each in commands if "${{" in each]
