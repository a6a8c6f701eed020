"""The table of costs: from the numbers in the code, and of this stack."""

import json
from pathlib import Path

import pytest

from infra.cost import ITEMS, Item, table
from tests.support.metric_lines import metric_lines
from tests.support.template import StackTemplate, written

README = Path(__file__).parents[2] / "README.md"


def named(name: str) -> Item:
    [item] = [each for each in ITEMS if each.name.startswith(name)]
    return item


def test_the_readme_has_the_table_as_it_is_reckoned() -> None:
    assert table() in README.read_text()


def test_it_is_this_stack_that_is_paid_for(template: StackTemplate) -> None:
    assert named("CloudWatch: alarms").at_rest == len(template.resources("AWS::CloudWatch::Alarm"))
    assert named("Secrets Manager: secrets").at_rest == len(template.resources("AWS::SecretsManager::Secret"))


def test_the_dashboard_is_paid_for_because_it_shows_more_than_what_is_free(template: StackTemplate) -> None:
    widgets = json.loads(written(template.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))["widgets"]
    shown = [metric for each in widgets for metric in each["properties"].get("metrics", [])]

    assert named("CloudWatch: dashboards").at_rest == int(len(shown) > 50)


def test_each_metric_that_a_log_line_can_carry_is_paid_for() -> None:
    carried = {
        (metric["Name"], *(line[name] for name in directive["Dimensions"][0]))
        for line in metric_lines()
        for directive in line["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
    }

    assert named("CloudWatch: metrics").in_use == len(carried)


@pytest.mark.parametrize("item", ITEMS, ids=[each.name for each in ITEMS])
def test_each_price_stands_in_a_list_that_the_table_names(item: Item) -> None:
    [line] = [each for each in table().splitlines() if each.startswith(f"| {item.name} |")]

    assert item.listed.address.startswith("https://")
    assert f"${item.price:.2f} " in line or f"${item.price:g} " in line
    assert f"[{item.listed.day}]({item.listed.address})" in line


def test_people_beyond_what_is_free_are_paid_for() -> None:
    people = named("Cognito")

    assert people.dollars(10_000) == 0
    assert people.dollars(10_100) == pytest.approx(100 * 0.015)


def test_more_people_cost_more_and_nobody_costs_little() -> None:
    nobody, team, company = (sum(item.dollars(people) for item in ITEMS) for people in (0, 10, 1000))

    assert nobody < 10
    assert nobody < team < company < 1000 * team
