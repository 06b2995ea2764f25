"""The rules of the house as functions: source text in, offences out. ``test_house.py`` applies them.

Each rule takes a :class:`Module` and yields one sentence per offence, beginning with ``module:line``.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LAYERS = (
    ("core",),
    ("database",),
    ("xml",),
    ("catalog",),
    ("message",),
    ("validation", "signature", "routing", "mapping", "reply", "journal", "ledger"),
    ("engine",),
    ("service",),
    ("cli",),
)
RANK = {folder: rank for rank, folders in enumerate(LAYERS) for folder in folders}

THIRD_PARTY = {
    "lxml": {"xml", "signature"},
    "xmlschema": {"xml"},
    "signxml": {"signature"},
    "cryptography": {"signature"},
    "asn1crypto": {"signature"},
    "pkcs11": {"signature"},
    "holidays": {"routing"},
    "click": {"cli"},
    "rich": {"cli"},
    "watchfiles": {"service"},
    "sqlalchemy": {
        "database",
        "journal",
        "ledger",
        "engine",
    },  # the engine opens the one connection that both are handed
    "sqlite3": {"journal", "ledger"},
    "psycopg": {"journal", "ledger"},
    "xml": {"xml"},  # the standard library's parsers are not hardened
}

IMPURE = re.compile(
    r"""(
      datetime\.datetime\.(now|today|utcnow) | datetime\.date\.today | time\.(?!sleep$)\w+
    | random\.(?!Random$)\w+ | uuid\.uuid[14] | secrets\.\w+ | os\.urandom
    | os\.(environb?|getenvb?|putenv|unsetenv|getcwd|cpu_count|sched_getaffinity|path\.expand(user|vars))
    | pathlib\.Path\.(home|cwd|expanduser)
    )""",
    re.VERBOSE,
)
PURE_HOMES = {"core.clock", "core.settings"}

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 69
CODE = re.compile(r"[A-Z]+(-[A-Z]+)+")
BASES = {"Enum", "StrEnum", "IntEnum", "Protocol", "NamedTuple", "Generic"}


@dataclass(frozen=True, slots=True)
class Module:
    """One source file: its dotted name below ``wissel`` (``xml.schema_tree``; ``xml`` for a package)."""

    name: str
    text: str
    is_package: bool = False

    @property
    def layer(self) -> str:
        """The folder below ``wissel``; empty for the package itself and ``__main__``."""
        inside = "." in self.name or self.is_package
        return self.name.split(".")[0] if inside else ""

    def tree(self) -> ast.Module:
        """The parsed source."""
        return _parsed(self.text)


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def module_of(path: Path, package: Path) -> Module:
    """Read one file below the folder ``src/wissel``."""
    parts = list(path.relative_to(package).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    if is_package:
        parts.pop()
    return Module(".".join(parts), path.read_text("utf-8"), is_package)


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything imported, inside functions too, also by ``import_module``."""
    package = ["wissel", *module.name.split(".")] if module.name else ["wissel"]
    if not module.is_package and module.name:
        package.pop()
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"
        elif isinstance(node, ast.Call) and _called(node).split(".")[-1] in ("import_module", "__import__"):
            yield node.lineno, _literal_start(node.args[0]) if node.args else "?"


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def _literal_start(node: ast.expr) -> str:
    """The constant text an expression begins with; ``?`` where it has none."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    return str(node.value) if isinstance(node, ast.Constant) else "?"


def layer_offences(module: Module) -> Iterator[str]:
    """Imports run down only, siblings never import each other, only the edge imports ``wissel`` itself."""
    for line, name in imports(module):
        where = f"{module.name or 'wissel'}:{line}"
        if name == "?" and module.layer:
            yield f"{where} imports a name that is not written down"
        if name.split(".")[0] != "wissel":
            continue
        target = [*name.split("."), ""][1]
        if target not in RANK:
            if module.layer not in ("", "cli"):
                yield f"{where} imports {name}: only the command line imports the package itself"
        elif module.layer:
            if module.layer not in RANK:
                yield f"{where}: {module.layer} is no layer"
            elif module.layer != target and RANK[target] >= RANK[module.layer]:
                yield f"{where} imports {name}: {module.layer} stands no higher than {target}"
        elif target == "cli" and module.name != "__main__":
            yield f"{where} imports {name}: the package does not know its command line"


def third_party_offences(module: Module) -> Iterator[str]:
    """Each outside package has its folders; core has none; what is unlisted is refused."""
    for line, name in imports(module):
        top = name.split(".")[0]
        if top in ("wissel", "?"):
            continue
        if top in THIRD_PARTY:
            if module.layer not in THIRD_PARTY[top]:
                homes = ", ".join(sorted(THIRD_PARTY[top]))
                yield f"{module.name or 'wissel'}:{line} imports {top}, which belongs in {homes}"
        elif top not in sys.stdlib_module_names:
            yield f"{module.name or 'wissel'}:{line} imports {top}, which no folder may"


@cache
def _aliases(module: Module) -> dict[str, str]:
    """What each imported name stands for."""
    known: dict[str, str] = {}
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.Import):
            for alias in node.names:
                short = alias.asname or alias.name.split(".")[0]
                known[short] = alias.name if alias.asname else short
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return known


def names_used(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full name of each dotted name in the code, import aliases resolved."""
    known = _aliases(module)
    for node in ast.walk(module.tree()):
        chain: list[str] = []
        inner: ast.expr | None = node if isinstance(node, ast.Attribute | ast.Name) else None
        while isinstance(inner, ast.Attribute):
            chain.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            yield inner.lineno, ".".join([known.get(inner.id, inner.id), *reversed(chain)])


def purity_offences(module: Module) -> Iterator[str]:
    """Clock, random numbers and environment are read in core/clock.py and core/settings.py only."""
    if module.name in PURE_HOMES:
        return
    found = {(line, name) for line, name in names_used(module) if IMPURE.fullmatch(name)}
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            found |= {(node.lineno, f"{n}() without a seed") for n in _resolved(node, module) if n == "random.Random"}
    for line, name in sorted(found):
        yield f"{module.name or 'wissel'}:{line} uses {name}: only {sorted(PURE_HOMES)} may"


def _resolved(node: ast.Call, module: Module) -> list[str]:
    name, _, rest = _called(node).partition(".")
    full = _aliases(module).get(name, name)
    return [f"{full}.{rest}" if rest else full]


def size_offences(module: Module) -> Iterator[str]:
    """No module above 400 lines, no function of 70 or more."""
    lines = module.text.count("\n")
    if lines > MODULE_LINES_MAX:
        yield f"{module.name} has {lines} lines, more than {MODULE_LINES_MAX}"
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                where = f"{module.name}:{node.lineno} {node.name}"
                yield f"{where} has {length} lines, more than {FUNCTION_LINES_MAX}"


def docstring_offences(module: Module) -> Iterator[str]:
    """A docstring on every public module, class, function and method."""
    tree = module.tree()
    if not ast.get_docstring(tree):
        yield f"{module.name or 'wissel'}:1 has no docstring"
    yield from _undocumented(module, tree)


def _undocumented(module: Module, owner: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in owner.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{module.name}:{node.lineno} {node.name} has no docstring"
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(module, node)


def dataclass_offences(module: Module) -> Iterator[tuple[str, str]]:
    """(``module:Class``, offence) for every dataclass that is not frozen and slotted."""
    for node in ast.walk(module.tree()):
        if not isinstance(node, ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            if ast.unparse(call.func if call else decorator).split(".")[-1] != "dataclass":
                continue
            given = {word.arg for word in call.keywords if ast.unparse(word.value) == "True"} if call else set()
            for lacking in sorted({"frozen", "slots"} - given):
                yield (
                    f"{module.name}:{node.name}",
                    f"{module.name}:{node.lineno} {node.name} is not {lacking}",
                )


def class_bases(module: Module) -> Iterator[tuple[str, int, str]]:
    """(class, line, base) of every class with a base; both by their last name."""
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                plain = base.value if isinstance(base, ast.Subscript) else base
                yield node.name, node.lineno, ast.unparse(plain)


def inheritance_offences(modules: list[Module]) -> Iterator[str]:
    """Only exceptions inherit; enumerations, protocols and what a library asks for apart."""
    parents: dict[str, set[str]] = {}
    for module in modules:
        for name, _, base in class_bases(module):
            parents.setdefault(name, set()).add(base)

    def is_exception(name: str) -> bool:
        last = name.split(".")[-1]
        return (
            last in ("Exception", "BaseException")
            or last.endswith("Error")
            or any(map(is_exception, parents.get(last, ())))
        )

    for module in modules:
        outside = {short for short, full in _aliases(module).items() if full.split(".")[0] in THIRD_PARTY}
        for name, line, base in class_bases(module):
            if base.split(".")[-1] not in BASES and base.split(".")[0] not in outside and not is_exception(base):
                yield f"{module.name}:{line} {name} inherits from {base}"


def output_offences(module: Module) -> Iterator[str]:
    """Only the command line writes to the terminal."""
    if module.layer == "cli":
        return
    for line, name in names_used(module):
        if name in ("print", "sys.stdout", "sys.stderr"):
            yield f"{module.name or 'wissel'}:{line} uses {name} outside cli/"


def float_offences(module: Module) -> Iterator[str]:
    """The type float, by name: money is Decimal, and nothing else here needs binary fractions."""
    for line, name in names_used(module):
        if name == "float" or name == "builtins.float":
            yield f"{module.name}:{line} uses float"


def strings(module: Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string constant."""
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def codes_used(module: Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string constant that has the form of a finding code."""
    return ((line, text) for line, text in strings(module) if CODE.fullmatch(text))


def named_by(code: str, stems: list[str]) -> list[str]:
    """The file stems that a code names: the code itself, or the code and a number or words in lower case."""
    return [stem for stem in stems if re.fullmatch(re.escape(code) + r"([-.][a-z0-9][a-z0-9.-]*)?", stem)]
