"""The lock files: every file pinned by hash, nothing that ties them to one machine or one package index."""

import re
import tomllib

import pytest

from infra.local.local_stack import CHECKOUT

LOCKS = ("requirements-dev.txt", "requirements-lambda.txt")
LOCKED = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==\S+(?: ; .+)? \\$((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)", re.M
)


def locked(lock: str) -> set[str]:
    return {plain(name) for name, _ in LOCKED.findall((CHECKOUT / lock).read_text())}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required(requirements: list[str]) -> set[str]:
    return {plain(re.split(r"[^A-Za-z0-9._-]", each, maxsplit=1)[0]) for each in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_its_hashes(lock: str) -> None:
    lines = (CHECKOUT / lock).read_text().splitlines()
    requirements = {plain(re.split("[=[]", each)[0]) for each in lines if re.match("[A-Za-z0-9]", each)}
    assert requirements
    assert requirements == locked(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_folder(lock: str) -> None:
    assert (
        re.findall(
            r".*(?:://|--index|--extra|--find-links|@ |/(?:home|opt|root|usr)/).*", (CHECKOUT / lock).read_text()
        )
        == []
    )


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    product = required(project["project"]["dependencies"])
    assert product <= locked("requirements-lambda.txt")
    assert product | required(project["dependency-groups"]["dev"]) <= locked("requirements-dev.txt")


def test_nothing_of_development_goes_to_lambda() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    development = required(project["dependency-groups"]["dev"]) - {"starlette"}  # fastapi stands on it
    assert development & locked("requirements-lambda.txt") == set()
