"""What the pipeline's report takes a request to cost."""

import pytest

from tests.bench.pipeline import price_of_one


def test_prices_are_for_one_of_what_lists_name_by_the_thousand_or_million() -> None:
    assert price_of_one("SES") == pytest.approx(0.10 / 1_000)
    assert price_of_one("EventBridge") == pytest.approx(1.00 / 1_000_000)
