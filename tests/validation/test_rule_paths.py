"""What a rule needs to be asked exists: a path misspelt would leave the rule silent for ever."""

from functools import cache

import pytest

from wissel.catalog.blocks import blocks_of
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.validation.rule import BlockRule
from wissel.validation.rules import all_rules

CATALOG = Catalog(bundled_folder())
RULES = [rule for rule in all_rules() if isinstance(rule, BlockRule) and rule.needs]


@cache
def places(definition: str, kind: str) -> tuple[str, ...]:
    """Where blocks of a kind begin in a definition."""
    tree, blocks = CATALOG.tree(definition), blocks_of(definition)
    if kind == "header":
        return ("/AppHdr",) if tree.root.tag == "AppHdr" else ()
    above = f"/{tree.root.tag}/{tree.message_element.tag}"
    inside = {"transaction": blocks.transactions, "group": blocks.groups}.get(kind, ()) if blocks else ()
    return (above,) if kind == "message" else tuple(f"{above}/{path}" for path in inside)


@cache
def exists(definition: str, kinds: tuple[str, ...], path: str) -> bool:
    tree, wanted = CATALOG.tree(definition), path if path.startswith("**/@") else path.partition("/@")[0]
    if wanted.startswith("**/@"):
        name = wanted.removeprefix("**/@")
        return any(one.name == name for of in tree.types.values() for one in getattr(of, "attributes", ()))
    if wanted.startswith("**/"):
        return any(node.path.endswith(wanted[2:]) for node in tree.walk())
    for kind in kinds:
        for place in places(definition, kind):
            try:
                tree.find(f"{place}/{wanted}")
            except KeyError:
                continue
            return True
    return False


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.facts.code)
def test_what_a_rule_needs_exists(rule: BlockRule) -> None:
    families = [family for family in rule.facts.families if family != "*"]
    versions = [d for family in families for d in CATALOG.versions(family)] if families else CATALOG.definitions()
    for path in rule.needs:
        assert any(exists(definition, rule.kinds, path) for definition in reversed(versions)), path
    for family in families:
        assert any(exists(d, rule.kinds, path) for d in reversed(CATALOG.versions(family)) for path in rule.needs), (
            family
        )
