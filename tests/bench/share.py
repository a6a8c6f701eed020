"""The part of a core that Lambda gives a function of some memory size, held by a control group of this machine.

Lambda gives CPU in proportion to memory, a whole core at 1,769 MB.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

WHOLE_CORE_MB: Final = 1769
_PERIOD_US: Final = 20_000
"""Short, so that a call of some milliseconds is slowed down too and not done before the first quota is used up."""
_V1: Final = Path("/sys/fs/cgroup/cpu")
_V2: Final = Path("/sys/fs/cgroup")


def share_of(memory_mb: int) -> float:
    return memory_mb / WHOLE_CORE_MB


@contextmanager
def held_to(share: float, pid: int) -> Iterator[bool]:
    """Hold a process to a share of a core while the block runs; gives whether this machine lets us."""
    group = _group()
    if group is None:
        yield False
        return
    try:
        quota = round(_PERIOD_US * share)
        if (group / "cpu.max").exists():
            (group / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        (group / "cgroup.procs").write_text(str(pid))
        yield True
    finally:
        with suppress(ProcessLookupError):
            (group.parent / "cgroup.procs").write_text(str(pid))
        group.rmdir()


def _group() -> Path | None:
    """A new control group whose CPU can be limited, or None."""
    for parent, limit in ((_V1, "cpu.cfs_quota_us"), (_V2, "cpu.max")):
        group = parent / f"task-bot-bench-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        if (group / limit).exists():
            return group
        group.rmdir()
    return None
