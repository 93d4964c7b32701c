"""docs/spec/publication.md is held to the code: its examples are recomputed, its tables compared."""

import re
from pathlib import Path

from tamizdat.encoding import b64, sha256_hex
from tamizdat.footage import bare
from tamizdat.footage.redaction import HOW
from tamizdat.ledger.statement import Statement
from tamizdat.publishing import cataloguing, folder
from tamizdat.publishing.proofs import items_list, items_tree

ROOT = Path(__file__).parents[3]
SPEC = (ROOT / "docs/spec/publication.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"```\w+ example=([\w-]+)\n(.*?)```", SPEC, re.DOTALL))
LISTED = items_list({17: sha256_hex(b"first"), 40: sha256_hex(b"second"), 103: sha256_hex(b"third")})


def test_the_list_of_items_and_its_root() -> None:
    assert EXAMPLES["items"].encode() == LISTED
    assert EXAMPLES["items-root"].strip() == items_tree(LISTED).root().hex()


def test_the_place_of_an_item_in_the_list() -> None:
    place, *hashes = EXAMPLES["items-proof"].split()
    assert hashes == [b64(each) for each in items_tree(LISTED).inclusion_proof(int(place))]


def test_the_example_of_a_derived_statement_is_one() -> None:
    payload = EXAMPLES["derived"].strip().encode()
    statement = Statement.from_payload(payload)
    assert statement.payload() == payload
    assert statement.predicate["how"] == HOW["picture"]
    assert [each.name for each in statement.subjects] == ["picture.jpg", "small.jpg"]


def test_recipes_policy_members_and_boxes_are_those_of_the_code() -> None:
    assert all(f"`{how}`" in SPEC for how in HOW.values())
    assert EXAMPLES["policy"].strip() in (ROOT / "src/tamizdat/publishing/templates/base.html").read_text("utf-8")
    assert all(f"`{member}`" in SPEC for member in (*cataloguing.MEMBERS, *cataloguing.RELEASES))
    assert folder.LIST in SPEC
    boxes = re.search(r"only the boxes `([^`]+)`, `(udta)` .*?`(avcC[^`]+)`", SPEC, re.DOTALL)
    assert boxes
    assert {*boxes[1].split(), boxes[2]} == {box.decode() for box in bare._BOXES}
    assert set(boxes[3].split()) == {box.decode() for box in bare._SAMPLE_BOXES}
