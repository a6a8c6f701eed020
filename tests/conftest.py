"""What every test may ask for by name."""

pytest_plugins = ["tests.support.figures", "tests.support.packaged", "tests.support.stack"]
