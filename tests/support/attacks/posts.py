"""Attacks on posts and people: on their pages, on what is opened beside them, and lies that a stolen key signs."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.altering import NEW, PERSON, TEXT, A, B, C, breaks, listed_as, resign
from support.site_maker import Desk, Key, openings, put
from tamizdat.encoding import Json
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject, peek_envelope

# ---- posts: what their pages show --------------------------------------------------------------------------------

PAGE_A = f"items/{A}/index.html"
SHOWN_A = (f"item {A} shown", *listed_as(PAGE_A))


def replaced(out: Path, path: str, old: str, new: str) -> None:
    """Write *new* for *old* in a page."""
    text = (out / path).read_bytes().decode()
    assert old in text
    put(out, path, text.replace(old, new).encode())


@breaks(*SHOWN_A)
def a_text_altered_on_its_page_only(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "五年了", "六年了")


@breaks(f"item {A} shown", *listed_as(f"zh/{PAGE_A}"))
def a_translation_altered_on_the_page_of_one_language_only(out: Path, desk: Desk) -> None:
    replaced(out, f"zh/{PAGE_A}", "who knows?", "who cares?")


@breaks(*SHOWN_A)
def a_translation_that_the_page_no_longer_shows(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, 'data-said="translation fr"', "")


@breaks(*SHOWN_A)
def a_translation_that_nobody_made_on_a_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "</body>", '<div data-said="translation de">Fort</div></body>')


@breaks(*SHOWN_A)
def a_text_shown_a_second_time_otherwise(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "</body>", '<div data-said="text">Nothing happened.</div></body>')


@breaks(*SHOWN_A)
def two_translations_exchanged_on_a_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "translation en", "translation xx")
    replaced(out, PAGE_A, "translation fr", "translation en")
    replaced(out, PAGE_A, "translation xx", "translation fr")


@breaks(*SHOWN_A)
def a_text_that_stands_where_no_browser_shows_it(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, '<div data-said="text">', '<noscript><div data-said="text">')


@breaks(*SHOWN_A)
def a_text_hidden_in_a_comment(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, '<div data-said="text">', '<!-- --!><div data-said="text">')


@breaks(*SHOWN_A)
def a_text_with_a_picture_in_it(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "<span>没有了", '<img src="more.jpg"><span>没有了')


@breaks(*SHOWN_A)
def a_text_hidden_by_an_attribute(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, '<div data-said="text">', '<div hidden data-said="text">')


@breaks(*SHOWN_A)
def a_text_hidden_by_an_attribute_around_it(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "<body ", '<body style="opacity:0" ')


@breaks(*SHOWN_A)
def a_text_covered_though_its_author_did_not_cover_it(out: Path, desk: Desk) -> None:
    text = (out / PAGE_A).read_bytes().decode()
    begun = text.index('<div data-said="text">')
    ended = text.index("</div>", begun) + len("</div>")
    put(out, PAGE_A, f"{text[:begun]}<details>{text[begun:ended]}</details>{text[ended:]}".encode())


@breaks(*listed_as(PAGE_A))
def a_credit_changed_on_a_page_only(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "reviewed by Reader", "reviewed by Another")


@breaks(*listed_as(PAGE_A))
def a_removal_that_a_page_no_longer_tells(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "<p>Deleted</p>", "")


@breaks(f"item {A} media", *listed_as(f"items/{A}/picture-1.jpg"))
def a_picture_of_a_post_swapped(out: Path, desk: Desk) -> None:
    put(out, f"items/{A}/picture-1.jpg", (out / "items/0/picture.jpg").read_bytes())


# ---- posts: what is opened beside them ---------------------------------------------------------------------------

OPENED_A = listed_as(f"items/{A}/proof.js")
OPENED = ("source", "translation en", "review en", "translation fr", "review fr")


def opened_otherwise(
    out: Path, desk: Desk, number: int, change: Callable[[list[tuple[bytes, bytes]]], None], **raw: bytes | None
) -> None:
    """Open something else with a post."""
    shown, indexes = desk.opened[number]
    opened = [desk.disclosed[at] for at in indexes]
    change(opened)
    put(out, f"items/{number}/openings.json", openings(raw.get("raw", shown), opened))


@breaks(*OPENED_A, *(f"item {A} {link}" for link in OPENED))
def openings_that_are_missing(out: Path, desk: Desk) -> None:
    (out / f"items/{A}/openings.json").unlink()


@breaks(*OPENED_A, f"item {A}")
def openings_that_are_no_openings(out: Path, desk: Desk) -> None:
    put(out, f"items/{A}/openings.json", b"[]\n")


@breaks(*OPENED_A, *(f"item {A} {link}" for link in OPENED))
def an_opening_that_is_there_twice(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.append(opened[0]))


@breaks(*OPENED_A, f"item {A} translation fr")
def an_opening_of_a_translation_dropped(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__delitem__(4))


@breaks(*OPENED_A, f"item {A} review fr")
def an_opening_of_an_approval_dropped(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__delitem__(-1))


@breaks(*OPENED_A, f"item {A} source")
def the_opening_of_the_observation_dropped(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__delitem__(0))


@breaks(*OPENED_A)
def an_opening_that_nothing_names(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.append(desk.disclosed[B]))


@breaks(*OPENED_A)
def openings_in_another_order(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.reverse())


@breaks(*OPENED_A, f"item {A} translation en")
def an_opening_with_another_salt(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__setitem__(1, (bytes(32), opened[1][1])))


@breaks(*OPENED_A, *(f"item {A} {link}" for link in OPENED))
def an_opening_with_a_short_salt(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__setitem__(1, (bytes(31), opened[1][1])))


@breaks(f"item {A} source")
def captured_bytes_with_one_changed(out: Path, desk: Desk) -> None:
    raw = desk.opened[A][0] or b""
    opened_otherwise(out, desk, A, lambda opened: None, raw=raw.replace("五".encode(), "六".encode()))


@breaks(*OPENED_A, f"item {A} source")
def captured_bytes_of_an_older_version(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.append(desk.disclosed[A]), raw=b"an older version")


@breaks(*OPENED_A, f"item {A} source")
def captured_bytes_withdrawn_in_silence(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: None, raw=None)


@breaks(*listed_as(f"items/{B}/proof.js"), f"item {B} source")
def captured_bytes_that_the_statement_does_not_speak_of(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, B, lambda opened: None, raw=b"{}")


@breaks(*listed_as(f"items/{B}/proof.js"), *(f"item {B} {link}" for link in ("source", "translation en", "review en")))
def an_opening_with_a_short_salt_beside_a_post_that_shows_no_bytes(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, B, lambda opened: opened.__setitem__(0, (bytes(31), opened[0][1])))


# ---- posts: a desk that lies, or whose key was stolen -------------------------------------------------------------


def said_anew(out: Path, desk: Desk, number: int, opened: list[int] | None = None, **changes: Any) -> None:
    """Publish another statement about a post, with other *opened* ones."""
    desk.restate(number, **changes)
    if opened is not None:
        desk.opened[number] = desk.opened[number][0], opened
    desk.publish(out)


def entries_of(works: list[dict[str, Any]]) -> list[int]:
    """The entries that translations name, in order."""
    return [each["index"] for work in works for each in (work["translated"], *work["reviewed"])]


def translated_anew(out: Path, desk: Desk, **how: Any) -> None:
    """Publish post B with another translation."""
    said = desk.predicate(B)
    arguments = {
        "post": said["post"],
        "source": B,
        "text": said["text"],
        "language": "en",
        "target": "The second",
        **how,
    }
    works = [desk.translate(**arguments)]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {A} source", f"item {A} translation en", f"item {A} translation fr")
def a_text_altered_in_statement_and_page(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, text=TEXT.replace("五", "六"))


@breaks(f"item {B} translation en")
def a_text_whose_bytes_are_withheld_altered_in_statement_and_page(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, text="第三")


@breaks(f"item {B} translation en", f"item {B} review en")
def words_of_a_translation_altered_in_statement_and_page(out: Path, desk: Desk) -> None:
    work = desk.predicate(B)["translations"][0]
    said_anew(out, desk, B, translations=[{**work, "target": "The first"}])


@breaks(f"item {B} translation en")
def a_note_that_the_translator_did_not_write(out: Path, desk: Desk) -> None:
    work = desk.predicate(B)["translations"][0]
    said_anew(out, desk, B, translations=[{**work, "notes": ["He lies."]}])


@breaks(f"item {B} translation en", f"item {B} review en")
def a_translation_of_another_post(out: Path, desk: Desk) -> None:
    works = desk.predicate(A)["translations"][:1]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {A} translation de", f"item {A} review de")
def a_translation_under_another_language(out: Path, desk: Desk) -> None:
    english, french = desk.predicate(A)["translations"]
    said_anew(out, desk, A, translations=[english, {**french, "language": "de"}])


@breaks(f"item {B} translation en")
def a_translation_of_another_version_of_the_text(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, text="an older text")


@breaks(f"item {B} translation en")
def a_translation_of_a_day_that_no_calendar_has(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, day="2026-02-30")


@breaks(f"item {B} review en")
def a_translator_who_reviews_what_is_theirs(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="aab")


@breaks(f"item {B} review en")
def a_translator_who_approves_what_is_theirs(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="aba")


@breaks(f"item {B} review en")
def a_tag_written_in_capitals_to_look_like_another_s(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="aAb")


@breaks(f"item {B} review en")
def an_approval_without_a_review(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="ab", verdicts=["approved"])


@breaks(f"item {B} review en")
def a_review_without_an_approval(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="ab", verdicts=["reviewed"])


@breaks(f"item {B} review en")
def a_translation_that_was_returned(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, verdicts=["reviewed", "returned"])


@breaks(f"item {B} review en")
def a_translation_returned_and_approved_by_another(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="abcb", verdicts=["reviewed", "returned", "approved"])


@breaks(f"item {B} review en")
def a_review_made_after_the_approval(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, verdicts=["approved", "reviewed"])


@breaks(f"item {B} review en")
def a_review_made_after_the_approval_and_told_before_it(out: Path, desk: Desk) -> None:
    said = desk.predicate(B)
    work = desk.translate(said["post"], B, said["text"], "en", "The second", verdicts=["approved", "reviewed"])
    work["reviewed"].reverse()
    said_anew(out, desk, B, entries_of([work]), translations=[work])


@breaks(f"item {B} translation en")
def a_translation_whose_statement_is_about_other_words(out: Path, desk: Desk) -> None:
    said = desk.predicate(B)
    work = desk.translate(said["post"], B, said["text"], "en", "The second")
    at = work["translated"]["index"]
    salt, envelope = desk.disclosed[at]
    stated = replace(peek_envelope(envelope), subjects=(Subject("translation", "0" * 64),))
    changed = sign_statement(stated, [desk.desk.signer])
    desk.disclosed[at], desk.entries[at] = (salt, changed), commitment(salt, changed)
    reviewed = [desk.append(with_named(desk, each["index"], at)) for each in work["reviewed"]]
    work |= {"translated": desk.named(at), "reviewed": [desk.named(each) for each in reviewed]}
    said_anew(out, desk, B, entries_of([work]), translations=[work])


def with_named(desk: Desk, review: int, translated: int) -> Statement:
    """The statement of a review, of another translation."""
    said = peek_envelope(desk.disclosed[review][1])
    return replace(said, predicate={**said.predicate, "translated": desk.named(translated)})


@breaks(f"item {B}")
def a_translation_that_nobody_reviewed(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="a", verdicts=[])


@breaks(f"item {B} review en")
def a_review_of_an_older_translation(out: Path, desk: Desk) -> None:
    said = desk.predicate(B)
    before = said["translations"][0]
    new = desk.translate(said["post"], B, said["text"], "en", "The second", by="a", verdicts=[])
    works = [{**new, "reviewed": before["reviewed"]}]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {B} translation en", f"item {B} review en")
def a_statement_of_another_act_opened_as_a_translation(out: Path, desk: Desk) -> None:
    work = desk.predicate(B)["translations"][0]
    works = [{**work, "translated": work["reviewed"][0], "reviewed": [work["translated"], *work["reviewed"][1:]]}]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {A} source")
def an_observation_of_another_post(out: Path, desk: Desk) -> None:
    source = desk.observe("https://x.com/i/status/57", TEXT, desk.opened[A][0] or b"")
    said_anew(out, desk, A, [source, *desk.opened[A][1][1:]], source=desk.named(source))


@breaks(f"item {A} source")
def an_observation_of_another_text(out: Path, desk: Desk) -> None:
    source = desk.observe(desk.predicate(A)["post"], f"{TEXT}!", desk.opened[A][0] or b"")
    said_anew(out, desk, A, [source, *desk.opened[A][1][1:]], source=desk.named(source))


@breaks(f"item {A} source")
def an_observation_that_no_key_of_the_desk_signed(out: Path, desk: Desk) -> None:
    stranger = replace(desk, desk=Key())  # whose statement stands in the ledger like any other
    source = stranger.observe(desk.predicate(A)["post"], TEXT, desk.opened[A][0] or b"")
    said_anew(out, desk, A, [source, *desk.opened[A][1][1:]], source=desk.named(source))


@breaks(f"item {B} translation en", f"item {B} review en")
def a_translation_that_no_key_of_the_desk_signed(out: Path, desk: Desk) -> None:
    said = desk.predicate(B)
    works = [replace(desk, desk=Key()).translate(said["post"], B, said["text"], "en", "The second")]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {A} source")
def an_observation_without_its_slices(out: Path, desk: Desk) -> None:
    said = peek_envelope(desk.disclosed[A + 1][1])
    source = desk.append(Statement("observed", said.subjects, {**said.predicate, "from": []}))
    said_anew(out, desk, A, [source, *desk.opened[A][1][1:]], source=desk.named(source))


@breaks(f"item {A} text")
def slices_whose_lengths_are_not_those_of_the_bytes(out: Path, desk: Desk) -> None:
    said = peek_envelope(desk.disclosed[A + 1][1])
    observed: Any = said.predicate
    slices: list[Json] = [{**each, "length": 7} for each in observed["from"] * 2]
    source = desk.append(Statement("observed", said.subjects, {**said.predicate, "from": slices}))
    said_anew(out, desk, A, [source, *desk.opened[A][1][1:]], source=desk.named(source))


@breaks(f"item {C} text")
def a_text_that_is_a_quoted_post_s(out: Path, desk: Desk) -> None:
    raw = json.dumps({"tweet": {"full_text": "mine", "quoted_status": {"full_text": "theirs"}}}).encode()
    post = desk.predicate(C)["post"]
    source = desk.observe(post, "theirs", raw)
    desk.opened[C] = raw, [source]
    reading = {"slice": 0, "member": "/tweet/quoted_status/full_text", "escaped": False}
    said_anew(out, desk, C, text="theirs", source=desk.named(source), reading=reading)


@breaks(f"item {A} text")
def a_text_that_is_said_to_stand_unescaped(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, reading={"slice": 0, "member": "/tweet/full_text", "escaped": False})


@breaks(f"item {A} text")
def a_text_that_is_said_to_stand_in_another_member(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, reading={"slice": 0, "member": "/full_text", "escaped": True})


@breaks(f"item {A} text")
def a_text_that_is_said_to_stand_in_a_slice_that_is_not_there(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, reading={"slice": 1, "member": "/noteTweet/core/text", "escaped": True})


@breaks(f"item {C} text")
def a_text_that_is_said_to_stand_in_bytes_that_are_no_json(out: Path, desk: Desk) -> None:
    said_anew(out, desk, C, reading={"slice": 0, "member": "/text", "escaped": False})


def wrongly(named: Any, desk: Desk) -> dict[str, Any]:
    """The same place with the commitment of another."""
    return {**named, "commitment": desk.entries[0].hex()}


@breaks(f"item {A} gone")
def a_removal_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, gone=wrongly(desk.predicate(A)["gone"], desk))


@breaks(f"item {A} earlier")
def an_earlier_version_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, earlier=[wrongly(desk.predicate(A)["earlier"][0], desk)])


@breaks(f"item {A} media")
def a_picture_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    picture = desk.predicate(A)["pictures"][0]
    said_anew(out, desk, A, pictures=[{**picture, "source": wrongly(picture["source"], desk)}])


@breaks(f"item {B} source")
def a_post_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, source=wrongly(desk.predicate(B)["source"], desk))


@breaks(f"item {B} translation en", f"item {B} review en")
def a_translation_at_another_entry(out: Path, desk: Desk) -> None:
    work = desk.predicate(B)["translations"][0]
    said_anew(out, desk, B, translations=[{**work, "translated": {**work["translated"], "index": 0}}])


@breaks(f"item {B}", f"item {B} gone")
def a_post_that_names_what_came_later(out: Path, desk: Desk) -> None:
    said_anew(
        out,
        desk,
        B,
        gone={**desk.named(0), "index": 10**6, "word": "http", "deleted": None, "stood": None, "as_of": "2026-11-24"},
    )


@breaks(f"item {B}")
def a_post_whose_number_is_not_its_first_observation_s(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, source=desk.named(B - 1))


@breaks(f"item {B}")
def a_post_with_a_member_that_no_page_shows(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, more="words")


@breaks(f"item {B}")
def a_post_of_a_kind_that_is_not_known(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, kind="Post")


@breaks(f"item {C}")
def one_post_under_two_numbers(out: Path, desk: Desk) -> None:
    desk.opened[C] = None, []
    said_anew(out, desk, C, post=desk.predicate(B)["post"], bytes=False)


@breaks(f"item {NEW}")
def a_post_that_claims_the_source_of_a_clip(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, source=desk.named(NEW))


@breaks(f"item {NEW} source")
def a_post_in_the_place_of_a_clip(out: Path, desk: Desk) -> None:
    desk.items[NEW] = {}
    desk.opened[NEW] = b"a clip", [NEW]
    desk.derived.pop(NEW)
    here = desk.named(NEW)
    said_anew(
        out,
        desk,
        NEW,
        **{**desk.predicate(C), "item": NEW, "source": here, "thread": NEW, "post": "https://x.com/i/status/1"},
    )


@breaks(f"item {PERSON} record")
def a_person_whose_record_is_not_its_subject(out: Path, desk: Desk) -> None:
    said = desk.predicate(PERSON)
    subject = peek_envelope(desk.disclosed[desk.derived[PERSON]][1]).subjects
    desk.derived[PERSON] = desk.append(Statement("derived", subject, {**said, "said": {**said["said"], "age": "8"}}))
    desk.proofs.pop(PERSON)
    desk.publish(out)


@breaks(f"item {PERSON} source")
def a_person_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    said_anew(out, desk, PERSON, source=wrongly(desk.predicate(PERSON)["source"], desk))


@breaks(f"item {PERSON}")
def a_person_with_a_secret_member(out: Path, desk: Desk) -> None:
    said = desk.predicate(PERSON)["said"]
    said_anew(out, desk, PERSON, said={**said, "address": "here"})


@breaks(f"item {PERSON}", f"item {PERSON} record")
def a_record_of_a_person_altered(out: Path, desk: Desk) -> None:
    said: Any = desk.predicate(PERSON)["said"]
    resign(out / f"items/{PERSON}/statement.json", Key(), said={**said, "age": "8"})
