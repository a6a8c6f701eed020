"""What a measure is: a figure of ours, its yardstick from the same run, and the bar that it must reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Spread:
    """Many figures as their median, and the middle half of them."""

    values: tuple[float, ...]

    @property
    def middle(self) -> float:
        return median(self.values)

    def written(self, unit: str = "", scale: float = 1, digits: int = 1) -> str:
        low, high = (quantiles(self.values, n=4)[::2]) if len(self.values) > 1 else (self.middle, self.middle)
        told = [f"{value * scale:,.{digits}f}" for value in (self.middle, low, high)]
        return f"{told[0]}{unit} ({told[1]} to {told[2]})"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `reached` is None where there is no bar."""

    what: str
    ours: str
    yardstick: str = ""
    bar: str = ""
    reached: bool | None = None


def ms(values: Sequence[float], digits: int = 1) -> str:
    """Seconds as milliseconds."""
    return Spread(tuple(values)).written(" ms", 1000, digits)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Pair by pair."""
    return Spread(tuple(mine / other for mine, other in zip(ours, theirs, strict=True)))
