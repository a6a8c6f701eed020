"""The table in the README is the one that the tests of this folder hold."""

import re
from pathlib import Path

from tests.faults.matrix import BEGIN, FAULTS, README, in_readme


def test_every_row_is_a_test_and_every_test_a_row() -> None:
    files = set(Path(__file__).parent.glob("test_*.py")) - {Path(__file__)}
    tests = {name for file in files for name in re.findall(r"^def test_(\w+)\(", file.read_text(), re.MULTILINE)}

    assert tests == FAULTS.keys()


def test_the_readme_shows_the_table() -> None:
    readme = README.read_text()

    assert BEGIN in readme
    assert readme == in_readme(readme)


def test_whatever_goes_wrong_people_have_at_least_one_message_and_at_most_one_dm() -> None:
    for each in FAULTS.values():
        assert each.told.messages + each.told.emails >= 1 or each.admins_know, each.what
        assert each.told.messages <= 1, each.what
        assert "sent" in (each.told.slack, each.told.email) or each.admins_know, each.what
