"""What a desk forgets is in no byte of its folder any more, and everything else of it still holds."""

import base64
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from support.archive_samples import keeping
from support.collecting_desk import NOW, Desk, assigned, created, in_folder, manifest_of, outbox, tweet, x_files
from support.published_desk import House, status
from support.storytelling import compose, story_text
from support.translating_desk import Bureau
from tamizdat.archive import Archive
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.state import state
from tamizdat.archive.forgetting.blanked_files import merged, without
from tamizdat.archive.forgetting.destruction import Done, commit, finish, is_unfinished
from tamizdat.archive.forgetting.plan import Plan, planned
from tamizdat.archive.forgetting.still_to_do import NAME
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.archive.store.placed_list import PlacedList
from tamizdat.encoding import Json, sha256_hex
from tamizdat.errors import BadArchive, Forgotten, PlaceRefused, StorageFull, ToolMissing, UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject, peek_envelope
from tamizdat.places.memory import MemoryPlace
from tamizdat.places.place import Place
from tamizdat.posts.fetch import Answer
from tamizdat.posts.report import IngestReport
from tamizdat.publishing.leaks.names import naming
from tamizdat.statements.catalogued import CataloguedItem, PersonEntry
from tamizdat.statements.gone import read as read_gone
from tamizdat.statements.recited import Recited

DAY = "2026-11-30"
SECRET = "警察在楼下等我们，他们知道门牌"
KEPT = "今天去了三户人家，学校倒了"
Open = Callable[[], Place]


def forget(desk: Desk | House, *numbers: int, stores: Mapping[str, Open] | None = None) -> tuple[Plan, Done]:
    """Everything a desk does to forget."""
    key = desk.key if isinstance(desk, Desk) else desk.desk
    plan = planned(desk.archive, numbers)
    commit(desk.archive, key, plan, "asked", DAY)
    return plan, finish(desk.archive, stores or {})


def found_in(folder: Path, *words: str) -> list[str]:
    """The files in which these words stand: as they are, as JSON escapes them, and in base64."""
    needles = set[bytes]()
    for word in words:
        written = word.encode()
        needles |= {written, json.dumps(word)[1:-1].encode()}
        for before in range(3):
            needles.add(base64.b64encode(bytes(before) + written)[4 if before else 0 : -4])
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted({path.name for path in files if any(each in path.read_bytes() for each in needles)})


def having(folder: Path, *words: str) -> list[str]:
    """The files in which words stand that are too short to be looked for in base64."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if any(each.encode() in path.read_bytes() for each in words))


def require_sound(archive: Archive) -> None:
    """The archive holds, and an index that is made anew says the same."""
    report = archive.check()
    assert [(each.kind, each.where, each.what) for each in report.faults] == []


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    """A desk with two posts of one export, which a later export holds too, the first of them translated."""
    bureau = Bureau.of(tmp_path, SECRET, KEPT)
    bureau.approved(1, "The police wait downstairs, they know the number.")
    bureau.approved(2, "Three families today; the school fell down.")
    later = NOW + timedelta(days=9)
    posts = [tweet(1, SECRET, favorite_count="7"), tweet(2, KEPT, favorite_count="9"), tweet(3, "新的一天，新的名单")]
    bureau.take(in_folder(tmp_path / "later", x_files(posts, manifest=manifest_of(later, 3))), later)
    assert bureau.archive.index.by_act("sighted")
    return bureau


def number_of(desk: Desk, post: str) -> int:
    return desk.posts()[post].number


def test_a_post_is_gone_from_every_file_of_the_archive(bureau: Bureau) -> None:
    archive, root = bureau.archive, bureau.archive.tree().root(bureau.archive.size)
    size = archive.size
    assert archive.search.find("警察").total == 1
    assert len(found_in(archive.folder, SECRET)) >= 4  # both exports, the ledger, the index, the search
    forget(bureau, number_of(bureau, "1"))
    assert found_in(archive.folder, SECRET, "police wait downstairs") == []
    assert not any('status/1"' in str(peek_envelope(envelope)) for _, envelope in archive.statements())
    assert archive.search.find("警察").total == 0
    assert archive.tree().root(size) == root
    require_sound(archive)


def test_posts_that_stood_in_the_same_file_are_read_as_before(bureau: Bureau) -> None:
    archive, number = bureau.archive, number_of(bureau, "2")
    before = archive.observed(number)
    forget(bureau, number_of(bureau, "1"))
    after = archive.observed(number)
    assert (after.post, after.raw, after.source) == (before.post, before.raw, before.source)
    assert bureau.posts().keys() == {"2", "3"}
    with Archive.open(archive.folder) as again:  # whose index is made anew
        again.check(rebuild=True)
        assert again.observed(number).post == before.post
    translation = archive.index.translations.of(bureau.post(2))[0]
    assert translation.state == "approved"


def test_the_blanked_file_is_still_json_with_everything_else_in_it(bureau: Bureau) -> None:
    forget(bureau, number_of(bureau, "1"))
    archive = bureau.archive
    files = [archive.objects.path(digest).read_bytes() for digest in archive.objects]
    held = [json.loads(data.split(b"=", 1)[1]) for data in files if data.startswith(b"window.YTD.tweets")]
    texts = [[each["tweet"]["full_text"].strip() if each else None for each in export] for export in held]
    assert sorted(texts, key=len) == [[None, KEPT], [None, KEPT, "新的一天，新的名单"]]


LATER = NOW + timedelta(days=9)


def test_whom_it_names_and_its_short_lines_go_from_a_later_export_in_which_its_likes_changed(tmp_path: Path) -> None:
    """No line of 12 bytes leads to these: they stand in other members of the same element."""
    people = {"user_mentions": [{"name": "王芳芳", "screen_name": "wangff", "id_str": "777001"}]}
    text = f"快跑!\n@wangff {SECRET}"
    desk = Desk.make(tmp_path / "archive")
    for likes, when in (("1", NOW), ("7", LATER)):
        posts = [tweet(1, text, favorite_count=likes, entities=people), tweet(2, KEPT, favorite_count=likes)]
        desk.take(in_folder(tmp_path / likes, x_files(posts, manifest=manifest_of(when, 2))), when)
    assert len(having(desk.archive.folder, "777001")) >= 2
    plan, _ = forget(desk, number_of(desk, "1"))
    assert not any(each.unsure for each in plan.files)
    assert found_in(desk.archive.folder, SECRET) == []
    assert having(desk.archive.folder, "快跑!", "王芳芳", "wangff", "777001") == []
    assert desk.posts().keys() == {"2"}
    assert found_in(desk.archive.folder, KEPT)
    require_sound(desk.archive)


@pytest.mark.parametrize("grown", [8, 60_000])
def test_a_later_file_in_which_not_all_of_it_was_found_is_told_and_can_go_as_a_whole(
    tmp_path: Path, grown: int
) -> None:
    """Around the words stands an element that grew by more than is looked through."""
    desk = Desk.make(tmp_path / "archive")
    for likes, when, more in (("1", NOW, ""), ("7", LATER, "x" * grown)):
        first = tweet(1, f"快跑!\n{SECRET}", favorite_count=likes, unknown=more)
        files = x_files([first, tweet(2, KEPT)], manifest=manifest_of(when, 2))
        desk.take(in_folder(tmp_path / likes, files), when)
    plan, _ = forget(desk, number_of(desk, "1"))
    assert found_in(desk.archive.folder, SECRET) == []
    assert len(plan.unsure) == len(having(desk.archive.folder, "快跑!")) == (grown > 8)
    for number in plan.unsure:
        forget(desk, desk.archive.instead_of(number))
    assert having(desk.archive.folder, "快跑!") == []
    require_sound(desk.archive)


def test_the_rest_of_a_long_post_goes_from_its_own_file_in_a_later_export(tmp_path: Path) -> None:
    """What was seen again is told of the file of tweets only; the whole words stand in another."""
    desk, whole = Desk.make(tmp_path / "archive"), SECRET * 12
    for likes, when, more in (("1", NOW, ()), ("7", LATER, ("另一条长文" * 40,))):
        notes = [
            {"noteTweet": {"noteTweetId": str(n), "createdAt": "2013-05-12T06:28:00.000Z", "core": {"text": said}}}
            for n, said in enumerate((whole, *more), 900)
        ]
        posts = [tweet(1, f"{whole[:120]}…", favorite_count=likes), tweet(2, KEPT)]
        files = x_files(posts, manifest=manifest_of(when, 2), note_tweet=assigned("note_tweet", notes))
        desk.take(in_folder(tmp_path / likes, files), when)
    forget(desk, number_of(desk, "1"))
    assert found_in(desk.archive.folder, SECRET) == []
    assert found_in(desk.archive.folder, "另一条长文")
    require_sound(desk.archive)


def test_a_short_post_is_gone_from_a_feed_that_says_another_count_each_time(tmp_path: Path) -> None:
    """Of its second answer nothing is stated: all in it was known. Who links to it stays."""
    desk = Desk.make(tmp_path / "archive")
    for visit, count in enumerate((2, 3, 3), 1):
        words = ("快跑", "见 &lt;a href='tag:a.example,2013:1'&gt;这里&lt;/a&gt; 门牌", KEPT)[:count]
        told = feed(*words).replace(b"<title>1<", f"<category>西街{visit}号的门</category><title>1<".encode())
        path = in_folder(tmp_path / f"visit-{visit}", {"feed.xml": told}) / "feed.xml"
        desk.take(path, NOW + timedelta(days=visit))
    number = next(each.number for each in desk.archive.index.posts.latest() if "快跑" in each.text)
    before = len(having(desk.archive.folder, "快跑"))
    forget(desk, number)
    assert before >= 3
    assert having(desk.archive.folder, "快跑", "西街") == []
    assert len([name for name in found_in(desk.archive.folder, "门牌") if len(name) == 64]) == 2, (
        "of three two are the same now"
    )
    require_sound(desk.archive)


def test_a_post_is_gone_from_a_later_export_that_has_no_date(tmp_path: Path) -> None:
    """Nobody stated that it stood there again."""
    desk = Desk.make(tmp_path / "archive")
    everybody = ["https://www.w3.org/ns/activitystreams#Public"]
    for likes in (1, 9):
        posts = [created(1, f"<p>快跑</p><p>{SECRET}</p>", everybody), created(2, KEPT, everybody)]
        for each in posts:
            each["object"] |= {"likes": likes, "tag": [{"type": "Mention", "name": "@wangff"}][: each is posts[0]]}
        actor = b'{"id":"https://a.example/u","type":"Person","preferredUsername":"lin","name":"Lin"}'
        files = {"outbox.json": outbox(*posts), "actor.json": actor}
        desk.take(in_folder(tmp_path / str(likes), files), NOW + timedelta(days=likes))
    forget(desk, number_of(desk, "1"))
    assert found_in(desk.archive.folder, SECRET) == having(desk.archive.folder, "快跑", "wangff") == []
    assert len([name for name in found_in(desk.archive.folder, KEPT) if len(name) == 64]) == 2
    require_sound(desk.archive)


def test_what_was_stated_of_it_after_it_was_looked_for_goes_too(bureau: Bureau) -> None:
    plan = planned(bureau.archive, [number_of(bureau, "1")])
    late = bureau.propose(1, "They wait at the door of number nine.", language="de")
    bureau.review(late, "reviewed")
    commit(bureau.archive, bureau.key, plan, "asked", DAY)
    finish(bureau.archive, {})
    assert found_in(bureau.archive.folder, SECRET, "at the door of number nine") == []
    require_sound(bureau.archive)


def test_what_came_after_in_the_export_is_still_known_as_seen_again(bureau: Bureau) -> None:
    """The statement that told it named the file by its SHA-256, which is gone: it is said anew of the blank one."""
    archive, number = bureau.archive, number_of(bureau, "2")
    before = archive.index.sights.known([bureau.post(2)])
    assert archive.index.sights.told_of(number)
    forget(bureau, number_of(bureau, "1"))
    assert archive.index.sights.told_of(number)
    assert [each.as_of for each in archive.index.sights.known([bureau.post(2)])[bureau.post(2)]] == [
        each.as_of for each in before[bureau.post(2)]
    ]


def test_neither_ledger_nor_store_keeps_a_digest_with_which_a_guess_could_be_tried(bureau: Bureau) -> None:
    archive, number = bureau.archive, number_of(bureau, "1")
    raw = archive.observed(number).said
    exports = [digest for digest in archive.objects if SECRET.encode() in archive.objects.path(digest).read_bytes()]
    forget(bureau, number)
    assert len(exports) == 2
    assert found_in(archive.folder, raw.raw, raw.text, *exports) == []
    assert not any(archive.objects.has(digest) for digest in exports)


def test_that_something_was_there_is_stated_and_nothing_of_it(bureau: Bureau) -> None:
    archive, number = bureau.archive, number_of(bureau, "1")
    leaf = archive.commitments()[number]
    plan, _ = forget(bureau, number)
    [(_, told)] = archive.forgettings()
    assert (told.day, told.why) == (DAY, "asked")
    assert set(plan.entries) <= {each.index for each in told.entries}
    assert next(each.commitment for each in told.entries if each.index == number) == leaf
    with pytest.raises(Forgotten, match="did so on 2026-11-30, because somebody asked"):
        archive.statement(number)


def test_a_second_time_finds_nothing_to_do(bureau: Bureau) -> None:
    number = number_of(bureau, "1")
    forget(bureau, number)
    with pytest.raises(Forgotten):
        planned(bureau.archive, [number])
    size = bureau.archive.size
    assert finish(bureau.archive, {}) == Done()
    assert (bureau.archive.size, is_unfinished(bureau.archive)) == (size, False)


def test_two_posts_of_one_file_one_after_the_other(bureau: Bureau) -> None:
    """The entry that stood in the place of another is replaced itself."""
    third = number_of(bureau, "3")
    forget(bureau, number_of(bureau, "1"))
    forget(bureau, third)
    assert bureau.posts().keys() == {"2"}
    assert found_in(bureau.archive.folder, SECRET, "新的一天，新的名单") == []
    assert bureau.archive.observed(number_of(bureau, "2")).post.text == KEPT
    require_sound(bureau.archive)


def test_a_later_version_goes_alone_and_the_first_only_with_all(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, KEPT)
    bureau.edit(1, SECRET)
    first, later = (each.number for each in bureau.archive.index.posts.versions(bureau.post(1)))
    plan, _ = forget(bureau, later)
    assert plan.targets[0].kind == "version of a post"
    assert found_in(bureau.archive.folder, SECRET) == []
    assert [each.number for each in bureau.archive.index.posts.versions(bureau.post(1))] == [first]
    require_sound(bureau.archive)
    forget(bureau, first)
    assert bureau.posts() == {}
    assert found_in(bureau.archive.folder, KEPT) == []


def test_a_translation_goes_with_its_reviews_and_the_post_stays(bureau: Bureau) -> None:
    work = bureau.archive.index.translations.of(bureau.post(1))[0]
    plan, _ = forget(bureau, work.number)
    assert plan.acts == {"translated": 1, "reviewed": 2}
    assert found_in(bureau.archive.folder, "police wait downstairs") == []
    assert bureau.posts()["1"].text == SECRET
    require_sound(bureau.archive)


def test_a_post_that_repeats_the_words_stays_and_is_named(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, SECRET, f"他写道：{SECRET}")
    plan = planned(bureau.archive, [number_of(bureau, "1")])
    assert plan.holders == (number_of(bureau, "2"),)
    commit(bureau.archive, bureau.key, plan, "asked", DAY)
    finish(bureau.archive, {})
    assert bureau.posts()["2"].text == f"他写道：{SECRET}"
    require_sound(bureau.archive)


def test_who_says_the_same_in_another_place_is_named(tmp_path: Path) -> None:
    """The same words on another platform: they are another post, which nobody asked to forget."""
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "x", x_files([tweet(1, SECRET), tweet(2, KEPT)])))
    everybody = ["https://www.w3.org/ns/activitystreams#Public"]
    files = {
        "outbox.json": outbox(created(1, f"<p>第一行</p><p>{SECRET} …</p>", everybody), created(2, KEPT, everybody))
    }
    desk.take(in_folder(tmp_path / "m", files))
    said = {each.text: each.number for each in desk.archive.index.posts.latest()}
    [elsewhere] = [number for text, number in said.items() if text.startswith("第一行")]
    plan, _ = forget(desk, said[SECRET])
    assert plan.holders == (elsewhere,)
    require_sound(desk.archive)


def test_a_whole_export_goes_with_every_post_in_it(bureau: Bureau) -> None:
    archive = bureau.archive
    first = next(iter(archive.index.posts.versions(bureau.post(1)))).capture
    plan, _ = forget(bureau, first)
    assert plan.targets[0].kind == "file of posts"
    assert bureau.posts().keys() == {"3"}


def test_that_a_post_is_gone_stays_stated_without_the_file_that_said_so(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "x", x_files([tweet(1, SECRET), tweet(2, KEPT)], manifest=manifest_of(NOW, 2))))
    deleted = assigned("deleted_tweets", [tweet(2, KEPT, deleted_at="Sun May 12 07:28:00 +0000 2014")])
    later = x_files([tweet(1, SECRET)], manifest=manifest_of(LATER, 1), deleted_tweets=deleted)
    desk.take(in_folder(tmp_path / "later", later), LATER)
    [gone] = desk.archive.index.posts.gone(desk.posts()["2"].post)
    [file] = [each.capture for each in read_gone(desk.archive.statement(gone.number)).slices or ()]
    plan, _ = forget(desk, file)
    assert (plan.acts, plan.unproved) == ({"captured": 1}, 1)
    assert desk.posts()["2"].state == "gone"
    assert planned(desk.archive, [number_of(desk, "1")]).unproved == 0
    require_sound(desk.archive)


@pytest.mark.parametrize("name", ["སྒྲོལ་མ་ལྷ་མོ།", "谭作人和他的名单"])
def test_a_person_goes_with_every_entry(tmp_path: Path, name: str) -> None:
    desk = Desk.make(tmp_path / "archive")
    number = state_person(desk.archive, desk.key, PersonEntry(name, language="bo"))
    state_person(desk.archive, desk.key, PersonEntry(name, language="bo", note="her mother told it"), number)
    other = state_person(desk.archive, desk.key, PersonEntry("杨晓丹"))
    plan, _ = forget(desk, number)
    assert plan.acts == {"catalogued": 2}
    assert found_in(tmp_path, name, "her mother told it") == []
    assert [each.number for each in desk.archive.index.people.all()] == [other]
    require_sound(desk.archive)


def test_footage_goes_with_its_preview_and_what_was_said_of_it_and_the_same_from_another_card(tmp_path: Path) -> None:
    house = House(tmp_path)
    clip = house.capture("DCIM/0042.JPG", b"\xff\xd8 a street, faces", title="The gate of Ngaba", release="restricted")
    preview = house.archive.objects.add([b"a small street"])
    small: dict[str, Json] = {
        "consignment": house.consignment,
        "path": "DCIM/0042.JPG.jpg",
        "size": 14,
        "modified": None,
    }
    house.say("captured", Subject("original", preview), {**small, "state": "whole", "kind": "preview"})
    house.consignment = "c1" * 32
    again = house.capture("DCIM/0001.JPG", b"\xff\xd8 a street, faces")
    other = house.capture("DCIM/0043.JPG", b"\xff\xd8 a field")
    bare = [tmp_path / "archive/bare" / f"{sha256_hex(each)}-1" for each in (b"\xff\xd8 a street, faces", b"a field")]
    for copy in bare:  # as whoever looks at it at the workbench has it made
        copy.mkdir(parents=True)
        (copy / "picture.jpg").write_bytes(b"its pixels")
    plan, done = forget(house, clip)
    assert {clip, again} <= set(plan.entries)
    assert done.objects == 2
    assert [copy.exists() for copy in bare] == [False, True]
    assert found_in(tmp_path / "archive", "a street, faces", "a small street", "gate of Ngaba") == []
    assert [each.number for each in house.archive.index.items()] == [other]
    require_sound(house.archive)


def test_a_picture_that_another_post_shows_too_stays(tmp_path: Path) -> None:
    media = {"data/tweets_media/1-a.jpg": b"\xff\xd8one", "data/tweets_media/2-a.jpg": b"\xff\xd8one"}
    pictures = [[{"media_url_https": "https://pbs.twimg.com/media/a.jpg", "type": "photo"}]] * 2
    posts = [
        tweet(n, text, extended_entities={"media": list(media_of)})
        for (n, text), media_of in zip(((1, SECRET), (2, KEPT)), pictures, strict=True)
    ]
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "x", x_files(posts, manifest=manifest_of(NOW, 2)) | media))
    digest, other = sha256_hex(b"\xff\xd8one"), number_of(desk, "2")
    assert desk.archive.objects.has(digest)
    assert forget(desk, number_of(desk, "1"))[0].twins == (other,)
    assert desk.archive.objects.has(digest)
    assert forget(desk, other)[0].twins == ()
    assert not desk.archive.objects.has(digest)
    require_sound(desk.archive)


def test_a_picture_goes_with_the_last_version_that_shows_it_and_not_with_another(tmp_path: Path) -> None:
    media = [{"media_url_https": "https://pbs.twimg.com/media/a.jpg", "type": "photo"}]
    desk = Desk.make(tmp_path / "archive")
    for day, text in enumerate((KEPT, SECRET)):
        manifest = manifest_of(NOW + timedelta(days=day), 1)
        files = x_files([tweet(1, text, extended_entities={"media": media})], manifest=manifest)
        desk.take(in_folder(tmp_path / f"x{day}", files | {"data/tweets_media/1-a.jpg": b"\xff\xd8one"}))
    digest = sha256_hex(b"\xff\xd8one")
    [first, second] = [each.number for each in desk.archive.index.posts.versions(status(1))]
    assert {row[0] for row in desk.archive.index.ask("SELECT capture FROM media")} == {1}, "both name one file"
    forget(desk, second)
    assert desk.archive.objects.has(digest), "the version that stays shows it"
    forget(desk, first)
    assert not desk.archive.objects.has(digest)
    require_sound(desk.archive)


def test_a_picture_on_a_card_is_told_although_another_post_shows_it_too(tmp_path: Path) -> None:
    house, picture = House(tmp_path), b"\xff\xd8 a street, faces"
    media = [{"media_url_https": "https://pbs.twimg.com/media/a.jpg", "type": "photo"}]
    posts = [tweet(n, text, extended_entities={"media": media}) for n, text in ((1, SECRET), (2, KEPT))]
    files = {f"data/tweets_media/{n}-a.jpg": picture for n in (1, 2)}
    clip = house.capture("DCIM/1.JPG", picture, release="restricted")
    Desk(house.archive, house.desk).take(in_folder(tmp_path / "x", x_files(posts) | files))
    one, other = house.number(status(1)), house.number(status(2))
    assert set(planned(house.archive, [one]).twins) == {clip, other}


def test_who_goes_is_found_where_the_name_is_written_otherwise(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(tweet(1, "她來了，#TashiDolma 也在"), tweet(2, "没有人"))
    house.translate(2, "Nobody but tashi-dolma")
    clip = house.capture("1.jpg", b"one", caption="DOLMA, TASHI at the gate", release="restricted")
    same = state_person(house.archive, house.desk, PersonEntry("Li", note="her cousin, Dr Tashidolma"))
    person = state_person(house.archive, house.desk, PersonEntry("Tashi Dolma", known_as=("扎西卓瑪",)))
    other = house.capture("2.jpg", b"two", caption="扎西卓玛", release="restricted")
    house.capture("3.jpg", b"three", caption="Tashi and Dolma", release="restricted")
    assert planned(house.archive, [person]).tellers == (), "as it is written it stands nowhere"
    plan = planned(house.archive, [person], naming=naming)
    [(table, words), *others] = sorted(plan.tellers, key=lambda each: each[0] != "translated")
    assert (table, house.archive.statement(words).act) == ("translated", "translated")
    assert others == [("catalogued", clip), ("catalogued", other), ("people", same)]
    assert plan.holders == (house.number(status(1)),)


def test_what_stays_and_has_the_same_picture_says_a_part_of_it_or_reads_the_name_is_told(tmp_path: Path) -> None:
    house = House(tmp_path)
    picture, name, sentence = b"\xff\xd8 a street, faces", "王小明", "警察在楼下等我们一整夜"
    media = [{"media_url_https": "https://pbs.twimg.com/media/a.jpg", "type": "photo"}]
    files = x_files([tweet(1, f"{sentence}。后来走了。", extended_entities={"media": media}), tweet(2, KEPT)])
    Desk(house.archive, house.desk).take(in_folder(tmp_path / "x", files | {"data/tweets_media/1-a.jpg": picture}))
    entry, brother = PersonEntry(name, known_as=("Old Wang",)), PersonEntry("Li", elsewhere=("Old Wang and Li",))
    person, other = (state_person(house.archive, house.desk, each) for each in (entry, brother))
    post = house.number(status(1))
    clip = house.capture("DCIM/1.JPG", picture, caption=f"{name}，在门口", release="restricted")
    recording = house.capture("1.wav", b"RIFF a name")
    source, whose = house.archive.reference(recording), house.archive.reference(person)
    read_aloud = Recited(source, whose, "unasked", DAY, sha256_hex(b"RIFF a name"))
    state(house.archive, house.desk, [read_aloud.to_statement()])
    story = compose(house, f"# A street\nlanguage: zh\n\n## Here\n\n他写道：“{sentence}”。\n", "draft").number
    plan = planned(house.archive, [post])
    assert (plan.twins, plan.tellers, plan.holders) == ((clip,), (("composed", story),), ())
    plan = planned(house.archive, [person])
    assert (plan.recordings, plan.tellers) == ((recording,), (("catalogued", clip), ("people", other)))
    assert planned(house.archive, [other]).tellers == (), "a short name is a whole word"
    catalogue(house.archive, house.desk, CataloguedItem(clip, alt="与Li和Life"))
    assert planned(house.archive, [other]).tellers == (("catalogued", clip),)
    plan, _ = forget(house, clip)
    assert (plan.twins, plan.tellers) == ((post,), ())
    assert house.archive.objects.has(sha256_hex(picture)), "the post shows it"
    forget(house, post)
    assert not house.archive.objects.has(sha256_hex(picture))
    require_sound(house.archive)


def feed(*entries: str) -> bytes:
    """A feed with these entries, the newest first."""
    items = "".join(
        f"<item><guid isPermaLink='false'>tag:a.example,2013:{number}</guid><title>{number}</title>"
        f"<pubDate>Sun, 12 May 2013 0{number}:28:00 +0000</pubDate><description>{text}</description></item>"
        for number, text in reversed([*enumerate(entries, 1)])
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Lin</title>"
        f"<link>https://a.example/</link><description>d</description>{items}</channel></rss>"
    ).encode()


def test_a_post_is_gone_from_every_answer_of_a_feed_in_which_it_stood(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    words = (SECRET, KEPT, "新的一天，新的名单在墙上", "第四天，没有人来")
    for count in (2, 3, 4):
        path = in_folder(tmp_path / f"visit-{count}", {"feed.xml": feed(*words[:count])}) / "feed.xml"
        desk.take(path, NOW + timedelta(days=count))
    posts = {each.text.strip(): each.number for each in desk.archive.index.posts.latest()}
    held = [name for name in found_in(desk.archive.folder, SECRET) if len(name) == 64]
    assert len(held) == 3
    forget(desk, posts[SECRET])
    assert found_in(desk.archive.folder, SECRET) == []
    assert {each.text.strip() for each in desk.archive.index.posts.latest()} == set(words[1:])
    require_sound(desk.archive)
    later = in_folder(tmp_path / "visit-5", {"feed.xml": feed(*words[:4], "第五天，来信了")}) / "feed.xml"
    desk.take(later, NOW + timedelta(days=9))  # who takes it in again has it again
    assert {each.text.strip() for each in desk.archive.index.posts.latest()} == {*words, "第五天，来信了"}
    require_sound(desk.archive)


def test_a_feed_that_may_give_it_again_is_told_also_when_another_post_of_its_answer_was_forgotten(
    tmp_path: Path,
) -> None:
    desk, url = Desk.make(tmp_path / "archive"), "https://a.example/feed.xml"

    def get(asked: str, headers: Mapping[str, str]) -> Answer:
        return Answer(asked, 200, {}, feed(SECRET, KEPT) if asked == url else b"a page")

    follow(desk.archive, desk.key, url, NOW, IngestReport(), get)
    posts = {each.text.strip(): each.number for each in desk.archive.index.posts.latest()}
    forget(desk, posts[KEPT])
    assert planned(desk.archive, [posts[SECRET]]).feeds == (url,)


def test_objects_on_a_place_go_there_and_from_its_list(tmp_path: Path) -> None:
    bucket = MemoryPlace("bucket")
    kept = keeping(lambda: bucket)
    archive = Archive.create(tmp_path / "archive", "example.org/ledger")
    PlacedList.create(archive.folder, kept.mark)
    archive.close()
    with Archive.open(tmp_path / "archive", kept) as placed:
        desk = Desk(placed, SigningKey.generate())
        desk.take(in_folder(tmp_path / "x", x_files([tweet(1, SECRET), tweet(2, KEPT)], manifest=manifest_of(NOW, 2))))
        before = {*bucket.list()}
        forget(desk, number_of(desk, "1"))
        assert found_in(placed.folder, SECRET) == []
        assert desk.posts()["2"].text == KEPT
        assert isinstance(placed.objects, PlacedObjects)
        assert before - {*bucket.list()}, "the export as it was lies there no more"
        assert placed.objects.left_over(delete=False) == 0
        assert placed.objects.lost() == []
        require_sound(placed)


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_what_is_released_or_published_is_refused_until_it_is_withdrawn_and_taken_down(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(tweet(1, SECRET), tweet(2, KEPT))
    house.release(1, 2)
    house.translate(1, "The police wait downstairs.")
    house.publish()
    number = house.number(status(1))
    with pytest.raises(UsageError, match=f"{number} is released"):
        planned(house.archive, [number])
    house.release(1, release="withdrawn")
    with pytest.raises(UsageError, match="the last edition shows it"):
        planned(house.archive, [number])
    house.publish()
    forget(house, number)
    assert found_in(house.archive.folder, SECRET, "police wait downstairs") == []
    before = house.files()
    assert house.publish().items == 1  # the next edition is made as ever, and says the same
    assert house.files().keys() == before.keys()
    require_sound(house.archive)


def test_a_translation_that_the_last_edition_shows_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(tweet(1, KEPT))
    house.release(1)
    work = house.translate(1, "Three families today.")
    house.publish()
    with pytest.raises(UsageError, match="the last edition shows it"):
        planned(house.archive, [work])


def test_people_stories_and_deliveries_that_name_it_are_told_and_what_is_public_of_any_kind_is_refused(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    house.take(tweet(1, SECRET), tweet(2, KEPT))
    clip = house.capture("DCIM/0042.JPG", b"\xff\xd8 a street", title="The gate", release="public")
    post = house.number(status(1))
    by_id, by_number, other = (
        state_person(house.archive, house.desk, PersonEntry(name, sources=sources, release="public"))
        for name, sources in (("王", (status(1),)), ("李", (clip,)), ("杨", (status(2),)))
    )
    story = compose(house, story_text(house, by_id)).number
    told = compose(house, f"# A street\nlanguage: en\n\n## Here\n\nNobody answered.\n\n{{{clip}}}\n").number
    plan = planned(house.archive, [post])
    assert (plan.sources, plan.stories, plan.deliveries) == ((by_id,), (story,), 0)
    for number in (clip, other, story):
        with pytest.raises(UsageError, match=f"{number} is released"):
            planned(house.archive, [post, number])
    catalogue(house.archive, house.desk, CataloguedItem(clip, release="restricted"))
    plan = planned(house.archive, [clip])
    assert (plan.sources, plan.stories, plan.deliveries) == ((by_number,), (told,), 1)
    compose(house, story_text(house, other, first=2), number=story)
    assert planned(house.archive, [post]).stories == (), "it was taken out of the story"
    compose(house, story_text(house, other, first=2), "draft", story)
    assert planned(house.archive, [story]).targets[0].kind == "story", "nobody is shown a draft"


def test_a_number_of_nothing_that_can_be_forgotten_is_refused(bureau: Bureau) -> None:
    archive = bureau.archive
    [said] = archive.index.by_act("sighted")[:1]
    unknown = Statement("unheard-of", (Subject("x", "00" * 32),), {"words": SECRET})
    [strange] = archive.append([sign_statement(unknown, [(bureau.key.public, bureau.key.sign)])])
    [padding, *_] = archive.pad(64)
    for number in (said, strange, padding, 10**6, -1):
        with pytest.raises(UsageError, match=r"Expected the (number|index)"):
            planned(archive, [number])


# -- second stores -----------------------------------------------------------------------------------------------------


class Kept(MemoryPlace):
    """A disk that cannot be written to, until it can."""

    read_only = True

    def delete(self, name: str) -> None:
        if self.read_only:
            raise PlaceRefused("“house” is read-only.")
        super().delete(name)


def test_files_go_from_second_stores_too_and_a_run_that_could_not_is_gone_on_with(bureau: Bureau) -> None:
    archive, house, shed = bureau.archive, Kept("house"), MemoryPlace("shed")
    archive.objects.add([b"something else"])
    for place in (house, shed):
        archive.copy_to(place, archive.objects)
    _, done = forget(bureau, number_of(bureau, "1"), stores={"house": lambda: house, "shed": lambda: shed})
    assert done.failed.keys() == {"house"}
    assert not any(SECRET.encode() in shed.get(name) for name in shed.list())
    assert is_unfinished(archive)
    house.read_only = False
    done = finish(archive, {"house": lambda: house, "shed": lambda: shed})
    assert (done.failed, is_unfinished(archive)) == ({}, False)
    assert not any(SECRET.encode() in house.get(name) for name in house.list())
    assert [*house.list()] == [*shed.list()] == [sha256_hex(b"something else")]


def test_a_store_whose_program_is_gone_keeps_nothing_in_the_stores_after_it(bureau: Bureau) -> None:
    archive, shed = bureau.archive, MemoryPlace("shed")

    def gone() -> Place:
        raise ToolMissing("Expected the program rclone, found none.")

    archive.copy_to(shed, archive.objects)
    _, done = forget(bureau, number_of(bureau, "1"), stores={"far": gone, "shed": lambda: shed})
    assert done.failed == {"far": "Expected the program rclone, found none."}
    assert not any(SECRET.encode() in shed.get(name) for name in shed.list())
    assert is_unfinished(archive), "far is asked again by the next run"


def test_a_damaged_list_of_what_is_to_be_deleted_is_told(bureau: Bureau) -> None:
    (bureau.archive.folder / NAME).write_bytes(b'{"here":{"../../x":1},"stores":{}}')
    with pytest.raises(BadArchive, match="look into the second stores"):
        finish(bureau.archive, {})


# -- cut off -----------------------------------------------------------------------------------------------------------


class Cut(BaseException):
    """The plug is pulled."""


CALLS = ("pwrite", "fsync", "rename", "unlink", "replace")


@pytest.fixture
def pulled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Pulls the plug before the so many-th call that writes."""
    left = [10**9]

    def counting(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*given: object, **more: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Cut
            return real(*given, **more)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, counting(name))
    yield lambda at: left.__setitem__(0, at)
    left[0] = 10**9


def test_cut_off_before_any_write_the_next_run_forgets_all_of_it(
    tmp_path: Path, pulled: Callable[[int], None], bureau: Bureau
) -> None:
    """Before the statement is there nothing is lost; behind it, running it again without a number is enough."""
    folder, key = tmp_path / "archive", bureau.key
    bureau.archive.close()
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ends, at = False, 0
    while not ends:
        for path in [path for path in folder.rglob("*") if path.is_file()]:
            path.unlink()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        desk = Desk(Archive.open(folder), key)
        number = number_of(desk, "1")
        pulled(at)
        try:
            forget(desk, number)
            ends = True
        except Cut:
            pass
        pulled(10**9)
        desk.archive.close()
        with Archive.open(folder) as again:
            if not [*again.forgettings()]:
                assert again.observed(number).post.text == SECRET
                forget(Desk(again, key), number)
            finish(again, {})
            assert found_in(folder, SECRET, "police wait downstairs") == [], at
            assert again.observed(number_of(Desk(again, key), "2")).post.text == KEPT
            assert not is_unfinished(again)
        at += 4  # every call, and a real kill, in the long run: kill_at_each_call.py forget
    assert at > 30


def test_with_a_full_disk_nothing_is_stated_and_nothing_lost(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, number, size = bureau.archive, number_of(bureau, "1"), bureau.archive.size
    plan = planned(archive, [number])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tamizdat.archive.forgetting.blanked_files.shutil.copyfile", full)
        with pytest.raises(StorageFull):
            commit(archive, bureau.key, plan, "danger", DAY)
    assert archive.size == size
    assert archive.observed(number).post.text == SECRET
    require_sound(archive)


def test_ranges_are_joined_and_taken_out_of_one_another() -> None:
    assert merged([]) == []
    assert without([(0, 4)], [(0, 4)]) == []
    assert without(merged([(0, 9), (4, 12)]), merged([(2, 3), (11, 40)])) == [(0, 2), (3, 11)]


def test_a_file_in_which_words_are_blank_since_goes_with_every_post_that_was_read_from_it(tmp_path: Path) -> None:
    """These name the file by the entry that told of it before."""
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "x", x_files([tweet(1, SECRET), tweet(2, KEPT), tweet(3, "新的一天")])))
    file = desk.posts()["2"].capture
    for post in ("1", "3"):
        forget(desk, number_of(desk, post))
    plan, _ = forget(desk, desk.archive.instead_of(file))
    assert plan.acts["observed"] == 1, "the one that was left"
    assert desk.posts() == {}
    assert found_in(desk.archive.folder, KEPT) == []
    require_sound(desk.archive)
