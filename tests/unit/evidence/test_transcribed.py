"""What is said in a clip belongs to it in a package: transcripts, their translations, and who reviewed them."""

import importlib
import pkgutil
from pathlib import Path

import pytest

from support.published_desk import House
from support.recordings import Memorial
from support.transcribing_desk import DAY, LIN, approve, capture, transcribe
from tamizdat import statements
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.readings import say_consent, unmatch
from tamizdat.archive.acts.redactions import clear, redact
from tamizdat.covering import COVER
from tamizdat.encoding import sha256_hex
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.custody import chronology
from tamizdat.evidence.package import write
from tamizdat.evidence.proofs import NEEDED, NEVER, PUBLIC
from tamizdat.evidence.selection import choose
from tamizdat.evidence.words import Words
from tamizdat.statements import reviewed, transcribed, translated
from tamizdat.statements.catalogued import NOBODY, CataloguedItem, Release
from tamizdat.translation.proposals import propose, tag
from tamizdat.translation.queue import going_out
from tamizdat.translation.transcripts import name_of

TARGETS = ("the teacher", "They are all gone.", "Who knows the list?", "Five years,\nand no answer.")


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.archive.append([house.roster])
    return house


def test_transcripts_translations_and_reviews_are_an_exhibits_and_are_opened_as_those_of_a_post_are(
    house: House,
) -> None:
    archive, key = house.archive, house.desk
    clip, other = capture(archive, key), capture(archive, key, path="DCIM/0043.MP4")
    catalogue(archive, key, CataloguedItem(clip, release=Release.PUBLIC, title="The gate", covering=NOBODY))
    replaced = transcribe(archive, key, clip)
    written = approve(archive, key, transcribe(archive, key, clip))
    version = going_out(archive, name_of(clip))
    assert version
    work = approve(archive, key, propose(archive, key, tag(LIN, version.post, "en"), version, "en", TARGETS, (), DAY))
    elsewhere = approve(archive, key, transcribe(archive, key, other))
    house.publish()
    [exhibit] = choose(archive, [str(clip)])
    of = {index: archive.statement(index).act for index in exhibit.statements}
    assert {replaced, written, work} <= of.keys()
    assert list(of.values()).count(reviewed.ACT) == 4
    assert elsewhere not in of

    words = {transcribed.ACT, translated.ACT, reviewed.ACT}
    for asked, opened in ((("salts", "times", "device", "manifest"), set()), (("salts", "tags"), words)):
        contents = Contents(archive, [exhibit], frozenset(asked), house.site, DAY)
        assert {each.statement.act for each in contents.told.values() if each.envelope} & words == opened
        told = {each.index: each for each in chronology(contents.told.values(), contents.editions, asked, Words("en"))}
        assert told[written].sentence == "An account wrote down what is said in it, in Chinese."
        assert told[written].when == DAY
        assert told[work].sentence == "An account proposed a translation into English."
        assert told[written + 1].sentence == "Another account reviewed what is said in it, in Chinese."


def test_the_rehearsal_warns_of_originals_of_what_is_covered_on_the_site(house: House) -> None:
    archive, key = house.archive, house.desk
    clip, other = capture(archive, key), capture(archive, key, path="DCIM/0043.MP4")
    cover = COVER({"regions": [], "silences": [{"from": 0, "to": 900}]})
    number = redact(archive, key, tag(LIN, name_of(clip), "und"), clip, cover, DAY, 2000)
    assert number is not None
    house.publish()
    warned = "who is covered on the site"

    def told() -> str:
        return " ".join(
            Contents(archive, choose(archive, [f"{clip}", f"{other}"]), frozenset(), house.site, DAY).tells()
        )

    assert warned not in told()
    clear(archive, key, tag(bytes(32), name_of(clip), "und"), number, reviewed.APPROVED, DAY)
    assert warned in told()
    assert f"(no. {clip}, {other})" in told(), "the same bytes, twice"


def test_of_every_act_it_is_said_what_must_be_asked_for_to_open_it() -> None:
    modules = [
        importlib.import_module(f"tamizdat.statements.{each.name}")
        for each in pkgutil.iter_modules(statements.__path__)
    ]
    acts = {each.ACT for each in modules if hasattr(each, "ACT")}
    assert acts <= {*NEEDED, *PUBLIC, *NEVER}


def test_a_recording_whose_speaker_took_the_consent_back_is_in_no_package(house: House) -> None:
    memorial = Memorial(house)
    archive, key = house.archive, house.desk
    heard, asked, gone, wrong = (memorial.read(at, "unasked" if at == 1 else "given") for at in (0, 1, 2, 0))
    say_consent(archive, key, gone, "withdrawn", DAY)
    unmatch(archive, key, wrong, DAY)
    house.publish()
    contents = Contents(archive, choose(archive, [f"{heard}-{wrong}"]), frozenset(), house.site, DAY)
    numbers = [heard, asked, gone, wrong]
    assert {each.number: bool(each.originals) for each in contents.exhibits if each.number in numbers} == {
        heard: True, asked: False, gone: False, wrong: True,
    }  # fmt: skip
    assert (contents.unheard, [each.missing for each in contents.exhibits if each.unheard]) == ([asked, gone], [(), ()])
    made = write(contents, house.folder / "package", with_pdf=False)
    files = [path for path in (house.folder / "package").rglob("*") if path.is_file()]
    assert gone in contents.shown, "an edition told of it"
    assert not [path for path in files if f"/{gone}/" in path.as_posix()]
    original = archive.index.item(gone)
    assert original
    assert original.original not in {sha256_hex(path.read_bytes()) for path in files}
    assert (made.missing, any("does not consent to being heard" in path.read_text() for path in files
                              if path.suffix == ".html")) == ((), True)  # fmt: skip
