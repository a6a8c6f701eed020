from collections.abc import Callable, Iterator

import pytest

from infra.local.local_stack import LocalStack
from tests.faults.matrix import FAULTS, Fault, rendered
from tests.support.faulty import Faulty, Told, behind_a_proxy
from tests.support.figures import Figures
from tests.support.workspace import visiting


@pytest.fixture(scope="package")
def proxied(stack: LocalStack) -> Iterator[Faulty]:
    with visiting(stack) as workspace, behind_a_proxy(stack, workspace) as faulty:
        yield faulty


@pytest.fixture
def faulty(proxied: Faulty) -> Iterator[Faulty]:
    """The running system, before anything goes wrong, and nothing of the row left behind."""
    proxied.begin()
    yield proxied
    proxied.proxy.clear()
    proxied.slack("faults/clear")


Holds = Callable[[Told], None]


@pytest.fixture
def holds(request: pytest.FixtureRequest, figures: Figures) -> Holds:
    """Hold what somebody has against the row that is called as the test is."""
    name = request.node.name.removeprefix("test_")

    def hold(told: Told) -> None:
        figures.say(rendered([Fault(FAULTS[name].what, told)]).splitlines()[-1])
        assert told == FAULTS[name].told

    return hold
