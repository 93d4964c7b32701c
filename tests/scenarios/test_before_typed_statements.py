"""What the code before typed statements made is read as it was: its ledger, its index and its site, to the byte.

The desk was made by that code itself, with two editions, every act and every kind of item
(``tests/data/before_typed_statements/make`` says how). A test that fails here tells that archives and sites which are
out there are read differently now; the data are not made anew to suit the code.
"""

import base64
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from support.item_files import envelope_of, facts, opened_in
from support.old_desk import DESK, ROOT, OldDesk, answers
from tamizdat.archive import Archive
from tamizdat.archive.views.index import VERSION
from tamizdat.encoding import Json, b64, canonical
from tamizdat.ledger.roster import Root
from tamizdat.ledger.signing import payload_of, sign_statement
from tamizdat.ledger.statement import Statement
from tamizdat.verifying import Report, verify

FINGERPRINT: Final = Root((ROOT.public,)).fingerprint
COMMANDS: Final = [words for words in answers() if words not in ("acts", "glossary", "verdicts")]
LEDGER: Final[int] = answers()["status"][-1]["ledger"]  #: leaves it has
#: Files of an item that lead to the checkpoint of the edition in which it last changed, or was last built whole.
PROOFS: Final = re.compile(r"items/\d+/(proof\.js|statement\.tlog-proof)")
OF_AN_EDITION: Final = re.compile(r"edition/|ledger/")
#: Files of the site that were changed on purpose since then, and why. Never statements, openings or media.
DIFFER: Final = {
    "items/8/statement.json": "the clip is made once more, with all of its sound",
    "items/30/statement.json": "a version stood until the platform says that the next one replaced it",
    "items/38/statement.json": "words stood until the day on which its author replaced them, by its server's word",
}
#: What the house itself writes, in every language: pages, feeds, citations, style, scripts and their words; and texts
#: that are found, of which 32 are in a script where 16 were: they are compared one by one.
REMADE: Final = re.compile(
    r"(?:.*/)?[^/]+\.html|feeds/.*|words/.*|cite/.*|search/\d+/t\d+\.js|[^/]+\.(?:js|css|txt|xml)"
)


#: The one clip: all of its sound is mixed by now (recipe clip/2), so the next edition makes it once more.
CLIP: Final = 8
EDITED: Final = (30, 38)  #: posts of which X numbers the versions, and Mastodon tells when the next one came
COUNTS: Final = {"found", "shown", "items"}  #: of what is listed
#: Columns that tables got since then: where a post came from, out of whose own export, what else it tells, its
#: author's consent.
ADDED: Final = {
    "posts": ("source", "owner", "details"), "releases": ("consent",), "people": ("known_as", "elsewhere"),
}  # fmt: skip
#: tables that there were not, with their lookups
NEW_TABLES: Final = re.compile(
    r"(?:sqlite_autoindex_)?(?:sights|wholes|parted|compared|repeated|pages|web_archives|unfetched|renumbered|languages|posts_by|transcribed|transcripts|redacted|cleared|recited|sounds|coverings|media_of|composed|versions_of_story)(?:_\w+)?"
)


@pytest.fixture
def desk(tmp_path: Path) -> OldDesk:
    return OldDesk.unpack(tmp_path)


def tables(index: Path) -> dict[str, Any]:
    """Everything in an index that the code of then knew: how its tables are declared, and their rows in order."""
    with closing(sqlite3.connect(f"file:{index}?mode=ro", uri=True)) as connection:
        declared = dict(connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall())
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {}
        for name in [each for each in declared if NEW_TABLES.fullmatch(each)]:
            del declared[name]
        for name in [each for each in names if each in declared]:
            added = ADDED.get(name, ())
            known = [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[1] not in added]
            rows[name] = sorted(connection.execute(f"SELECT {', '.join(known)} FROM {name}"), key=repr)
            declared[name] = re.sub(rf", ({'|'.join(added)}) TEXT", "", declared[name]) if added else declared[name]
        version = connection.execute("PRAGMA user_version").fetchone()
    return {"version": version, "declared": declared, **rows}


def verdicts(report: Report) -> dict[str, str]:
    return {link.name: str(link.verdict) for link in report.links}


def told_by(desk: OldDesk) -> dict[str, bytes]:
    """The files of its site, whose items lie there as in the first format, in which it was left, but for proofs."""
    files = desk.files()
    for path in [each for each in files if PROOFS.fullmatch(each)]:
        if files.pop(path).startswith(b"tamizdatItem("):
            place, folder = path.rpartition("/")[0], (desk.site / path).parent
            files[f"{place}/statement.json"] = envelope_of(folder)
            pairs: list[Json] = [{"envelope": b64(one), "salt": b64(salt)} for salt, one in opened_in(folder)]
            if pairs:
                files[f"{place}/openings.json"] = canonical({"bytes": facts(folder)["bytes"], "openings": pairs})
    return files


def unpaged(desk: OldDesk) -> dict[str, bytes]:
    """The same but for what the house writes, and what depends on which edition it is."""
    files = told_by(desk).items()
    return {path: data for path, data in files if not (REMADE.fullmatch(path) or OF_AN_EDITION.match(path))}


def texts_found(desk: OldDesk) -> dict[int, list[Json]]:
    """What the search shows of each item: its number, kind, day, who said it, and its words."""
    scripts = [data.decode() for path, data in desk.files().items() if re.fullmatch(r"search/\d+/t\d+\.js", path)]
    told = [json.loads(each[each.index("(") + 1 : each.rindex(")")]) for each in scripts]
    return {text[0]: text for each in told for text in each["texts"]}


def new_acts(desk: OldDesk) -> list[str]:
    """The acts of statements that were not in the ledger before, in order."""
    with Archive.open(desk.archive) as archive:
        return [Statement.from_payload(payload(each)).act for _, each in archive.statements(LEDGER)]


def payload(envelope: bytes) -> bytes:
    """The bytes that were signed, taken out without our own reader."""
    return base64.b64decode(json.loads(envelope)["payload"], validate=True)


def test_an_index_of_an_earlier_version_is_made_anew_with_the_same_rows(desk: OldDesk) -> None:
    index = desk.archive / "index.sqlite"
    before = tables(index)
    assert all(before.values()), "a table without rows shows nothing"
    with Archive.open(desk.archive) as archive:
        assert len(archive.index.items()) == 11
    assert tables(index) == {**before, "version": (VERSION,)}
    file = index.read_bytes(), index.stat().st_ino
    with Archive.open(desk.archive) as archive:
        assert archive.index.has_leaf(archive.size - 1, archive.commitments()[archive.size - 1])
    assert (index.read_bytes(), index.stat().st_ino) == file, "the index was written to, or made anew again"


def test_an_index_made_anew_by_command_has_the_same_tables_and_rows(desk: OldDesk) -> None:
    before = tables(desk.archive / "index.sqlite")
    with Archive.open(desk.archive) as archive:
        assert archive.check(rebuild=True).rebuilt
    assert tables(desk.archive / "index.sqlite") == {**before, "version": (VERSION,)}


def test_every_statement_is_read_and_written_again_byte_for_byte(desk: OldDesk) -> None:
    acts: Counter[str] = Counter()
    with Archive.open(desk.archive) as archive:
        for number, envelope in archive.statements():
            statement = Statement.from_payload(payload(envelope))
            assert payload_of(statement) == payload(envelope), number
            signer = ROOT if statement.act == "roster" else DESK
            assert sign_statement(statement, [(signer.public, signer.sign)]) == envelope, number
            acts[statement.act] += 1
    assert acts == answers()["acts"]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_tells_all_that_it_told(desk: OldDesk, words: str) -> None:
    """It may tell more: members that a record did not have, and what was not listed then (texts of a card)."""
    told = desk.run(*words.split())
    missing = [each for each in answers()[words] if not any(_holds(one, each) for one in told)]
    assert missing == []


def _holds(now: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a record says all that *before* said; where more is listed, it counts more.

    A receipt is withheld by now until there is a backup, too; and a list keeps to 80 columns, so it shows fewer words.
    """
    return all(name in now and _says(name, now[name], value) for name, value in before.items())


def _says(name: str, now: Any, before: Any) -> bool:
    if name == "text":
        return str(before).startswith(str(now).rstrip("…"))
    return bool(now >= before) if name in COUNTS else now == before or name == "receipt"


def test_the_glossary_is_the_same_table(desk: OldDesk, tmp_path: Path) -> None:
    desk.run("translate", "glossary", "export", str(tmp_path / "glossary.csv"))
    assert (tmp_path / "glossary.csv").read_text("utf-8-sig").splitlines() == answers()["glossary"]


def test_the_verifier_says_the_same_of_every_link(desk: OldDesk) -> None:
    reports = {path: verify(desk.site / path, FINGERPRINT) for path in answers()["verdicts"]}
    assert all(report.holds and report.root == FINGERPRINT for report in reports.values())
    expected = answers()["verdicts"]
    for path, links in expected.items():
        if path != ".":  # since then one item's pages are judged as well
            links[f"item {path.rpartition('/')[2]} page"] = "proved"
    assert {path: verdicts(report) for path, report in reports.items()} == expected


@pytest.mark.parametrize("lost", [(), ("publishing.sqlite",), ("publishing.sqlite", "index.sqlite")])
def test_publishing_again_finds_every_statement_again(desk: OldDesk, lost: tuple[str, ...]) -> None:
    for name in lost:
        (desk.archive / name).unlink()
    before, ledger = told_by(desk), (desk.archive / "entries.log").read_bytes()
    [told] = desk.run("publish")
    assert [told[each] for each in ("added", "changed", "removed", "skipped", "partly", "waiting")] == [
        [], [CLIP, *EDITED], [], [], [], []
    ]  # fmt: skip
    assert told["encoded"] == 1, "other media than the clip were made anew"
    after = told_by(desk)
    news = tuple(f"items/{number}/" for number in (CLIP, *EDITED))
    items = [path for path in before if path.startswith("items/") and not path.endswith(".html")]
    items = [path for path in items if not path.startswith(news)]
    assert [path for path in items if after[path] != before[path]] == []
    assert (desk.archive / "entries.log").read_bytes().startswith(ledger)
    assert new_acts(desk) == ["derived"] * len([CLIP, *EDITED]) + ["published"]
    expected = {**answers()["verdicts"]["."], "checkpoints": "proved"}  # these are kept since
    assert verdicts(verify(desk.site, FINGERPRINT)) == expected


def test_all_but_the_pages_is_built_with_the_same_bytes(desk: OldDesk) -> None:
    """Pages, feeds, style and scripts are others since there are ten languages; other changes stand in ``DIFFER``."""
    before, texts = unpaged(desk), texts_found(desk)
    (desk.archive / "publishing.sqlite").unlink()
    desk.run("publish")
    after = unpaged(desk)
    assert {path for path in before if before[path] != after.get(path)} == set(DIFFER)
    found = texts_found(desk)
    assert found.keys() == texts.keys()
    edited = [number for number in texts if found[number] != texts[number]]
    assert edited == [EDITED[0]], "an edited post stands under the time of its first words; all else is the same"
    made_of_the_clip = {f"items/{CLIP}/{name}" for name in ("small.mp4", "sheet.jpg", "wave.svg")}
    assert after.keys() - before.keys() == {"search/0/facts.js"} | made_of_the_clip, (
        "in which order hits stand, and by what they can be asked for"
    )


def test_a_changed_caption_is_the_only_news_of_the_next_edition(desk: OldDesk) -> None:
    with Archive.open(desk.archive) as archive:
        item = next(each.number for each in archive.index.items("public") if each.path.endswith("IMG_0001.JPG"))
    desk.run("publish")  # with the clip made once more
    seen, before = verify(desk.site, FINGERPRINT).seen, told_by(desk)
    with Archive.open(desk.archive) as archive:
        size, derived = archive.size, archive.index.by_act("derived")
    desk.run("publish", "release", str(item), "--caption", "From the bridge.")
    [told] = desk.run("publish")
    assert (told["edition"], told["added"], told["changed"], told["removed"]) == (4, [], [item], [])
    with Archive.open(desk.archive) as archive:
        assert archive.index.by_act("derived") == [*derived, size + 1]
        assert archive.check().faults == []
    after = told_by(desk)
    same = [path for path in before if path.endswith(("statement.json", "openings.json", ".jpg", ".mp4"))]
    assert [path for path in same if after[path] != before[path]] == [f"items/{item}/statement.json"]
    assert seen is not None
    report = verify(desk.site, FINGERPRINT, {FINGERPRINT.hex(): seen})
    assert (report.holds, verdicts(report)["newest"]) == (True, "proved")


@pytest.mark.parametrize(("format", "now"), [("x-archive/v1", "x-archive/v3"), ("mastodon/v1", "mastodon/v3")])
def test_an_export_that_is_in_the_archive_brings_nothing_new(
    desk: OldDesk, tmp_path: Path, format: str, now: str
) -> None:
    with Archive.open(desk.archive) as archive:
        for _, envelope in archive.statements():
            said = json.loads(payload(envelope))
            if said["predicate"].get("format") == format:  # of the two exports the later one stays
                path = tmp_path / "export" / said["predicate"]["path"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.objects.path(said["subject"][0]["digest"]["sha256"]).read_bytes())
    ledger = (desk.archive / "entries.log").read_bytes()
    [told] = desk.run("collect", str(tmp_path / "export"))
    assert (told["format"], told["new"], told["edited"], told["gone"]) == (now, 0, 0, 0)
    assert told["known"] > 0
    assert (desk.archive / "entries.log").read_bytes().startswith(ledger)
    news = new_acts(desk)
    acts = {each for each in news if each != "sighted"}  # that posts were in a later export too, nobody noted then
    assert acts == {"captured"}, "read in another way, the same file is a new fact, and no post of it is"
    desk.run("collect", str(tmp_path / "export"))
    assert new_acts(desk) == news
