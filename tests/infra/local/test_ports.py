"""Taking a port, and what is said when that cannot be."""

import socket

import pytest

from infra.local.errors import LocalError
from infra.local.ports import LOOPBACK, free_port, listen


def test_a_free_port_is_taken_on_loopback_only() -> None:
    with listen(0, "PORT") as taken:
        assert taken.getsockname()[0] == LOOPBACK


def test_a_taken_port_is_named_with_the_setting_that_moves_it() -> None:
    with listen(0, "PORT") as other:
        port = other.getsockname()[1]
        with pytest.raises(LocalError, match=f"^Port {port} is taken by another program; .* `make run AWS_PORT="):
            free_port(port, "AWS_PORT")


def test_a_port_taken_on_every_interface_counts_as_taken() -> None:
    with socket.socket() as other:
        other.bind(("", 0))
        other.listen()
        with pytest.raises(LocalError, match="is taken"):
            listen(other.getsockname()[1], "PORT")


def test_a_number_that_is_no_port_is_refused_in_words() -> None:
    with pytest.raises(LocalError, match=r"^'70000' is no port; choose one from 1024 to 65535"):
        listen(70_000, "PORT")
