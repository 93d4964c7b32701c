"""The public statement of an item has exactly the members of its kind, and exactly the subjects that it names."""

import pytest

from support.attacks.statements import STATEMENTS, odd_statements
from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import Statement
from tamizdat.statements import derived


@pytest.mark.parametrize("kind", STATEMENTS)
def test_every_kind_is_read(kind: str) -> None:
    item = derived.read(STATEMENTS[kind])
    assert (item.number, item.kind) == (0, kind)


def test_a_post_names_all_that_is_private() -> None:
    item = derived.read(STATEMENTS["post"])
    assert [each.name for each in item.media] == ["picture-1.jpg"]
    assert {each.index for each in item.references()} == set(range(10)), (
        "two observations, picture, removal, two works of three"
    )


def test_every_odd_statement_is_refused() -> None:
    for what, statement in odd_statements():
        assert refused(statement), what


def refused(statement: Statement) -> bool:
    try:
        derived.read(statement)
    except BadStatement:
        return True
    return False
