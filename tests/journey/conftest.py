from collections.abc import Iterator

import pytest

from core.storage.dynamodb.table import Table
from infra.local.local_stack import LocalStack
from tests.support.bus import BusListener, listening
from tests.support.workspace import DemoWorkspace, visiting


@pytest.fixture
def workspace(stack: LocalStack) -> Iterator[DemoWorkspace]:
    with visiting(stack) as visited:
        yield visited


@pytest.fixture
def bus(stack: LocalStack) -> Iterator[BusListener]:
    with listening(stack) as listener:
        yield listener


@pytest.fixture
def table(stack: LocalStack) -> Table:
    return Table(stack.aws.client("dynamodb"), stack.info["table"])
