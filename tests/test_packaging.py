"""The built wheel holds everything and works where neither checkout nor network is."""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from benchmarks.messages import Shape, write_file

SCHEMAS = 537


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Standard output of a command that must succeed; its error output is the failure's text."""
    done = subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{command[0]} exited {done.returncode}\n{done.stdout}{done.stderr}", pytrace=False)
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=root)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment: the wheel inside, its dependencies borrowed from ours."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", programs / "python")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    own = run(programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    # a folder named in a .pth file is searched, but .pth files in it (our editable install) are not obeyed
    Path(own, "borrowed.pth").write_text("\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}))
    return programs


def test_the_wheel_holds_code_schemas_and_licences(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"wissel/py.typed", "wissel/core/data/codes/read.toml", "wissel/schemas/index.toml"} <= names
    assert {name.rsplit("/", 1)[1] for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}
    schemas = [name for name in names if name.startswith("wissel/schemas/") and name.endswith(".xsd")]
    assert len(schemas) == SCHEMAS
    assert "wissel/schemas/pacs/pacs.008.001.08.xsd" in schemas


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path, root: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = root / "src" / "wissel"
    sources = {f"wissel/{path.relative_to(package).as_posix()}" for path in package.rglob("*") if path.is_file()}
    schemas = {
        f"wissel/{path.relative_to(root).as_posix()}" for path in (root / "schemas").rglob("*") if path.is_file()
    }
    assert names == {name for name in sources | schemas if "__pycache__" not in name}


def test_the_source_archive_holds_what_tests_and_builds_need(root: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=root)
    (built,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert {
        "Makefile",
        "LICENSE",
        "NOTICE",
        "README.md",
        "tests/test_packaging.py",
        "schemas/index.toml",
    } <= names
    assert sum(name.endswith(".xsd") for name in names if name.startswith("schemas/")) == SCHEMAS


def test_the_installed_package_is_its_own_and_finds_its_schemas(installed: Path, tmp_path: Path) -> None:
    code = (
        "import wissel; from wissel.catalog.definitions import default_catalog; catalog = default_catalog();"
        "print(wissel.__file__, catalog.find('pacs.008.001.08').path, len(catalog.definitions()), sep='\\n')"
    )
    printed = run(installed / "python", "-c", code, cwd=tmp_path, WISSEL_SCHEMAS=str(tmp_path)).splitlines()
    package = Path(printed[0]).parent
    assert installed.parent in package.parents
    assert Path(printed[1]) == package / "schemas" / "pacs" / "pacs.008.001.08.xsd"
    assert printed[2] == str(SCHEMAS)


def test_the_installed_command_checks_a_file(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "wissel", "--version", cwd=tmp_path).startswith("wissel")
    write_file(Shape("pacs.008.001.08", 3, wrapped=True), tmp_path / "three.xml")
    told = run(installed / "wissel", "validate", "--format", "jsonl", "three.xml", cwd=tmp_path)
    report = json.loads(told)
    assert (report["file"], report["verdict"]) == ("three.xml", "valid")
    assert [message["transactions"] for message in report["messages"]] == [3]
