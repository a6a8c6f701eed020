"""The template is made when its sources are new, and only then."""

from pathlib import Path

import pytest

from infra.local.errors import LocalError
from infra.local.synth import Synthesis

CDK_APP = """
import argparse, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--output", type=pathlib.Path)
parser.add_argument("--bundle")
options = parser.parse_args()
(options.output / "TaskBot.template.json").write_text(" ".join(sorted(os.environ)))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("core/ids.py", "core/settings.py", "core/storage/schema.py", "requirements-dev.txt"):
        _write(tmp_path / name, "")
    _write(tmp_path / "infra" / "app.py", CDK_APP)
    _write(tmp_path / "infra" / "local" / "demo.py", "")
    return tmp_path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_template_is_kept_for_the_next_start(checkout: Path) -> None:
    made = Synthesis(checkout).make(checkout / "bundle.zip")
    assert Synthesis(checkout).kept() == made


@pytest.mark.parametrize(
    "source", ["infra/app.py", "infra/constructs/new.py", "core/settings.py", "core/storage/schema.py"]
)
def test_the_template_is_made_again_when_a_source_changes(checkout: Path, source: str) -> None:
    Synthesis(checkout).make(checkout / "bundle.zip")
    _write(checkout / source, CDK_APP + "# changed")
    assert Synthesis(checkout).kept() is None


def test_a_change_of_the_local_side_alone_keeps_the_template(checkout: Path) -> None:
    made = Synthesis(checkout).make(checkout / "bundle.zip")
    _write(checkout / "infra" / "local" / "demo.py", "# changed")
    assert Synthesis(checkout).kept() == made


def test_the_template_does_not_depend_on_what_happens_to_be_set(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_CONTEXT_JSON", '{"memory": 1024}')
    assert "CDK_CONTEXT_JSON" not in Synthesis(checkout).make(checkout / "bundle.zip").read_text()


def test_a_cdk_app_that_fails_is_quoted(checkout: Path) -> None:
    _write(checkout / "infra" / "app.py", "raise SystemExit('no such construct')")
    with pytest.raises(LocalError, match=r"The CDK app in infra/ failed \(no such construct\); see .*synth\.log"):
        Synthesis(checkout).make(checkout / "bundle.zip")
    assert Synthesis(checkout).kept() is None
