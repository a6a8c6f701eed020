"""`python -m tests.faults` plays every fault on the running system and writes the table into the README."""

from pathlib import Path

import pytest

from tests.faults.matrix import BEGIN, END, FAULTS, README, rendered


def main() -> int:
    before, _, rest = README.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{rendered(FAULTS.values())}\n{END}{after}")
    return int(pytest.main([str(Path(__file__).parent)]))


if __name__ == "__main__":
    raise SystemExit(main())
