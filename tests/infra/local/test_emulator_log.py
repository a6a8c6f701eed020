"""What the functions logged outlasts a restart: a reference that somebody was shown is looked for later."""

from pathlib import Path

from infra.local.emulator import LOG_BYTES, Emulator


def test_a_restart_goes_on_with_the_log_and_a_long_one_is_kept_beside_it(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path, 0)
    emulator.log.write_text("reference 2ecda4c8\n")

    with emulator.running():
        pass

    assert emulator.log.read_text().startswith("reference 2ecda4c8\n")
    assert "ministack" in emulator.log.read_text().lower()
    with emulator.log.open("ab") as log:
        log.truncate(LOG_BYTES + 1)

    with emulator.running():
        pass

    assert "reference 2ecda4c8" not in emulator.log.read_text()
    assert "reference 2ecda4c8" in (tmp_path / "emulator.log.1").read_text()
