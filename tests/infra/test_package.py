"""What goes to Lambda."""

import ast
import gzip
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest

from infra import package
from infra.package import (
    LAMBDA,
    LICENCE,
    LOCK,
    PRODUCT,
    PROJECT,
    RUNTIME,
    SERVICES,
    PackagingError,
    build_bundle,
    install_command,
    leave_out_documentation,
    sizes,
)

on_the_lambda_runtime = pytest.mark.skipif(sys.version_info[:2] != RUNTIME, reason="needs the Python of Lambda")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_bundle(tmp_path_factory.mktemp("bundle") / "bundle.zip", platform=None)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project in the product's place."""
    root = tmp_path / "project"
    for name in PRODUCT:
        (root / name / "inner").mkdir(parents=True)
        (root / name / "__init__.py").write_text(f'WORDS = frozenset({{"{name}", "a", "b", "c"}})\n')
        (root / name / "inner" / "page.html").write_text("<p>hello</p>\n")
    return root


BROUGHT_BY_LAMBDA = {"snapshot_restore_py"}
"""https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html"""


def files(bundle: Path) -> set[str]:
    return set(zipfile.ZipFile(bundle).namelist())


def test_the_bundle_holds_every_file_of_the_product_and_nothing_else(bundle: Path) -> None:
    product = {
        path.relative_to(PROJECT).as_posix()
        for name in PRODUCT
        for path in (PROJECT / name).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert {name for name in files(bundle) if not name.endswith(".pyc")} == product | {LICENCE}


@on_the_lambda_runtime
def test_every_module_comes_compiled_and_is_not_checked_against_its_source(bundle: Path) -> None:
    modules = {name for name in files(bundle) if name.endswith(".py")}
    compiled = {name for name in files(bundle) if name.endswith(".pyc")}
    tag = sys.implementation.cache_tag

    assert compiled == {f"{Path(name).parent.as_posix()}/__pycache__/{Path(name).stem}.{tag}.pyc" for name in modules}
    with zipfile.ZipFile(bundle) as content:
        for name in compiled:
            head = content.read(name)[:8]
            # https://peps.python.org/pep-0552/: 1 = by hash, and not checked
            assert head == MAGIC_NUMBER + (1).to_bytes(4, "little")


def test_an_unpacked_bundle_can_be_imported(bundle: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(bundle).extractall(tmp_path)

    answer = subprocess.run(
        [sys.executable, "-c", "import core.settings; print(core.settings.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == str(tmp_path / "core" / "settings.py")


def test_the_same_code_makes_the_same_bytes_whenever_it_was_written(project: Path, tmp_path: Path) -> None:
    first = build_bundle(tmp_path / "first.zip", platform=None, source=project)
    for path in project.rglob("*"):
        os.utime(path, (1, 1))
    (project / "core" / "__pycache__").mkdir()
    (project / "core" / "__pycache__" / "stale.cpython-313.pyc").write_bytes(b"stale")
    second = build_bundle(tmp_path / "second.zip", platform=None, source=project)

    assert first.read_bytes() == second.read_bytes()


def test_a_changed_line_makes_another_bundle(project: Path, tmp_path: Path) -> None:
    first = build_bundle(tmp_path / "first.zip", platform=None, source=project)
    (project / "core" / "inner" / "page.html").write_text("<p>goodbye</p>\n")
    second = build_bundle(tmp_path / "second.zip", platform=None, source=project)

    assert first.read_bytes() != second.read_bytes()


@on_the_lambda_runtime
def test_code_that_does_not_compile_is_not_packed(project: Path, tmp_path: Path) -> None:
    (project / "core" / "broken.py").write_text("def broken(:\n")

    with pytest.raises(PackagingError, match=r"broken\.py"):
        build_bundle(tmp_path / "bundle.zip", platform=None, source=project)
    assert not (tmp_path / "bundle.zip").exists()


def test_dependencies_that_cannot_be_installed_are_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "LOCK", tmp_path / "no-such-lock.txt")

    with pytest.raises(PackagingError, match=r"no-such-lock\.txt"):
        build_bundle(tmp_path / "bundle.zip", platform=LAMBDA)


def test_dependencies_are_the_locked_wheels_for_lambda() -> None:
    command = " ".join(install_command(Path("target"), LAMBDA))

    assert f"--requirements {LOCK}" in command
    assert "--require-hashes" in command
    assert "--only-binary :all:" in command
    assert "--python-platform aarch64-manylinux" in command
    assert f"--python-version {RUNTIME[0]}.{RUNTIME[1]}" in command


def test_the_bundle_describes_the_services_that_are_asked_and_no_others() -> None:
    asked = {
        name
        for product in PRODUCT
        for path in (PROJECT / product).rglob("*.py")
        for name in re.findall(r'\.client\(\s*"([a-z0-9-]+)"', path.read_text())
    }

    assert asked == set(SERVICES)


def test_its_sizes_can_be_said(bundle: Path) -> None:
    said = sizes(bundle)

    assert re.fullmatch(r".*bundle\.zip: \d+\.\d MB, unpacked \d+\.\d MB \(core \d+\.\d MB, .*\)", said)


def test_our_licence_lies_in_the_bundle(bundle: Path) -> None:
    assert zipfile.ZipFile(bundle).read(LICENCE) == (PROJECT / LICENCE).read_bytes()


def test_whatever_the_product_imports_is_locked_for_lambda() -> None:
    """A local run finds everything that is installed for development; Lambda has only what is locked."""
    locked = {line.split("==")[0] for line in LOCK.read_text().splitlines() if "==" in line and line[0].isalpha()}
    brought_by = metadata.packages_distributions()
    missing = {
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in (path for product in PRODUCT for path in (PROJECT / product).rglob("*.py"))
        for name in imported(ast.parse(path.read_text()))
        if name not in sys.stdlib_module_names | set(PRODUCT) | BROUGHT_BY_LAMBDA
        if not locked & {each.lower().replace("_", "-") for each in brought_by.get(name, [])}
    }

    assert not missing


def imported(node: ast.AST) -> Iterator[str]:
    """The top-level packages that a module imports when it runs."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return
        case ast.Import(names=names):
            yield from (each.name.split(".")[0] for each in names)
        case ast.ImportFrom(module=str(module), level=0):
            yield module.split(".")[0]
    for child in ast.iter_child_nodes(node):
        yield from imported(child)


def test_services_are_described_without_prose(tmp_path: Path) -> None:
    model = tmp_path / "service-2.json.gz"
    members = {"documentation": {"shape": "Text"}, "Name": {"shape": "Text", "documentation": "<p>A name.</p>"}}
    model.write_bytes(gzip.compress(json.dumps({"shapes": {"Page": {"members": members}}}).encode()))

    leave_out_documentation(model)

    kept = {"documentation": {"shape": "Text"}, "Name": {"shape": "Text"}}
    assert json.loads(gzip.decompress(model.read_bytes())) == {"shapes": {"Page": {"members": kept}}}
