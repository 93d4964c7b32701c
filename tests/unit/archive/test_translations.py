"""Translations in the index: what has another form or speaks of something else adds nothing, also after a rebuild."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from support.translating_desk import LIN, MAY, WEI, Bureau
from tamizdat.archive import Archive
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject, peek_envelope
from tamizdat.translation.proposals import tag

Alter = Callable[[dict[str, Any]], object]


def state(bureau: Bureau) -> dict[str, Any]:
    """Everything the index says of translations, as it has caught up, and as it is made anew."""

    def said(archive: Archive) -> dict[str, Any]:
        found = archive.index.translations
        latest = found.all_latest()
        return {
            "latest": latest,
            "history": {key: found.history(*key) for key in latest},
            "of": {post: found.of(post) for post, _ in latest},
            "approved": found.all_approved(),
            "one by one": {post: each for post, _ in latest if (each := found.approved(post))},
            "reviews": {each.number: found.reviews(each.number) for each in latest.values()},
            "pairs": list(found.pairs()),
        }

    before, size = said(bureau.archive), bureau.archive.size
    digests = bureau.archive.index.digests(size)
    bureau.archive.index.make_anew()
    assert said(bureau.archive) == before
    assert bureau.archive.index.digests(size) == digests
    assert before["approved"] == before["one by one"]
    return before


def statement(bureau: Bureau, number: int) -> Statement:
    return peek_envelope(bureau.archive.disclosure(number).envelope)


def append(bureau: Bureau, act: str, subject: Subject, predicate: dict[str, Any]) -> int:
    signed = sign_statement(Statement(act, (subject,), predicate), [(bureau.key.public, bureau.key.sign)])
    return bureau.archive.append([signed])[0]


def again(bureau: Bureau, number: int, alter: Alter, subject: Subject | None = None) -> int:
    """The statement once more, with something altered in it."""
    known = statement(bureau, number)
    predicate = deepcopy(known.predicate)
    alter(predicate)
    return append(bureau, known.act, subject or known.subjects[0], predicate)


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau.of(tmp_path, "五年了", "六年了")


def named(bureau: Bureau, number: int) -> dict[str, Any]:
    return {"index": number, "commitment": bureau.archive.commitments()[number].hex()}


@pytest.mark.parametrize(
    "alter",
    [
        lambda said: said.pop("notes"),
        lambda said: said.update(more=1),
        lambda said: said.update(post=7),
        lambda said: said.update(post="https://x.com/i/status/99"),
        lambda said: said.update(post="https://x.com/i/status/2"),
        lambda said: said.update(source=3),
        lambda said: said["source"].update(index=True),
        lambda said: said["source"].update(index=-1),
        lambda said: said["source"].update(index=99),
        lambda said: said["source"].update(index=0),
        lambda said: said["source"].update(commitment="00" * 32),
        lambda said: said["source"].update(commitment="00"),
        lambda said: said.update(text="00" * 32),
        lambda said: said.update(text=None),
        lambda said: said.update(language="English"),
        lambda said: said.update(language=["en"]),
        lambda said: said.update(segments=[["五年了", "Five years"]]),
        lambda said: said.update(segments=[{"source": "五年了", "target": 5}]),
        lambda said: said.update(segments={}),
        lambda said: said.update(target="Other words"),
        lambda said: said.update(target=None),
        lambda said: said.update(notes="a note"),
        lambda said: said.update(notes=[1]),
        lambda said: said.update(by="magpie"),
        lambda said: said.update(by="AB" * 16),
        lambda said: said.update(day="today"),
        lambda said: said.update(day="20261125"),
        lambda said: said.update(day="2026-02-30"),
        lambda said: said.update(after=1),
        lambda said: said.update(after={"index": 99, "commitment": "00" * 32}),
        lambda said: said.update(after={"index": 0, "commitment": "00" * 32}),
    ],
)  # fmt: skip
def test_a_translation_of_another_form_adds_nothing(bureau: Bureau, alter: Alter) -> None:
    sound = bureau.approved(1, "Five years")
    before = state(bureau)
    again(bureau, sound, alter)
    assert state(bureau) == before
    assert bureau.propose(2, "Six years") > sound


@pytest.mark.parametrize(
    "subject", [Subject("translation", "00" * 32), Subject("original", sha256_hex(b"Five years"))]
)  # fmt: skip
def test_a_translation_about_other_words_adds_nothing(bureau: Bureau, subject: Subject) -> None:
    sound = bureau.propose(1, "Five years")
    before = state(bureau)
    again(bureau, sound, lambda said: None, subject)
    assert state(bureau) == before


@pytest.mark.parametrize(
    "alter",
    [
        lambda said: said.pop("day"),
        lambda said: said.update(more=1),
        lambda said: said.update(verdict="fine"),
        lambda said: said.update(verdict=["approved"]),
        lambda said: said.update(post="https://x.com/i/status/2"),
        lambda said: said.update(language="fr"),
        lambda said: said["translated"].update(index=99),
        lambda said: said["translated"].update(index=0),
        lambda said: said["translated"].update(commitment="00" * 32),
        lambda said: said.update(translated=said["translated"]["index"]),
        lambda said: said.update(by=""),
        lambda said: said.update(by=tag(LIN, "https://x.com/i/status/1", "en")),
        lambda said: said.update(day="25 November"),
    ],
)  # fmt: skip
def test_a_review_of_another_form_or_of_oneself_adds_nothing(bureau: Bureau, alter: Alter) -> None:
    translated = bureau.propose(1, "Five years")
    sound = bureau.review(translated, "reviewed")
    before = state(bureau)
    again(bureau, sound, lambda said: (said.update(verdict="approved"), alter(said)))
    assert state(bureau) == before
    assert bureau.state(translated) == "reviewed"


def test_a_review_of_other_words_adds_nothing(bureau: Bureau) -> None:
    translated = bureau.propose(1, "Five years")
    sound = bureau.review(translated, "reviewed")
    before = state(bureau)
    again(bureau, sound, lambda said: said.update(verdict="approved"), Subject("translation", "00" * 32))
    assert state(bureau) == before


def test_an_approval_without_a_review_counts_for_nothing_even_if_a_review_follows(bureau: Bureau) -> None:
    translated = bureau.propose(1, "Five years")
    subject = statement(bureau, translated).subjects[0]
    said = {"post": bureau.post(1), "language": "en", "translated": named(bureau, translated), "day": "2026-11-25"}
    append(bureau, "reviewed", subject, {**said, "verdict": "approved", "by": tag(MAY, bureau.post(1), "en")})
    assert bureau.state(translated) == "proposed"
    bureau.review(translated, "reviewed")
    assert bureau.state(translated) == "reviewed"
    assert state(bureau)["approved"] == {}


def test_a_review_cannot_come_before_what_it_reviews(bureau: Bureau) -> None:
    subject = Subject("translation", sha256_hex(b"Five years"))
    said = {"post": bureau.post(1), "language": "en", "verdict": "reviewed", "by": tag(WEI, bureau.post(1), "en")}
    coming = {"index": bureau.archive.size + 1, "commitment": "00" * 32}
    append(bureau, "reviewed", subject, {**said, "translated": coming, "day": "2026-11-25"})
    translated = bureau.propose(1, "Five years")
    assert translated == coming["index"]
    assert bureau.state(translated) == "proposed"
    state(bureau)


def test_what_is_forgotten_takes_what_hangs_on_it_along(bureau: Bureau) -> None:
    first = bureau.approved(1, "Five years")
    second = bureau.propose(1, "Five years on", by=MAY)
    review = bureau.archive.index.translations.reviews(first)[-1].number
    bureau.archive.forget(review)
    assert bureau.state(first) == "reviewed"
    bureau.archive.forget(first)
    assert bureau.archive.index.translations.translation(first) is None
    assert bureau.state(second) == "proposed", "what improves on a forgotten translation stands"
    state(bureau)
    bureau.archive.forget(bureau.posts()["1"].number)
    assert state(bureau)["latest"] == {}


def test_translations_of_a_version_whose_bytes_are_lost_come_back_with_them(bureau: Bureau) -> None:
    translated = bureau.approved(1, "Five years")
    objects = [path for path in (bureau.archive.folder / "objects").rglob("*") if path.is_file()]
    [file] = [path for path in objects if "五年了".encode() in path.read_bytes()]
    kept = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(kept.replace("五年了".encode(), "七年了".encode()))
    bureau.archive.index.make_anew()
    assert bureau.archive.index.translations.all_latest() == {}
    file.write_bytes(kept)
    bureau.archive.index.make_anew()
    assert bureau.state(translated) == "approved"


def test_signatures_of_others_do_not_matter_here_and_many_do_not_slow_it(bureau: Bureau) -> None:
    for number in range(40):
        bureau.propose(1, f"Five years, {number}", by=(LIN, WEI, MAY)[number % 3])
    found = state(bureau)
    assert len(found["history"][(bureau.post(1), "en")]) == 40
    assert found["latest"][(bureau.post(1), "en")].target == "Five years, 39"
    assert [each.after and each.after.index for each in found["history"][(bureau.post(1), "en")]][1:] == [
        each.number for each in found["history"][(bureau.post(1), "en")]
    ][:-1]
