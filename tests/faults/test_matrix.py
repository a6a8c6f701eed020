"""The table in the README is the one that the tests of this folder hold."""

import re
from pathlib import Path

from tests.faults.matrix import BEGIN, END, FAULTS, README, rendered


def test_every_row_is_a_test_and_every_test_a_row() -> None:
    files = set(Path(__file__).parent.glob("test_*.py")) - {Path(__file__)}
    tests = {name for file in files for name in re.findall(r"^def test_(\w+)\(", file.read_text(), re.MULTILINE)}

    assert tests == FAULTS.keys()


def test_the_readme_shows_the_table() -> None:
    shown = README.read_text().partition(BEGIN)[2].partition(END)[0]

    assert shown.strip() == rendered(FAULTS.values())


def test_whatever_goes_wrong_people_have_at_least_one_message_and_at_most_one_dm() -> None:
    for each in FAULTS.values():
        assert each.told.messages + each.told.emails >= 1, each.what
        assert each.told.messages <= 1, each.what
        assert "sent" in (each.told.slack, each.told.email), each.what
