"""Whatever happened since the last edition: asked of what may have changed alone, the site is the same to the byte."""

import contextlib
import io
import os
import random
import shutil
import sqlite3
import wave
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from support.collecting_desk import tweet
from support.kinds import some_of
from support.media_samples import needs_exiftool, needs_ffmpeg
from support.published_desk import NOON, TODAY, House, key, status
from support.storytelling import compose, retell, story_text
from support.transcribing_desk import DAY, LIN, approve, transcribe
from tamizdat.archive import Archive
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.releases import state_release
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, Leak
from tamizdat.ledger.roster import RoleKey
from tamizdat.publishing.build import site_folder
from tamizdat.publishing.build.renewed_build import RenewedBuild
from tamizdat.publishing.derived import corrections
from tamizdat.publishing.derived.posts import PostStatements
from tamizdat.statements import observed, published, translated
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, PersonEntry
from tamizdat.statements.derived import Item
from tamizdat.translation.proposals import propose, tag
from tamizdat.translation.transcripts import name_of
from tamizdat.verifying import verify

POSTS: Final = 24
MISSING: Final = 900  #: the number of a post that is answered before it comes in
#: after which one edition asks about some posts, and those after which it asks about all
OF_SOME: Final = (
    "translate", "propose", "withdraw", "release", "tag", "embargo", "show bytes", "story", "answer", "quote",
)  # fmt: skip
#: at most four posts at a time, of some twenty: if more may have changed, all are asked about
FEW: Final = (
    ("translate", "answer missing"), ("arrive",), ("answer", "tag"), ("withdraw", "propose"), ("quote", "story"),
    ("embargo", "release"), ("show bytes",), ("arrive released",),
)  # fmt: skip
OF_ALL: Final = ("edit", "person", "roster", "forget translation")
NAMES: Final = ("王小明", "李小红", "赵强")


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, POSTS + 1)))
    house.release(*range(1, POSTS - 5))
    house.publish()
    return house


def anew(house: House, day: int) -> dict[str, bytes]:
    """The site of the same archive, made by a desk that remembers nothing."""
    other = House.__new__(House)
    other.__dict__.update(house.__dict__)
    folder = house.folder / "other"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(house.folder / "archive", folder / "archive")
    (folder / "archive/publishing.sqlite").unlink()
    other.folder, other.site, other.archive = folder, folder / "site", Archive.open(folder / "archive")
    assert other.publish(TODAY + timedelta(days=day)).new is False
    other.archive.close()
    return listed(other)


def listed(house: House) -> dict[str, bytes]:
    """What it lists, and the edition: proofs of items that were made earlier lead to earlier checkpoints."""
    files = house.files()
    edition = ("edition/files.txt", "edition/items.txt", "edition/edition.json")
    listed = site_folder.every_file(files["edition/files.txt"], lambda path, _: files[path])
    return {path: files[path] for path in (*listed, *edition)}


def change(house: House, choice: random.Random, step: int, what: str) -> None:
    number = choice.randrange(1, POSTS + 1)
    match what:
        case "translate":
            house.translate(number, f"A translation of step {step}", choice.choice(["en", "fr"]))
        case "propose":
            house.translate(number, f"A proposal of step {step}", "en", verdicts=())
        case "withdraw":
            state_release(house.archive, house.desk, CataloguedPost(status(number), release="withdrawn"))
        case "release":
            house.release(number)
        case "tag":
            state_release(house.archive, house.desk, CataloguedPost(status(number), tags=(f"tag {step % 3}",)))
        case "embargo":
            day = (TODAY + timedelta(days=step + 2)).isoformat()
            state_release(house.archive, house.desk, CataloguedPost(status(number), until=day))
        case "edit":
            house.take(tweet(number, f"Edited in step {step}"), now=NOON + timedelta(days=step + 1))
        case "answer":
            new = POSTS + step + 1
            answered = {"in_reply_to_status_id_str": str(number), "in_reply_to_screen_name": "lin"}
            house.take(tweet(new, f"Post {new}, an answer", **answered), now=NOON + timedelta(days=step + 1))
            house.release(new)
        case "quote":
            house.take(tweet(POSTS + step + 1, f"RT @wang: Post {number}, about"), now=NOON + timedelta(days=step + 1))
        case "answer missing":
            new = POSTS + step + 1
            answered = {"in_reply_to_status_id_str": str(MISSING), "in_reply_to_screen_name": "wang"}
            house.take(tweet(new, f"Post {new}, an answer", **answered), now=NOON + timedelta(days=step + 1))
            house.release(new)
        case "arrive":
            answered = {"in_reply_to_status_id_str": str(number)}
            house.take(tweet(MISSING, "What was answered", **answered), now=NOON + timedelta(days=step + 1))
        case "arrive released":
            house.release(MISSING)
        case "show bytes":
            house.release(number, bytes_shown=choice.random() < 0.7)
        case _:
            change_beside(house, choice, what)


def change_beside(house: House, choice: random.Random, what: str) -> None:
    """What is no change of a post's own words: people, keys, stories, and what is destroyed."""
    archive, desk = house.archive, house.desk
    people = [each.number for each in archive.index.people.all()]
    match what:
        case "person":
            number = choice.choice([None, *people])
            release = choice.choice(["public", "public", "withdrawn"]) if number is not None else "public"
            state_person(archive, desk, PersonEntry(name=choice.choice(NAMES), language="zh", release=release), number)
        case "roster":
            others = (RoleKey("desk", key(9 + each).public) for each in range(choice.randrange(3)))
            house.roster = house.sign_roster(RoleKey("desk", desk.public), *others)
        case "story":
            child = choice.choice(people) if people else state_person(archive, desk, PersonEntry(name=NAMES[0]))
            text = story_text(house, child, *choice.sample(range(1, POSTS + 1), 2))
            compose(house, text, choice.choice(["public", "draft"]))
        case "forget translation":
            forget_one(house, choice, translated.ACT, lambda post: True)
        case "forget post":  # what an editor spoke of has to stay
            spoken_of = archive.index.releases.all()
            forget_one(house, choice, observed.ACT, lambda post: post not in spoken_of)


def forget_one(house: House, choice: random.Random, act: str, may_go: Callable[[str], bool]) -> None:
    """Forget a statement of this act about a post that may go, if there is one."""
    said = ((index, str(house.archive.statement(index).predicate["post"])) for index in house.archive.index.by_act(act))
    if found := [index for index, post in said if may_go(post)]:
        house.archive.forget(choice.choice(found))


@pytest.mark.parametrize("seed", [1])
def test_an_edition_asked_of_what_changed_is_the_one_made_whole(house: House, seed: int) -> None:
    choice = random.Random(seed)
    some, every = choice.sample(OF_SOME, len(OF_SOME)), choice.sample(OF_ALL, len(OF_ALL))
    for step, kinds in enumerate((some[:5], some[5:], every, ["forget post"])):
        for what in kinds:
            change(house, choice, step, what)
        house.publish(TODAY + timedelta(days=step + 1))
        made, whole = listed(house), anew(house, step + 1)
        assert {path for path in made | whole if made.get(path) != whole.get(path)} == set()


@pytest.mark.parametrize("seed", [1])
def test_an_edition_of_which_a_few_posts_are_planned_is_the_one_made_whole(
    house: House, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = list[int]()
    real = RenewedBuild.plan_and_render

    def plan(self: RenewedBuild, *advance: Callable[[int], None]) -> None:
        planned.append(self.site.edition)
        real(self, *advance)

    monkeypatch.setattr(RenewedBuild, "plan_and_render", plan)
    choice = random.Random(seed)
    for step, kinds in enumerate(FEW):
        for what in kinds:
            change(house, choice, step, what)
        house.publish(TODAY + timedelta(days=step + 1))
        made, whole = listed(house), anew(house, step + 1)
        assert {path for path in made | whole if made.get(path) != whole.get(path)} == set(), kinds
    assert len(planned) == len(FEW)


@pytest.fixture(scope="module")
def sound() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(8_000))
    return made.getvalue()


def said_in_it(house: House, number: int) -> list[str]:
    """The languages in which the page of a sound tells what is said in it."""
    found = sorted((house.site / f"items/{number}").glob("track.*.vtt"))
    return [path.name.split(".")[1] for path in found]


@pytest.mark.needs_box
@needs_ffmpeg
@needs_exiftool
def test_whatever_else_came_in_the_edition_is_the_one_made_whole(tmp_path: Path, sound: bytes) -> None:
    house = House(tmp_path)
    archive, desk = house.archive, house.desk
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, 7)))
    house.release(*range(1, 7))
    heard = house.capture("DCIM/1.WAV", sound, title="A voice")
    house.publish()

    approve(archive, desk, transcribe(archive, desk, heard))
    assert house.publish(TODAY + timedelta(days=1)).new
    assert said_in_it(house, heard) == ["zh"]

    words = archive.index.texts.versions(name_of(heard))[-1]
    targets = ("the teacher", "They are gone.", "Who knows the list?", "Five years,\nno answer.")
    by = tag(LIN, words.post, "en")
    approve(archive, desk, propose(archive, desk, by, words, "en", targets, (), DAY))
    assert house.publish(TODAY + timedelta(days=2)).new
    assert said_in_it(house, heard) == ["en", "zh"]

    child = state_person(archive, desk, PersonEntry(name="王小明", language="zh-Hans", release="public"))
    assert house.publish(TODAY + timedelta(days=3)).new
    assert (house.site / f"items/{child}/proof.js").exists()

    house.roster = house.sign_roster(RoleKey("desk", desk.public), RoleKey("desk", key(9).public))
    assert house.publish(TODAY + timedelta(days=4)).new
    assert (house.site / "roster.json").read_bytes() == house.roster
    assert listed(house) == anew(house, 4)

    state_person(archive, desk, PersonEntry(name="王小明", release="withdrawn"), child)
    catalogue(archive, desk, CataloguedItem(heard, release="withdrawn"))
    assert house.publish(TODAY + timedelta(days=5)).new
    assert not list(house.site.glob(f"items/{heard}/*.mp4"))
    assert not (house.site / "names").exists()


def test_a_story_and_what_it_shows_are_the_same_whether_asked_whole_or_of_what_changed(tmp_path: Path) -> None:
    house = House(tmp_path)
    archive, desk = house.archive, house.desk
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, 7)))
    house.release(*range(1, 7))
    person = state_person(archive, desk, PersonEntry(name="王小明", language="zh-Hans", release="public"))
    text = story_text(house, person)
    story = compose(house, text).number
    house.publish()

    house.translate(1, "The first of them.", "en")  # words of an element
    assert house.publish(TODAY + timedelta(days=1)).changed == (house.number(status(1)),)
    assert b"The first of them." in (house.site / f"stories/{story}/index.html").read_bytes()
    assert listed(house) == anew(house, 1)

    compose(house, text.replace("Nobody answered.", "Nobody did."), number=story)
    retell(house, story)
    state_person(archive, desk, PersonEntry(name="王晓明", language="zh-Hans", release="public"), person)
    house.publish(TODAY + timedelta(days=2))
    state_release(archive, desk, CataloguedPost(status(2), release="withdrawn"))  # an element
    assert house.publish(TODAY + timedelta(days=3)).changed == (story,)
    pages = [(house.site / f"{part}stories/{story}/index.html").read_text("utf-8") for part in ("", "zh/")]
    assert all("王晓明" in page and 'data-said="withdrawn"' in page for page in pages)
    assert "译：A list" in pages[1]
    assert listed(house) == anew(house, 3)


def test_what_was_forgotten_behind_its_back_is_not_shown_again(house: House) -> None:
    translated = house.translate(3, "A translation to be forgotten")
    house.publish(TODAY + timedelta(days=1))
    remembered = {path: path.read_bytes() for path in house.archive.folder.glob("publishing.sqlite*")}
    house.archive.forget(translated)
    for path, data in remembered.items():  # as where another's copy, or a backup, brings it back
        path.write_bytes(data)
    assert house.publish(TODAY + timedelta(days=2)).changed == (house.number(status(3)),)
    assert not [path for path, data in house.files().items() if b"A translation to be forgotten" in data]


def test_what_another_copy_of_the_archive_remembers_of_its_own_edition_is_not_believed(
    house: House, tmp_path: Path
) -> None:
    house.archive.close()
    copy = House.__new__(House)
    copy.__dict__ = house.__dict__ | {"folder": tmp_path / "copy", "site": tmp_path / "copy/site"}
    for name in ("archive", "site"):
        shutil.copytree(house.folder / name, copy.folder / name)
    house.archive, copy.archive = (Archive.open(each.folder / "archive") for each in (house, copy))
    editions = []
    for each, number in ((house, 4), (copy, 3)):
        state_release(each.archive, each.desk, CataloguedPost(status(number), release="withdrawn"))
        each.translate(5, "A translation")
        each.publish(TODAY + timedelta(days=1))
        editions.append(each.archive.index.by_act(published.ACT)[-1])
        each.archive.close()
    assert editions[0] == editions[1], "else it is seen by that"
    shutil.copy2(house.folder / "archive/publishing.sqlite", copy.folder / "archive/publishing.sqlite")
    copy.archive = Archive.open(copy.folder / "archive")
    copy.translate(6, "Another")
    assert copy.publish(TODAY + timedelta(days=2)).added == ()
    assert not (copy.site / f"items/{copy.number(status(3))}/proof.js").exists()


@pytest.mark.parametrize("which", some_of(["files", "items"], "items"))
def test_a_list_of_the_last_edition_that_a_disk_damaged_is_not_signed_again(house: House, which: str) -> None:
    said = published.read(house.archive.statement(house.archive.index.by_act(published.ACT)[-1]))
    digest = said.files.sha256 if which == "files" else said.list_of_items or ""
    kept, data = house.archive.objects.path(digest), (house.site / f"edition/{which}.txt").read_bytes()
    house.archive.close()
    at = data.index(b"  style.css") - 3 if which == "files" else data.rindex(b"\n", 0, -1) + 1
    kept.write_bytes(data[:at] + (b"1" if data[at:].startswith(b"0") else b"0") + data[at + 1 :])
    house.archive = Archive.open(house.archive.folder)
    number = house.number(status(3))
    state_release(house.archive, house.desk, CataloguedPost(status(3), release="withdrawn"))
    if which == "items":
        with pytest.raises(BadArchive, match="of the site, or of a mirror"):
            house.publish(TODAY + timedelta(days=1))
        kept.write_bytes(data)
    assert house.publish(TODAY + timedelta(days=1)).removed == (number,)
    report = verify(house.site)
    assert report.broken == []


@pytest.mark.parametrize("more", some_of([False, True], True))
def test_what_waits_for_its_day_is_shown_no_more_once_a_clock_that_was_ahead_is_set_back(
    house: House, more: bool
) -> None:
    number = house.number(status(3))
    waiting = CataloguedPost(status(3), until=(TODAY + timedelta(days=3)).isoformat())
    state_release(house.archive, house.desk, waiting)
    house.publish()
    assert house.publish(TODAY + timedelta(days=4)).added == (number,)
    if more:
        house.translate(5, "A translation")
    assert house.publish(TODAY + timedelta(days=1)).removed == (number,)
    assert not (house.site / f"items/{number}/proof.js").exists()


PARTS = ["of_sheet", "searched", "sqlite_autoindex_folders_1"]


@pytest.mark.parametrize("part", some_of(PARTS, "of_sheet", "sqlite_autoindex_folders_1"))
def test_what_is_withdrawn_goes_although_what_is_remembered_is_found_damaged_meanwhile(house: House, part: str) -> None:
    remembered = house.archive.folder / "publishing.sqlite"
    with contextlib.closing(sqlite3.connect(remembered)) as found:
        found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page, size)] = found.execute(
            "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = ?", (part,)
        )
    with remembered.open("r+b") as file:  # as a disk does
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    number = house.number(status(3))
    state_release(house.archive, house.desk, CataloguedPost(status(3), release="withdrawn"))
    assert house.publish(TODAY + timedelta(days=1)).removed == (number,)
    assert [path for path in house.files() if path.startswith(f"items/{number}/")] == [f"items/{number}/index.html"]
    assert house.publish(TODAY + timedelta(days=1)).items == POSTS - 7
    house.translate(5, "A translation")
    assert house.publish(TODAY + timedelta(days=2)).removed == ()


def test_a_row_that_is_missing_in_what_is_remembered_takes_no_post_from_the_site(house: House) -> None:
    for step, table in enumerate(("posts", "told", "words", "alike")):
        which = f"number = {house.number(status(9))}" if table != "alike" else "place > 0"
        with contextlib.closing(sqlite3.connect(house.archive.folder / "publishing.sqlite")) as found, found:
            found.execute(f"DELETE FROM {table} WHERE {which}")
        house.translate(3, f"A translation {step}")
        house.translate(POSTS, f"A proposal of step {step}", verdicts=())
        done = house.publish(TODAY + timedelta(days=step))
        assert (done.removed, done.items, len(done.changed)) == ((), POSTS - 6, 1)


def test_what_is_forgotten_while_an_edition_is_made_is_not_remembered_again(house: House) -> None:
    translated = house.translate(3, "A translation to be forgotten")
    asked = 0

    def forget(size: int) -> None:
        nonlocal asked
        asked += 1
        if asked == 20:
            house.archive.forget(translated)

    house.publish(TODAY + timedelta(days=1), progress=forget)
    assert asked > 20
    remembered = [path.read_bytes() for path in house.archive.folder.glob("publishing.sqlite*")]
    assert b"A translation to be forgotten" not in b"".join(remembered)
    house.publish(TODAY + timedelta(days=2))
    assert not [path for path, data in house.files().items() if b"A translation to be forgotten" in data]


def test_of_one_changed_translation_one_post_is_asked_about(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    real = PostStatements.some

    def some(self: PostStatements, posts: Collection[str], others: Any) -> Any:
        asked.append(sorted(posts))
        return real(self, posts, others)

    monkeypatch.setattr(PostStatements, "some", some)
    house.translate(3, "A translation")
    foreseen = house.publish(TODAY + timedelta(days=1), dry_run=True)
    assert foreseen.changed == (house.number(status(3)),)
    assert house.publish(TODAY + timedelta(days=1)).changed == foreseen.changed
    assert house.publish(TODAY + timedelta(days=1)).new is False
    assert asked == [[status(3)]] * 2, "where nothing is new, nothing is asked"

    new = POSTS + 1
    house.take(tweet(new, "A new post, of the same voice"), now=NOON + timedelta(days=2))
    house.release(new)
    assert house.publish(TODAY + timedelta(days=2)).added == (house.number(status(new)),)
    assert asked[2:] == [[status(new)]]


def test_two_statements_of_a_post_are_held_against_each_other_for_one_edition_and_not_for_each_later_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = list[int]()
    real = corrections.differences

    def differences(before: Item, after: Item) -> Iterator[str]:
        compared.append(after.number)
        return real(before, after)

    monkeypatch.setattr(corrections, "differences", differences)
    for number in (4, 5, 6):
        compared.clear()
        house.translate(number, f"Another text of post {number}", "en")
        assert house.publish().new
        assert {*compared} == {house.number(status(number))}
    assert listed(house) == anew(house, 0)


@pytest.mark.parametrize("handle", some_of(["wang", ""], ""))
def test_what_a_shown_post_answers_comes_in_and_its_address_is_told_no_more(house: House, handle: str) -> None:
    named = {"in_reply_to_screen_name": handle} if handle else {}
    house.take(tweet(70, "An answer to a stranger", in_reply_to_status_id_str="90", **named))
    house.release(70)
    house.publish()
    page = house.site / f"items/{house.number(status(70))}/index.html"
    assert b"status/90" in page.read_bytes()
    house.take(tweet(90, "What was answered, and nobody released"), now=NOON + timedelta(days=1))
    assert house.publish(TODAY + timedelta(days=1)).changed == (house.number(status(70)),)
    assert b"status/90" not in page.read_bytes()
    assert listed(house) == anew(house, 1)


def test_a_post_is_withdrawn_while_an_answer_to_an_answer_to_it_changes(house: House) -> None:
    for number, above in ((70, 1), (71, 70)):
        house.take(tweet(number, f"Answer {number}", in_reply_to_status_id_str=str(above)))
        house.release(number)
    house.publish()
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="withdrawn"))
    house.translate(71, "A translation of the last")
    assert house.publish(TODAY + timedelta(days=1)).removed == (house.number(status(1)),)
    assert listed(house) == anew(house, 1)


def test_a_file_that_would_be_the_same_is_not_written_once_more(house: House) -> None:
    stood = {path: (data, (house.site / path).stat().st_ino) for path, data in house.files().items()}
    house.translate(3, "A translation that nobody has read before")
    house.publish(TODAY + timedelta(days=1))
    same = [path for path, data in house.files().items() if path in stood and stood[path][0] == data]
    assert len([path for path in same if path.startswith("search/0/")]) > 20
    assert [path for path in same if (house.site / path).stat().st_ino != stood[path][1]] == []
    assert listed(house) == anew(house, 1)


def turn(house: House, page: Path, digest: str = "", said: bytes = b"Post 9, about") -> None:
    """Turn a bit of what a page *said*, of which no time tells; with a *digest*, as if it had been made so."""
    before, data = page.stat(), page.read_bytes()
    assert said in data
    page.write_bytes(data.replace(said, said[:-1] + bytes([said[-1] ^ 32])))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    with contextlib.closing(sqlite3.connect(house.archive.folder / "publishing.sqlite")) as found, found:
        known = (page.stat().st_ctime_ns, digest, page.relative_to(house.site).as_posix())
        found.execute("UPDATE files SET touched = ?1, sha256 = coalesce(nullif(?2, ''), sha256) WHERE path = ?3", known)


def test_a_list_takes_over_what_it_said_of_posts_that_stay_unless_a_disk_turned_a_bit_of_it(house: House) -> None:
    page = house.site / "zh/all/index.html"
    turn(house, page)
    house.translate(3, "A translation")
    house.publish(TODAY + timedelta(days=1))
    assert listed(house) == anew(house, 1)
    assert b"Post 9, about something" in page.read_bytes()
    turn(house, page, sha256_hex(page.read_bytes().replace(b"Post 9, about", b"Post 9, abouT")))
    house.translate(4, "A translation")
    house.publish(TODAY + timedelta(days=2))
    assert b"Post 9, abouT something" in page.read_bytes(), "it is not made again"


def test_a_script_of_the_search_is_made_anew_if_a_disk_turned_a_bit_of_it(house: House) -> None:
    turn(house, house.site / f"search/0/{ord('e') % 32:02x}.js", said=b'"else')
    house.translate(3, "An extra translation")  # whose word comes to the others in this script
    house.publish(TODAY + timedelta(days=1))
    assert listed(house) == anew(house, 1)


@pytest.mark.parametrize("told", ["what the desk knows of Lin", "what the\xa0desk  knows\u200b of Lin"])
def test_words_of_a_new_proposal_are_searched_in_everything_that_stands(house: House, told: str) -> None:
    house.release(4, tags=(told,))
    house.publish(TODAY + timedelta(days=1))
    house.translate(
        POSTS - 1, "what the desk knows of Lin", verdicts=()
    )  # not released: its words are nobody's to read
    with pytest.raises(Leak):
        house.publish(TODAY + timedelta(days=2))


def test_words_that_an_author_no_longer_says_are_searched_in_everything_that_stands(house: House) -> None:
    house.translate(5, "what only the author may say")
    house.publish(TODAY + timedelta(days=1))
    house.release(6, tags=("what only the author may say",))
    house.publish(TODAY + timedelta(days=2))
    house.translate(5, "Something quite different", by=3)
    with pytest.raises(Leak):
        house.publish(TODAY + timedelta(days=3))


def test_names_that_are_withheld_since_are_sought_in_reasons_and_texts_whose_pages_stay(house: House) -> None:
    house.capture("notes.txt", b"We met Dawa Tsering there.\n", title="Notes")
    house.translate(5, "Five years")
    house.publish(TODAY + timedelta(days=1))
    house.translate(5, "Five long years", by=3)
    house.release(5, reason="Tashi Dolma asked for it")
    house.release(6, release="withdrawn", reason="Pema\nLhamo asked for it")
    house.publish(TODAY + timedelta(days=2))
    house.release(7, tags=("list",))
    house.publish(TODAY + timedelta(days=3))
    for name, where in (
        ("Tashi Dolma", "a correction of item"),
        ("Pema Lhamo", "which was withdrawn"),
        ("Dawa Tsering", r"text\.txt"),
    ):
        with pytest.raises(Leak, match=where):
            house.publish(TODAY + timedelta(days=4), private=[("the name of an account", name)])
    house.translate(8, "We met Dawa Tsering there.", verdicts=())
    with pytest.raises(Leak, match=r"text\.txt"):
        house.publish(TODAY + timedelta(days=4))


def test_what_is_remembered_of_an_edition_holds_nothing_that_waits_and_goes_when_something_is_forgotten(
    house: House,
) -> None:
    house.take(tweet(7, "What nobody has read yet"), now=NOON + timedelta(days=1))
    assert len(house.publish(TODAY + timedelta(days=1)).waiting) == 1
    translated = house.translate(8, "A translation to be forgotten")
    again = house.publish(TODAY + timedelta(days=2))
    assert [each.after for each in again.waiting] == ["What nobody has read yet"], "it is told each time"
    kept = house.folder / "archive/publishing.sqlite"
    house.archive.close()
    found = b"".join(path.read_bytes() for path in kept.parent.glob("publishing.sqlite*"))
    assert b"A translation to be forgotten" in found
    assert b"What nobody has read yet" not in found
    with Archive.open(kept.parent) as archive:
        archive.forget(translated)
    assert not kept.exists()
