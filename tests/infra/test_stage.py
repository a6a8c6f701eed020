"""What may be set for a deployment, and what is refused."""

from collections.abc import Callable

import pytest

from core.settings import Door
from infra.stage import Stage, StageError


def context(**settings: str) -> Callable[[str], object | None]:
    return {name.replace("_", "-"): value for name, value in settings.items()}.get


def test_without_any_setting_it_is_a_stage_to_try_out() -> None:
    stage = Stage.read(context())

    assert (stage.name, stage.protects_data, stage.has_own_key, stage.traces) == ("dev", False, False, False)
    assert (stage.log_days, stage.threat_protection) == (30, "off")
    assert set(stage.memory.values()) == {512}
    assert (stage.reserved, stage.from_snapshot) == ({}, frozenset())


def test_in_prod_data_is_protected_and_logs_stay_longer() -> None:
    stage = Stage.read(context(stage="prod"))

    assert (stage.protects_data, stage.traces, stage.log_days) == (True, True, 90)


def test_a_number_is_for_all_functions_and_one_with_a_name_for_that_one() -> None:
    stage = Stage.read(context(memory="256", timeout="slack:10,api:25", reserved_concurrency="slack:20"))

    assert set(stage.memory.values()) == {256}
    assert stage.answer_seconds == {Door.SLACK: 10, Door.WEB: 30, Door.API: 25}
    assert stage.reserved == {Door.SLACK: 20}


def test_some_or_all_functions_start_from_a_snapshot() -> None:
    assert Stage.read(context(snapstart="slack,notify_slack")).from_snapshot == {Door.SLACK, Door.NOTIFY_SLACK}
    assert Stage.read(context(snapstart="all")).from_snapshot == set(Door)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage", "production"),
        ("kms", "yes"),
        ("log_days", "31"),
        ("threat_protection", "on"),
        ("memory", "64"),
        ("memory", "lots"),
        ("memory", "slak:512"),
        ("timeout", "31"),
        ("timeout", "work:20"),
        ("reserved_concurrency", "slack:0"),
        ("snapstart", "slak"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(StageError, match=name.replace("_", "-")):
        Stage.read(context(**{name: value}))
