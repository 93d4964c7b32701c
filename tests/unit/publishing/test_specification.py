"""docs/spec/publication.md is held to the code: its examples are recomputed, its tables compared."""

import re
from base64 import b64decode
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from support.collecting_desk import tweet
from support.item_files import facts, statement_of
from support.published_desk import House, status
from support.site_maker import put
from tamizdat.archive.acts import items
from tamizdat.archive.views import releases
from tamizdat.encoding import canonical, sha256_hex
from tamizdat.footage import allowlist
from tamizdat.footage.reencode import HOW, WITHOUT_SOUND
from tamizdat.footage.renditions import AND_RENDITIONS
from tamizdat.ledger.merkle import root_over
from tamizdat.ledger.shapes import ABSENT, SUBJECT, Member
from tamizdat.ledger.signing import payload_of
from tamizdat.ledger.statement import Statement
from tamizdat.ledger.tree import Tree, leaf_hash, node_hash
from tamizdat.publishing.build.proofs import item_script, items_list, items_pieces, items_scripts
from tamizdat.publishing.derived import people, posts
from tamizdat.publishing.leaks import scanner, secrets
from tamizdat.statements.catalogued import Release
from tamizdat.statements.composed import Story
from tamizdat.statements.covered import Covered
from tamizdat.statements.derived import PERSON, POST, Footage, Person, PersonRecord, Post, PublishedStory
from tamizdat.statements.observed import Observed
from tamizdat.statements.published import Edition
from tamizdat.statements.reference import Reference
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.transcribed import Track
from tamizdat.statements.translated import Translated
from tamizdat.verifying.edition import FILES
from tamizdat.verifying.item_file import read as read_file
from tamizdat.verifying.openings import OWN
from tamizdat.verifying.untrusted_folder import Folder

ROOT = Path(__file__).parents[3]
SPEC = (ROOT / "docs/spec/publication.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"```\w+ example=([\w-]+)\n(.*?)```", SPEC, re.DOTALL))
LISTED = items_list({17: sha256_hex(b"first"), 40: sha256_hex(b"second"), 103: sha256_hex(b"third")})


def _root(listed: bytes) -> bytes:
    return Tree(map(leaf_hash, listed.splitlines())).root()


def test_the_list_of_items_and_its_root() -> None:
    assert EXAMPLES["items"].encode() == LISTED
    root = bytes.fromhex(EXAMPLES["items-root"].strip())
    assert root == _root(LISTED) == root_over(root for _, root in items_pieces(LISTED))


def test_the_list_in_pieces_for_scripts() -> None:
    tiles, [(path, script)] = items_scripts(LISTED, items_pieces(LISTED))
    assert EXAMPLES["items-tiles"].strip() == canonical(tiles).decode()
    assert (path, script.decode()) == ("edition/items/000.js", EXAMPLES["items-script"])


def test_of_many_items_the_roots_of_pieces_give_the_root() -> None:
    listed = items_list({number: sha256_hex(bytes([number % 256])) for number in range(0, 3000, 3)})
    made: Any = items_scripts(listed, items_pieces(listed))
    tiles, scripts = made
    roots = [bytes.fromhex(root) for _, root in tiles]
    left, right = node_hash(roots[0], roots[1]), node_hash(roots[2], roots[3])
    assert node_hash(left, right) == _root(listed)
    assert [path for path, _ in scripts] == [f"edition/items/00{tile}.js" for tile in range(4)]
    assert [first for first, _ in tiles] == [0, 768, 1536, 2304]


def example(name: str) -> Statement:
    """A statement of the specification, which is one."""
    payload = EXAMPLES[name].strip().encode()
    statement = Statement.from_payload(payload)
    assert payload_of(statement) == payload
    return statement


def test_the_example_of_a_post_says_what_ours_says(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(tweet(1, "五年了"))
    house.release(1)
    house.translate(1, "Five years")
    house.publish()
    ours: Any = statement_of(house.site / f"items/{house.number(status(1))}").predicate
    statement = example("derived-post")
    said: Any = statement.predicate
    assert said.keys() == ours.keys()
    assert said["translations"][0].keys() == ours["translations"][0].keys()
    assert (said["how"], said["kind"]) == (posts.HOW, POST)
    assert all(how.removesuffix(AND_RENDITIONS).removesuffix(WITHOUT_SOUND) in SPEC for how in posts.HOWS)
    digests = {each.name: each.sha256 for each in statement.subjects}
    assert digests["text"] == sha256_hex(said["text"].encode())
    assert digests["text.en"] == sha256_hex(said["translations"][0]["target"].encode())
    assert list(digests)[2:] == [each["name"] for each in said["published_files"]]
    assert all(f"`{member}`" in SPEC for member in (*said, *releases.MEMBERS))
    assert all(f"`{member}`" in SPEC for _, member in OWN)
    assert (scanner.SHORTEST, secrets.LINE) == (5, 12)


def test_the_example_of_a_person_and_its_record() -> None:
    statement = example("derived-person")
    said: Any = statement.predicate
    assert [(each.name, each.sha256) for each in statement.subjects] == [
        ("record", sha256_hex(canonical(said["said"])))
    ]
    assert (said["how"], said["kind"]) == (people.HOW, PERSON)
    assert said["said"].keys() == {each.name for each in fields(PersonRecord)}


def test_the_example_of_an_items_file_is_one(tmp_path: Path) -> None:
    put(tmp_path, "items/17/proof.js", EXAMPLES["item-file"].encode())
    file = read_file(Folder(tmp_path), "items/17/")
    assert (file.proof.index, file.openings.raw, len(file.openings.envelopes)) == (17, b"the slices", 1)
    assert item_script(file.data, file.proof.encode(), *openings_of(tmp_path)) == EXAMPLES["item-file"].encode()


def openings_of(folder: Path) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """What is opened in it, as the publisher has it."""
    told: Any = facts(folder / "items/17")
    pairs = [(canonical(each["envelope"]), b64decode(each["salt"])) for each in told["openings"]]
    return b64decode(told["bytes"]), pairs


def test_the_example_of_a_derived_statement_is_one() -> None:
    statement = example("derived")
    assert statement.predicate["how"] == HOW["picture"]
    assert [each.name for each in statement.subjects] == ["picture.jpg", "small.jpg"]


def test_recipes_policy_members_and_boxes_are_those_of_the_code() -> None:
    assert all(f"`{how}`" in SPEC for how in (*HOW.values(), WITHOUT_SOUND, AND_RENDITIONS))
    assert EXAMPLES["policy"].strip() in (ROOT / "src/tamizdat/publishing/site/templates/base.html").read_text("utf-8")
    assert all(f"`{member}`" in SPEC for member in (*items.MEMBERS, *Release))
    assert FILES in SPEC
    boxes = re.search(r"only the boxes `([^`]+)`, `(udta)` .*?`(avcC[^`]+)`", SPEC, re.DOTALL)
    assert boxes
    assert {*boxes[1].split(), boxes[2]} == {box.decode() for box in allowlist._BOXES}
    assert set(boxes[3].split()) == {box.decode() for box in allowlist._SAMPLE_BOXES}


#: What each row of section 4.6 is about, and rows that go on with it.
RECORDS = {
    "`published`": Edition, "`derived` of 4.1": Footage, "*track*": Track, "*covered*": Covered,
    "`derived` of a post": Post, "`derived` of a person": Person, "`derived` of a story": PublishedStory,
    "`observed`": Observed, "`translated`": Translated, "`reviewed`": Reviewed,
}  # fmt: skip
OF_POSTS = {"`earlier`", "`gone`", "`translations`", "`pictures`", "`reading`", "`context`?"}
TOLD_ELSEWHERE = {Track, Covered, Reference, Story}  #: in rows of their own, before the table, or in stories.md
WORDS = {"export", "http", "repeats", "quotes", "returned", "reviewed", "approved", "chapters", "places", "published"}


def members(made: type) -> dict[str, bool]:
    """The members of a record and of those in it, and whether they may be absent."""
    found: dict[str, bool] = {}
    for name, hint in get_type_hints(made, include_extras=True).items():
        about = getattr(hint, "__metadata__", ())
        if SUBJECT in about:
            continue
        found[next((each.name for each in about if isinstance(each, Member)), name)] = ABSENT in about
        waiting = [hint]
        while waiting:
            each = waiting.pop()
            waiting += get_args(each)
            if isinstance(each, type) and hasattr(each, "__dataclass_fields__") and each not in TOLD_ELSEWHERE:
                found |= members(each)
    return found


def rows() -> dict[str, str]:
    """The text of section 4.6 about each record, by the name of its row."""
    found: dict[str, str] = {}
    _, _, table = SPEC.partition("### 4.6")[2].partition("|---|---|\n")
    for line in table.partition("\n\n")[0].splitlines():
        _, name, said, _ = (each.strip() for each in line.split("|"))
        if name in OF_POSTS:
            name, said = "`derived` of a post", f"{name} {said}"
        found[name] = f"{found.get(name, '')} {said}"
    return found


def test_the_types_tell_of_every_record_that_is_opened_or_public() -> None:
    assert rows().keys() == RECORDS.keys()


@pytest.mark.parametrize("name", RECORDS)
def test_the_types_name_every_member_and_say_which_may_be_absent(name: str) -> None:
    of = members(RECORDS[name])
    told = {word: bool(may) for word, may in re.findall(r"`([a-z0-9_]+)`(\??)", rows()[name])}
    assert told.keys() - WORDS == of.keys() - WORDS
    assert of.keys() <= told.keys()
    assert {word for word, may in told.items() if may} == {word for word, may in of.items() if may}
