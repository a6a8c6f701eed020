"""`python -m tests.faults` plays every fault on the running system and writes the table into the README."""

from pathlib import Path

import pytest

from tests.faults.matrix import README, in_readme


def main() -> int:
    README.write_text(in_readme(README.read_text()))
    return int(pytest.main([str(Path(__file__).parent)]))


if __name__ == "__main__":
    raise SystemExit(main())
