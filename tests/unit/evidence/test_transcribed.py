"""What is said in a clip belongs to it in a package: transcripts, their translations, and who reviewed them."""

import importlib
import pkgutil
from pathlib import Path

import pytest

from support.published_desk import House
from support.transcribing_desk import DAY, LIN, approve, capture, transcribe
from tamizdat import statements
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.redactions import clear, redact
from tamizdat.covering import COVER
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.custody import chronology
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
