"""The other validators: xmllint and the JDK's, each where it is installed."""

import shutil
import subprocess
from pathlib import Path

from benchmarks.messages import HEADER_DEFINITION, Shape, header, write_file

ROOT = Path(__file__).resolve().parent.parent


def schema_path(definition: str) -> str:
    """The bundled schema of a definition."""
    return str(ROOT / "schemas" / definition.split(".")[0] / f"{definition}.xsd")


def xmllint(definition: str, file: Path) -> list[str]:
    """xmllint, validating as a stream."""
    return ["xmllint", "--noout", "--stream", "--schema", schema_path(definition), str(file)]


def java_classes(folder: Path) -> list[str] | None:
    """The command that starts Validate.java, compiled into ``folder`` where possible; None without Java."""
    source = Path(__file__).with_name("Validate.java")
    if not shutil.which("java"):
        return None
    if not shutil.which("javac"):
        return ["java", str(source)]
    subprocess.run(["javac", "-d", str(folder), str(source)], check=True)
    return ["java", "-cp", str(folder), "Validate"]


def bare_parts(shape: Shape, folder: Path) -> list[tuple[str, Path]]:
    """What a rival is given: of a wrapped file its AppHdr and its Document, each alone; else the file."""
    if not shape.wrapped:
        return [(shape.definition, folder / shape.file_name)]
    bare = Shape(shape.definition, shape.transactions, False, shape.prefix, shape.utf16, shape.one_line)
    if not (folder / bare.file_name).exists():
        write_file(bare, folder / bare.file_name)
    header_path = folder / f"{shape.definition}-header.xml"
    header_path.write_text(header(shape), encoding="utf-8")
    return [(HEADER_DEFINITION, header_path), (bare.definition, folder / bare.file_name)]
