"""The table of costs: from the numbers in the code, and of this stack."""

from pathlib import Path

from infra.cost import ITEMS, table
from tests.support.template import StackTemplate

README = Path(__file__).parents[2] / "README.md"


def at_rest(name: str) -> float:
    [item] = [each for each in ITEMS if each.name == name]
    return item.at_rest


def test_the_readme_has_the_table_as_it_is_reckoned() -> None:
    assert table() in README.read_text()


def test_it_is_this_stack_that_is_paid_for(template: StackTemplate) -> None:
    assert at_rest("CloudWatch: alarms") == len(template.resources("AWS::CloudWatch::Alarm"))
    assert at_rest("Secrets Manager: secrets") == len(template.resources("AWS::SecretsManager::Secret"))


def test_more_people_cost_more_and_nobody_costs_little() -> None:
    nobody, team, company = (sum(item.dollars(people) for item in ITEMS) for people in (0, 10, 1000))

    assert nobody < 5
    assert nobody < team < company < 1000 * team
