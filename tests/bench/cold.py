"""Cold starts: init at full speed as Lambda gives it, then the first commands at the share of each memory size."""

from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.functions import (
    BARE,
    EMPTY,
    PRODUCT,
    Invocation,
    LaidOut,
    Measured,
    command,
    environment,
    outside,
    started,
    stocked,
)  # fmt: skip
from tests.bench.measures import Row, Spread, ms, ratio
from tests.bench.played import Outside
from tests.bench.share import WHOLE_CORE_MB, held_to, share_of

SIZES_MB: Final = (256, 512, 1024, WHOLE_CORE_MB)
LIST, FORM = "", "new"
_WARM: Final = 12
_WARMED_UP: Final = 4
"""So many commands go by before one is called warm."""


def cold(laid: LaidOut, folder: Path, rounds: int) -> list[Row]:
    with outside(folder, stocked()) as played, outside(folder / "stale", stocked(roles_good=False)) as stale:
        rows = _starts(laid, played, rounds)
        rows += _at_shares(laid, played, rounds, "")
        rows += _at_shares(laid, stale, rounds, ", roles asked of Cognito first", sizes=SIZES_MB[:1])
        return rows


def _starts(laid: LaidOut, played: Outside, rounds: int) -> list[Row]:
    told = environment(played)
    inits: dict[str, list[float]] = defaultdict(list)
    memory: list[float] = []
    firsts: dict[str, list[float]] = defaultdict(list)
    warms: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name in (EMPTY, BARE):
            with started(name, laid, told) as function:
                inits[name].append(function.init_cpu)
        for text in (LIST, FORM):
            with started(PRODUCT, laid, told) as function:
                if text == LIST:
                    inits[PRODUCT].append(function.init_cpu)
                done = [function.invoke(command(text)).cpu for _ in range(_WARM)]
                firsts[text].append(done[0])
                warms[text].append(median(done[_WARMED_UP:]))
                memory.append(function.memory_mb())
    ours = inits[PRODUCT]
    init = ratio(ours, inits[BARE])
    own = ratio(
        [mine - empty for mine, empty in zip(ours, inits[EMPTY], strict=True)],
        [bare - empty for bare, empty in zip(inits[BARE], inits[EMPTY], strict=True)],
    )
    rows = [
        Row("init of the Slack function, CPU", ms(ours, 0), f"bare Bolt + one client: {ms(inits[BARE], 0)}"),
        Row("÷ bare Bolt + one client", init.written(digits=2), "1.00", "≤ 1.6", init.middle <= 1.6),
        Row("the same without the runtime's own start", own.written(digits=2), f"runtime: {ms(inits[EMPTY], 0)}"),
    ]
    for text in (LIST, FORM):
        share = ratio(firsts[text], warms[text])
        named = "first `/task new`, which opens a form" if text == FORM else "first `/task`"
        rows.append(Row(f"{named}, CPU", ms(firsts[text]), f"warm: {ms(warms[text])}", "≤ 60 ms",
                        median(firsts[text]) <= 0.060))  # fmt: skip
        rows.append(Row("÷ a warm one", share.written(digits=2), "1.00", "≤ 1.5", share.middle <= 1.5))
    most = Spread(tuple(memory))
    return [
        *rows,
        Row("memory of the Slack function", most.written(" MB", digits=0), "", "≤ 100 MB", most.middle <= 100),
    ]


def _at_shares(laid: LaidOut, played: Outside, rounds: int, how: str, sizes: tuple[int, ...] = SIZES_MB) -> list[Row]:
    told, walls = environment(played), defaultdict[tuple[int, str], list[float]](list)
    scaled = ""
    for _ in range(rounds):
        for size in sizes:
            for text in (LIST, FORM):
                with started(PRODUCT, laid, told) as function:
                    wall, is_held = _first_at(share_of(size), function, text)
                walls[size, text].append(wall)
                scaled = "" if is_held else " (scaled from CPU time)"
    rows = []
    for (size, text), found in sorted(walls.items(), key=lambda each: (each[0][1], each[0][0])):
        kind = "first `/task new` with `views.open`" if text == FORM else "first `/task`"
        is_judged = text == FORM and size == SIZES_MB[0]
        rows.append(Row(f"{kind} at {size:,} MB{how}", ms(found, 0) + scaled, "", "≤ 500 ms" if is_judged else "",
                        median(found) <= 0.5 if is_judged else None))  # fmt: skip
    return rows


def _first_at(share: float, function: Measured, text: str) -> tuple[float, bool]:
    with held_to(share, function.pid) as is_held:
        done: Invocation = function.invoke(command(text))
    return (done.wall if is_held else done.wall + done.cpu * (1 / share - 1)), is_held
