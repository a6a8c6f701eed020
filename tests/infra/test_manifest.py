"""The manifest that people paste, and the one that Slack's CLI asks for."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from infra.local.slack.errors import SlackError
from infra.local.slack.manifest import Manifest
from infra.manifest import PLACEHOLDER, SOURCE, AddressError, at, for_socket_mode, main

URL = "https://abc123.execute-api.eu-north-1.amazonaws.com"


@pytest.mark.parametrize("typed", [URL, f"{URL}/"])
def test_every_request_goes_to_the_deployment(typed: str) -> None:
    manifest = yaml.safe_load(at(typed))

    addresses = re.findall(r"https://[^\s'\"]+", json.dumps(manifest))
    assert set(addresses) == {f"{URL}/slack/events"}
    assert len(addresses) == SOURCE.read_text().count(PLACEHOLDER)
    assert Manifest.parse(manifest) == Manifest.read(SOURCE)


@pytest.mark.parametrize("typed", ["", "abc.example", "http://abc.example", "https://abc.example/slack", "https://a b"])
def test_what_is_no_address_is_answered_with_a_sentence(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AddressError):
        at(typed)

    assert main([typed]) == 2
    assert "HttpApiUrl" in capsys.readouterr().err


def test_socket_mode_has_everything_but_addresses() -> None:
    manifest = for_socket_mode()

    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "YOUR-URL" not in json.dumps(manifest)
    assert Manifest.parse(manifest) == Manifest.read(SOURCE)
    manifest["settings"]["socket_mode_enabled"] = False
    with pytest.raises(SlackError):
        Manifest.parse(manifest)


def test_slacks_cli_finds_its_hooks() -> None:
    hooks = json.loads((SOURCE.parent / ".slack" / "hooks.json").read_text())["hooks"]

    command = hooks["get-manifest"].replace(".venv/bin/python", sys.executable)
    shown = subprocess.run(command.split(), cwd=SOURCE.parent, capture_output=True, text=True, check=True)  # noqa: S603
    assert json.loads(shown.stdout) == for_socket_mode()
    assert re.search(rf"^{hooks['start'].removeprefix('make ')}:", Path(SOURCE.parent / "Makefile").read_text(), re.M)
