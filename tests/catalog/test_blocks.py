"""Transaction blocks: every path exists, tags are unambiguous where counting relies on it."""

import pytest

from wissel.catalog.blocks import blocks_of, families, transaction_tag
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.xml.xsd.schema_tree import elements

CATALOG = Catalog(bundled_folder())


@pytest.mark.parametrize("family", families())
def test_each_path_exists_in_some_version(family: str) -> None:
    blocks = blocks_of(f"{family}.001.01")
    assert blocks is not None
    trees = [CATALOG.tree(definition) for definition in CATALOG.versions(family)]
    assert trees
    for path in (*blocks.transactions, *blocks.groups):
        found = 0
        for tree in trees:
            try:
                tree.find(f"/Document/{tree.message_element.tag}/{path}")
            except KeyError:
                continue
            found += 1
        assert found, path


@pytest.mark.parametrize("family", families())
def test_the_tag_of_a_transaction_occurs_nowhere_else(family: str) -> None:
    for definition in CATALOG.versions(family):
        tree = CATALOG.tree(definition)
        transaction = transaction_tag(definition)
        assert transaction is not None
        here = {f"/Document/{tree.message_element.tag}/{path}" for path in transaction.paths}
        others = [node.path for node in tree.walk() if node.element.tag == transaction.tag and node.path not in here]
        assert not others, (definition, others)
        tags = {element.tag for of in tree.types.values() for element in elements(of)}
        longer = sorted(tag for tag in tags if tag.startswith(transaction.tag) and tag != transaction.tag)
        assert not (transaction.unique_start and longer), (definition, longer)


def test_values_of_the_table() -> None:
    pain = blocks_of("pain.001.001.09")
    assert pain is not None
    assert pain.transactions == ("PmtInf/CdtTrfTxInf",)
    assert pain.groups == ("PmtInf",)
    assert blocks_of("admi.004.001.02") is None
    assert transaction_tag("admi.004.001.02") is None
