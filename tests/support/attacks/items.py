"""Attacks on one item that is checked by itself: on its pages, on what stands beside and above it.

Whoever keeps statement, proof, openings and media as they are can still alter all else that a reader sees: who said it,
when, of whom; or hide the words and put others beside them.
"""

import json
from pathlib import Path

from support.altering import NEW, PERSON, A, B, breaks_one, flip, reproof
from support.attacks.posts import replaced
from support.site_maker import Desk, openings, put, script
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.tree import Tree

PAGE_A, PAGE_0, PAGE_PERSON = (f"items/{number}/index.html" for number in (A, 0, PERSON))


@breaks_one(A, "page")
def a_voice_altered_on_the_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "<h1>Item</h1>", "<h1>Another voice</h1>")


@breaks_one(A, "page")
def a_voice_altered_on_the_page_of_another_language(out: Path, desk: Desk) -> None:
    replaced(out, f"zh/{PAGE_A}", "<h1>Item</h1>", "<h1>Another voice</h1>")


@breaks_one(A, "page")
def a_reviewer_altered_on_the_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "reviewed by Reader", "reviewed by Another")


@breaks_one(A, "page")
def a_removal_that_the_page_no_longer_tells(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "<p>Deleted</p>", "")


@breaks_one(A, "page")
def words_added_beside_the_text(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "</body>", "<p>He took it back.</p></body>")


@breaks_one(A, "page", "shown")
def a_text_altered_on_the_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "五年了", "六年了")


@breaks_one(A, "page", "shown")
def a_translation_altered_on_the_page_of_another_language(out: Path, desk: Desk) -> None:
    replaced(out, f"zh/{PAGE_A}", "who knows?", "who cares?")


def hidden_by(attribute: str) -> None:
    """Hide the text by an attribute and put others beside it."""

    def on_it(out: Path, desk: Desk) -> None:
        replaced(out, PAGE_A, 'data-said="text"', f'{attribute} data-said="text"')
        replaced(out, PAGE_A, "</body>", "<div>Nothing happened.</div></body>")

    def around_it(out: Path, desk: Desk) -> None:
        replaced(out, PAGE_A, '<div data-said="text">', f'<div {attribute}><div data-said="text">')
        replaced(out, PAGE_A, "</body>", "</div><div>Nothing happened.</div></body>")

    for attack in (on_it, around_it):
        name = attribute.partition("=")[0].replace("-", "_")
        attack.__name__ = f"a_text_with_{name}_{attack.__name__}"
        breaks_one(A, "page", "shown")(attack)


for each in ("hidden", 'style="display:none"', 'aria-hidden="true"', "popover", "inert"):
    hidden_by(each)


@breaks_one(0, "page")
def a_caption_of_a_picture_altered_on_its_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_0, "<h1>Item</h1>", "<h1>Another square</h1>")


@breaks_one(NEW, "page")
def a_title_of_a_clip_altered_on_its_page(out: Path, desk: Desk) -> None:
    replaced(out, f"items/{NEW}/index.html", "<h1>Item</h1>", "<h1>Another bridge</h1>")


@breaks_one(PERSON, "page")
def a_name_of_a_person_altered_on_its_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_PERSON, "<h1>Item</h1>", "<h1>Another name</h1>")


@breaks_one(B, "page")
def a_page_of_another_language_that_is_missing(out: Path, desk: Desk) -> None:
    (out / f"zh/items/{B}/index.html").unlink()


@breaks_one(B, "page", browser=False)
def a_page_that_no_list_names(out: Path, desk: Desk) -> None:
    put(out, f"fr/items/{B}/index.html", (out / f"items/{B}/index.html").read_bytes())


@breaks_one(0, "page", browser=False)
def a_file_beside_the_item_that_no_list_names(out: Path, desk: Desk) -> None:
    put(out, "items/0/more.jpg", b"another square")


@breaks_one(0, "page", browser=False)
def a_link_beside_the_item_to_a_file_outside(out: Path, desk: Desk) -> None:
    (out / "items/0/more.jpg").symlink_to("/etc/hostname")


@breaks_one(0, "page")
def a_script_of_the_page_that_does_more(out: Path, desk: Desk) -> None:
    put(out, "static/page.js", (out / "static/page.js").read_bytes() + b"document.title = 'x';\n")


@breaks_one(0, "page")
def a_checking_script_of_the_page_that_does_more(out: Path, desk: Desk) -> None:
    put(out, "static/verify.js", (out / "static/verify.js").read_bytes() + b"document.title = 'x';\n")


def scripts_that_do_more(*paths: str) -> None:
    """Alter scripts that no page names and that its own script loads later."""
    for path in paths:

        def altered(out: Path, desk: Desk, path: str = path) -> None:
            put(out, path, (out / path).read_bytes() + b"document.title = 'x';\n")

        altered.__name__ = f"{path.replace('/', '_')}_that_does_more"
        breaks_one(0, "page", browser=False)(altered)


scripts_that_do_more("static/stamps.js", "static/words/ar.js", "edition/edition.js", "edition/items/000.js")


@breaks_one(0, "media", "page")
def a_picture_altered(out: Path, desk: Desk) -> None:
    flip(out / "items/0/picture.jpg", 3)


@breaks_one(A, "page")
def a_list_of_files_that_allows_the_altered_page(out: Path, desk: Desk) -> None:
    before = sha256_hex((out / PAGE_A).read_bytes())
    replaced(out, PAGE_A, "<h1>Item</h1>", "<h1>Another voice</h1>")
    replaced(out, "edition/files/items-0.txt", before, sha256_hex((out / PAGE_A).read_bytes()))


@breaks_one(A, "page")
def two_lists_of_files_that_allow_the_altered_page(out: Path, desk: Desk) -> None:
    before = [sha256_hex((out / path).read_bytes()) for path in (PAGE_A, "edition/files/items-0.txt")]
    replaced(out, PAGE_A, "<h1>Item</h1>", "<h1>Another voice</h1>")
    replaced(out, "edition/files/items-0.txt", before[0], sha256_hex((out / PAGE_A).read_bytes()))
    after = sha256_hex((out / "edition/files/items-0.txt").read_bytes())
    replaced(out, "edition/files.txt", before[1], after)


@breaks_one(A, "page")
def a_list_of_the_item_s_files_that_is_missing(out: Path, desk: Desk) -> None:
    (out / "edition/files/items-0.txt").unlink()


@breaks_one(A, "page")
def a_list_of_files_that_is_missing(out: Path, desk: Desk) -> None:
    (out / "edition/files.txt").unlink()


@breaks_one(A, "page", "translation en")
def an_opening_that_is_missing(out: Path, desk: Desk) -> None:
    opened = [desk.disclosed[at] for at in desk.opened[A][1]]
    del opened[1]
    put(out, f"items/{A}/openings.json", openings(desk.opened[A][0], opened))


@breaks_one(A, "page")
def an_opening_that_nothing_asks_for(out: Path, desk: Desk) -> None:
    opened = [desk.disclosed[at] for at in (*desk.opened[A][1], 2)]
    put(out, f"items/{A}/openings.json", openings(desk.opened[A][0], opened))


@breaks_one(A, "", "page")
def facts_of_a_page_that_no_other_file_has(out: Path, desk: Desk) -> None:
    path = out / f"items/{A}/proof.js"
    facts = json.loads(path.read_text()[len("tamizdatItem(") : -len(");\n")])
    script(out, f"items/{A}/proof.js", "Item", {**facts, "more": "x"})


@breaks_one(0, "")
def a_proof_by_another_ledger_of_the_same_size_that_the_log_s_key_signed_too(out: Path, desk: Desk) -> None:
    other, index = desk.copy(), desk.derived[0]
    other.entries[index + 1] = bytes(32)  # what was stated there never was
    hashes = tuple(Tree(map(leaf_hash, other.entries)).inclusion_proof(index))
    reproof(out / "items/0/statement.tlog-proof", hashes=hashes, checkpoint=other.checkpoint())
