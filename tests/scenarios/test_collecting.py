"""A voice is taken in: what is new, what changed, what is gone, and what can be proved of it."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from support.collecting_desk import (
    ACCOUNT,
    NOW,
    Desk,
    assigned,
    created,
    in_folder,
    in_zip,
    manifest,
    outbox,
    tweet,
    x_files,
)
from support.shared import SAMPLES, needs_shared
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.demo import sample_feed
from tamizdat.encoding import sha256_hex
from tamizdat.posts.export import Export, open_export
from tamizdat.posts.formats import Context, Found, Open, Plan, Removal
from tamizdat.posts.formats import mastodon as mastodon_format
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.statements import observed as observed_form


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    report = made.archive.check()
    assert report.sound, report.faults
    before = made.archive.index.digests(made.archive.size)
    assert made.archive.check(rebuild=True).sound
    assert made.archive.index.digests(made.archive.size) == before, "the index is not what the kept bytes say"
    made.archive.close()


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return report.new, report.already, report.edited, report.gone, report.back


@pytest.fixture
def exports(tmp_path: Path) -> tuple[Path, Path]:
    sample_feed.write_first(tmp_path / "first")
    sample_feed.write_second(tmp_path / "second")
    return tmp_path / "first", tmp_path / "second"


def test_two_visits_tell_what_was_edited_and_what_was_deleted(desk: Desk, exports: tuple[Path, Path]) -> None:
    first, second = exports
    assert counts(desk.take(first)) == (12, 0, 0, 0, 0)
    report = desk.take(second, NOW + timedelta(days=50))
    assert counts(report) == (0, 12, 1, 2, 0)
    assert not report.damaged
    size = desk.archive.size
    assert counts(desk.take(second, NOW + timedelta(days=51))) == (0, 13, 0, 0, 0)
    assert counts(desk.take(first, NOW + timedelta(days=52))) == (0, 12, 0, 0, 0)
    assert desk.archive.size == size, "neither of them has anything new"
    posts = desk.posts()
    assert {number for number, post in posts.items() if post.state == "gone"} == {"9007", "9008"}
    assert posts["9011"].state == "edited"
    [edited] = desk.said("edited")
    assert edited.predicate["before"]["text"] == "名单现在有 512 人。"  # type: ignore[index,call-overload]
    assert edited.predicate["after"]["text"] == "更正：名单现在有 513 人。"  # type: ignore[index,call-overload]
    [gone, _] = desk.said("gone")
    assert (gone.predicate["word"], gone.predicate["deleted"]) == ("export", "2020-05-14T14:52:00+00:00")
    assert posts["9009"].text == sample_feed.LONG, "a long post is whole"
    assert posts["9003"].reply_to.endswith("/9002")


def test_the_later_export_first_gives_the_same_story(desk: Desk, exports: tuple[Path, Path]) -> None:
    first, second = exports
    desk.take(second)
    report = desk.take(first)
    assert counts(report) == (0, 12, 0, 0, 0)
    assert [edit.predicate["after"]["text"] for edit in desk.said("edited")] == ["更正：名单现在有 513 人。"]  # type: ignore[index,call-overload]
    assert desk.posts()["9011"].text.startswith("更正")


def test_a_rerun_adds_nothing(desk: Desk, exports: tuple[Path, Path]) -> None:
    desk.take(exports[0])
    size = desk.archive.size
    assert counts(desk.take(exports[0], NOW + timedelta(days=1))) == (0, 12, 0, 0, 0)
    assert desk.archive.size == size


def test_a_folder_and_the_zip_of_it_are_the_same_export(desk: Desk, tmp_path: Path) -> None:
    files = x_files([tweet(1, "一"), tweet(2, "二")])
    desk.take(in_folder(tmp_path / "folder", files))
    size = desk.archive.size
    assert counts(desk.take(in_zip(tmp_path / "a.zip", files))) == (0, 2, 0, 0, 0)
    assert desk.archive.size == size


def test_a_run_that_was_killed_between_posts_and_what_follows_from_them_is_finished_by_the_next(
    desk: Desk, exports: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tamizdat.archive.ingest import ingest

    class Pulled(BaseException):
        pass

    def pull(*_: object) -> None:
        raise Pulled

    desk.take(exports[0])
    with monkeypatch.context() as patch:
        patch.setattr(ingest._IngestRun, "_state_differences", pull)
        with pytest.raises(Pulled):
            desk.take(exports[1])
    report = desk.take(exports[1])
    assert (len(desk.said("edited")), len(desk.said("gone"))) == (1, 2), report


def test_absence_is_no_removal_and_a_post_may_come_back(desk: Desk, tmp_path: Path) -> None:
    both, one = [tweet(1, "一"), tweet(2, "二")], [tweet(1, "一")]
    gone = assigned("deleted_tweets", [tweet(2, "二", deleted_at="Sun May 12 07:00:00 +0000 2013")])
    desk.take(in_folder(tmp_path / "a", x_files(both, manifest=manifest(2, "2026-01-01T00:00:00Z"))))
    desk.take(in_folder(tmp_path / "b", x_files(one, manifest=manifest(1, "2026-02-01T00:00:00Z"))))
    assert desk.posts()["2"].state == "present", "it was only not there"
    desk.take(
        in_folder(tmp_path / "c", x_files(one, manifest=manifest(1, "2026-03-01T00:00:00Z"), deleted_tweets=gone))
    )
    assert desk.posts()["2"].state == "gone"
    report = desk.take(in_folder(tmp_path / "d", x_files(both, manifest=manifest(2, "2026-04-01T00:00:00Z"))))
    assert (report.back, desk.posts()["2"].state) == (1, "present")


def test_the_words_of_a_post_follow_from_the_bytes_its_statement_names(desk: Desk, exports: tuple[Path, Path]) -> None:
    desk.take(exports[0])
    for number in desk.archive.index.by_act("observed"):
        observed = desk.archive.observed(number)
        [said] = [each for each in desk.said("observed") if each.subjects[0].sha256 == sha256_hex(observed.raw)]
        told = observed_form.read(said)
        assert told.text == sha256_hex(observed.post.text.encode())
        for piece in told.slices:
            assert piece.commitment == desk.archive.commitments()[piece.capture]
        plain = [each for each in desk.archive.objects if each in json.dumps(said.predicate)]
        assert plain == [], "a statement that may be disclosed names files by their commitment only"


def test_the_pictures_of_a_post_are_kept_with_it(desk: Desk, exports: tuple[Path, Path]) -> None:
    desk.take(exports[0])
    [(digest, path, _, kind)] = desk.archive.index.posts.media(desk.posts()["9010"].number)
    assert (path, kind) == ("data/tweets_media/9010-F9010.jpg", "image/jpeg")
    with desk.archive.objects.open(digest) as file:
        assert file.read() == sample_feed.picture("desk")


def test_what_is_private_in_an_export_is_left_where_it_is(desk: Desk, tmp_path: Path) -> None:
    secret = b'[{"dmConversation": {"messages": [{"text": "SECRET MESSAGE"}]}}]'
    messages = b"window.YTD.direct_messages.part0 = " + secret
    report = desk.take(in_folder(tmp_path / "a", x_files([tweet(1, "一")], direct_messages=messages)))
    assert report.left == {"direct messages": 1}
    for path in (tmp_path / "archive").rglob("*"):
        assert not path.is_file() or b"SECRET MESSAGE" not in path.read_bytes()


EVERYBODY = "https://www.w3.org/ns/activitystreams#Public"
LETTER = "<p>SECRET LETTER, 给王</p>"


def mastodon(folder: Path) -> Path:
    """An export of four posts, one of them a letter."""
    items = [created(1, "<p>1</p>", [EVERYBODY]), created(2, "<p>2</p>", ["https://a.example/lin/followers"]),
             created(3, LETTER, ["https://b.example/wang"]), created(4, "<p>4</p>", [], [EVERYBODY])]  # fmt: skip
    actor = {"type": "Person", "id": "https://a.example/lin", "preferredUsername": "lin", "email": "lin@a.example"}
    return in_folder(folder, {"outbox.json": outbox(*items, totalItems=4), "actor.json": json.dumps(actor).encode()})


def anywhere(folder: Path, words: bytes) -> bool:
    """Whether words stand in any file of the archive."""
    return any(path.is_file() and words in path.read_bytes() for path in folder.rglob("*"))


def test_a_letter_between_the_posts_of_an_outbox_is_left_and_counted(desk: Desk, tmp_path: Path) -> None:
    report = desk.take(mastodon(tmp_path / "m"))
    assert (counts(report)[0], report.private, dict(report.left)) == (3, 1, {"direct messages": 1})
    assert not report.damaged, "the letter counts among the outbox's own total"
    assert sorted(desk.posts()) == ["1", "2", "4"]
    assert not anywhere(tmp_path / "archive", b"SECRET LETTER")
    [captured] = desk.said("captured")
    assert captured.predicate["withheld"] == 1
    with desk.archive.objects.open(captured.subjects[0].sha256) as file:
        assert len(file.read()) == (tmp_path / "m" / "outbox.json").stat().st_size, "places are those of the file"
    assert counts(desk.take(tmp_path / "m", NOW + timedelta(days=1)))[:2] == (0, 3)


def test_a_letter_that_lies_across_two_reads_is_left_whole(desk: Desk, tmp_path: Path) -> None:
    long = "".join(f"<p>SECRET {number}</p>" for number in range(60_000))
    items = [created(1, "<p>1</p>", [EVERYBODY]), created(2, long, ["https://b.example/wang"])]
    items += [created(3, "<p>3</p>", [EVERYBODY])]
    report = desk.take(in_folder(tmp_path / "m", {"outbox.json": outbox(*items)}))
    assert (report.left["direct messages"], sorted(desk.posts()), report.damaged) == (1, ["1", "3"], False)
    assert not anywhere(tmp_path / "archive", b"SECRET")


def test_a_letter_is_kept_and_marked_when_it_is_asked_for(desk: Desk, tmp_path: Path) -> None:
    report = desk.take(mastodon(tmp_path / "m"), letters=True)
    assert (report.private, dict(report.left)) == (2, {})
    assert [desk.posts()[each].audience for each in "1234"] == ["public", "followers", "direct", "unlisted"]
    assert desk.posts()["1"].published == "2013-05-12T14:28:00+08:00"
    assert desk.posts()["1"].moment == "2013-05-12T06:28:00Z"


def test_of_the_files_about_an_account_nothing_is_kept_but_what_is_read(desk: Desk, tmp_path: Path) -> None:
    about = {**ACCOUNT, "email": "lin@a.example", "phoneNumber": "+8613800000000"}
    files = x_files([tweet(1, "一")], manifest=manifest(1))
    files["data/account.js"] = assigned("account", [{"account": about}])
    desk.take(in_folder(tmp_path / "x", files))
    desk.take(mastodon(tmp_path / "m"))
    for secret in (b"lin@a.example", b"+8613800000000", b"preferredUsername", b"generationDate"):
        assert not anywhere(tmp_path / "archive", secret)
    assert (desk.posts()["1"].handle, desk.posts()["1"].name) in {("lin", "林"), ("lin", "")}


class _V1:
    """Mastodon's format as it was: the same, but that HTML is read by Python's html.parser."""

    NAME = "mastodon/v1"

    def recognises(self, export: Export) -> bool:
        return mastodon_format.recognises(export)

    def plan(self, export: Export, report: IngestReport) -> Plan:
        return replace(mastodon_format.plan(export, report), format=self.NAME)

    def read(self, plan: Plan, open: Open, report: IngestReport) -> Iterator[Found | Removal]:
        for found in mastodon_format.read(plan, open, report):
            assert isinstance(found, Found)
            [piece] = found.slices
            with open(piece.source) as file:
                file.seek(piece.offset)
                raw = [file.read(piece.length)]
            yield replace(found, post=self.post(raw, plan.context_of(piece.source)))

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        return mastodon_format.post_v1(raw, context)


def test_posts_that_were_stated_as_the_earlier_reader_read_them_open_and_rebuild(desk: Desk, tmp_path: Path) -> None:
    """The fixture rebuilds the index afterwards, from the kept bytes alone."""
    folder = in_folder(tmp_path / "m", {"outbox.json": outbox(created(1, "一 <b unfinished", [EVERYBODY]))})
    report = IngestReport()
    ingest(desk.archive, desk.key, open_export(folder, report), _V1(), NOW, report)
    assert desk.posts()["1"].text == "一 <b unfinished"
    assert desk.said("captured")[0].predicate["format"] == "mastodon/v1"


def test_an_account_that_turns_out_to_be_protected_closes_what_was_taken_in_before(desk: Desk, tmp_path: Path) -> None:
    files = x_files([tweet(1, "一", created_at="Fri Jan 02 09:00:00 +0000 2026"), tweet(2, "二")])
    desk.take(in_folder(tmp_path / "x", files))
    assert {each.audience for each in desk.posts().values()} == {"public"}
    change = {"protectedHistory": {"protectedAt": "2026-01-02T08:00:00.000Z", "action": "Protect"}}
    in_folder(tmp_path / "x", {"data/protected-history.js": assigned("protected_history", [change])})
    report = desk.take(tmp_path / "x", NOW + timedelta(days=1))
    assert (report.private, report.edited) == (1, 0)
    assert [desk.posts()[each].audience for each in "12"] == ["followers", "public"]


def test_forgetting_the_file_takes_its_words_out_of_the_index(desk: Desk, exports: tuple[Path, Path]) -> None:
    desk.take(exports[0])
    number = desk.posts()["9001"].number
    desk.archive.forget(number)
    assert "9001" not in desk.posts()
    for each in ("9002", "9003"):
        assert each in desk.posts()


def test_damage_to_a_kept_file_is_found_by_check_and_named(tmp_path: Path, exports: tuple[Path, Path]) -> None:
    desk = Desk.make(tmp_path / "archive")
    desk.take(exports[0])
    [digest] = [each.subjects[0].sha256 for each in desk.said("captured") if each.predicate["path"] == "data/tweets.js"]
    path = desk.archive.objects.path(digest)
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data.replace("操场".encode(), "广场".encode()))
    kinds = {fault.kind for fault in desk.archive.check().faults}
    assert "object" in kinds
    assert any("have the SHA-256" in fault.what for fault in desk.archive.check().faults)


# Hostile and damaged -------------------------------------------------------------------------------------------------


def test_the_manifests_count_is_held_against_what_is_there(desk: Desk, tmp_path: Path) -> None:
    report = desk.take(in_folder(tmp_path / "a", x_files([tweet(1, "一")], manifest=manifest(2))))
    assert (report.new, dict(report.kinds)) == (1, {"count": 1})


def test_a_file_the_manifest_lists_and_the_export_lacks_is_missed(desk: Desk, tmp_path: Path) -> None:
    files = x_files([tweet(1, "一")], manifest=manifest(9, name="data/tweets-part1.js"))
    report = desk.take(in_folder(tmp_path / "a", files))
    assert (report.new, dict(report.kinds)) == (1, {"missing": 1})


def _with_tweets(data: bytes) -> dict[str, bytes]:
    return {**x_files([]), "data/tweets.js": data}


SOUND = assigned("tweets", [tweet(1, "一"), tweet(2, "二"), tweet(3, "三")])
DAMAGES = {
    "trailing commas": (SOUND.replace(b"\n]", b",\n]").replace(b'"zh"', b'"zh",'), {"1", "2", "3"}, "syntax"),
    "cut short": (SOUND[:-60], {"1", "2"}, "truncated"),
    "cut in a character": (SOUND[: SOUND.index("三".encode()) + 1], {"1", "2"}, "truncated"),
    "a byte that is not UTF-8": (SOUND.replace("二".encode(), b"\xb6\xfe"), {"1", "3"}, "encoding"),
    "UTF-16": (SOUND.decode().encode("utf-16"), set(), "encoding"),
    "a stray quotation mark": (SOUND.replace("二".encode(), b'"'), {"1", "3"}, "damaged"),
    "brackets without end": (SOUND.replace("二".encode(), b'", "x": ' + b"[" * 20_000), {"1", "3"}, "damaged"),
    "a number of thousands of digits": (SOUND.replace(b'"2"', b"9" * 5_000), {"1", "3"}, "damaged"),
    "no text": (SOUND.replace('"full_text": "二",'.encode(), b""), {"1", "3"}, "form"),
    "text that is a number": (SOUND.replace('"二"'.encode(), b"2"), {"1", "3"}, "form"),
    "an id that is none": (SOUND.replace(b'"2"', b'"../../2"'), {"1", "3"}, "form"),
    "half an emoji": (SOUND.replace("二".encode(), b"\\ud83d"), {"1", "2", "3"}, "text"),
    "a date in 2100": (SOUND.replace(b"2013", b"2100", 1), {"1", "2", "3"}, "time"),
    "no date": (SOUND.replace(b"Sun May 12", b"Someday 12", 1), {"1", "2", "3"}, "time"),
    "one id twice, two texts": (SOUND.replace(b'"3"', b'"2"'), {"1", "2"}, "duplicate"),
    "a text of a megabyte": (SOUND.replace("二".encode(), b"2" * 1_000_000), {"1", "3"}, "size"),
    "nothing": (b"window.YTD.tweets.part0 = ", set(), "form"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_of_a_damaged_file_everything_sound_is_taken_and_the_rest_is_told(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    data, sound, kind = DAMAGES[name]
    path = in_folder(
        tmp_path / "a", _with_tweets(data) | {"data/manifest.js": manifest(3).replace(b"tweets.js", b"x.js")}
    )
    report = desk.take(path)
    assert kind in report.kinds, report.problems
    assert set(desk.posts()) == sound
    held = {sha256_hex(data)} & set(desk.archive.objects)
    assert held or kind == "form", "the damaged file itself is kept"
    size = desk.archive.size
    assert desk.take(path).new == 0
    assert desk.archive.size == size


def test_a_time_that_cannot_be_read_is_told_as_it_stands(desk: Desk, tmp_path: Path) -> None:
    [problem] = desk.take(in_folder(tmp_path / "a", x_files([tweet(1, "一", created_at="Someday 12\x07")]))).problems
    assert (problem.kind, problem.detail) == ("time", "Someday 12\ufffd")


def test_numbers_may_be_numbers_or_strings(desk: Desk, tmp_path: Path) -> None:
    one = {"tweet": {"id": 7, "created_at": "2013-05-12 06:28:00 +0000", "text": "一", "in_reply_to_status_id": 6}}
    assert desk.take(in_folder(tmp_path / "a", x_files([one]))).new == 1
    assert desk.posts()["7"].reply_to == "https://x.com/i/status/6"


def test_names_that_lead_out_and_links_are_refused_and_told(desk: Desk, tmp_path: Path) -> None:
    hostile = {"../../data/tweets.js": SOUND, "/etc/data/tweets.js": SOUND, "C:\\tweets.js": SOUND}
    report = desk.take(in_zip(tmp_path / "a.zip", {**x_files([tweet(5, "五")]), **hostile}))
    assert (report.new, report.kinds["path"]) == (1, 3)
    folder = in_folder(tmp_path / "b", x_files([tweet(6, "六")]))
    (folder / "data" / "tweets-part1.js").symlink_to("/etc/passwd")
    os.mkfifo(folder / "data" / "tweets-part2.js")
    report = desk.take(folder)
    assert (report.new, report.kinds["link"]) == (1, 2)


def test_a_zip_bomb_is_not_unpacked(desk: Desk, tmp_path: Path) -> None:
    bomb = b"window.YTD.tweets.part1 = [" + b" " * (64 << 20) + b"]"
    report = desk.take(in_zip(tmp_path / "a.zip", {**x_files([tweet(1, "一")]), "data/tweets-part1.js": bomb}))
    assert (report.new, dict(report.kinds)) == (1, {"bomb": 1})
    assert max(desk.archive.objects.size(each) for each in desk.archive.objects) < 1 << 20


def test_a_zip_with_a_flipped_bit_gives_what_is_sound_of_it(desk: Desk, tmp_path: Path) -> None:
    noise = assigned("tweets", [tweet(number, os.urandom(200).hex()) for number in range(100, 400)])
    path = in_zip(tmp_path / "a.zip", {**x_files([tweet(1, "一")]), "data/tweets-part1.js": noise})
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(data)
    report = desk.take(path)
    assert report.damaged
    assert "1" in desk.posts()


def test_a_zip_that_was_cut_short_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    from tamizdat.posts.export import BadExport

    path = in_zip(tmp_path / "a.zip", x_files([tweet(1, "一")]))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(BadExport, match="cut short or damaged"):
        desk.take(path)


@needs_shared
def test_the_real_samples_are_taken_and_are_not_taken_twice(desk: Desk) -> None:
    found = {}
    for path in sorted([*SAMPLES.glob("x-archive/*/**/*.zip"), *SAMPLES.glob("mastodon/sam-*/**/outbox.json"),
                        *SAMPLES.glob("rss-atom/*/**/atom10.xml"), *SAMPLES.glob("twarc/*/**/*.jsonl")]):  # fmt: skip
        report = desk.take(path)
        expected = {"truncated": 1} if path.name == "streaming_output_with_error.jsonl" else {}
        assert dict(report.kinds) == expected, (path.name, report.problems)
        found[path.name] = report.found
        size = desk.archive.size
        again = desk.take(path, NOW + timedelta(days=3))
        assert (again.new, again.edited, desk.archive.size) == (0, 0, size), path.name
    assert found["10-v2-sample.jsonl"] == found["10-sample.jsonl"] == 10
    assert found["outbox.json"] == 20
    assert found["camlistore_test.zip"] == 2


def test_exports_in_any_order_any_number_of_times_tell_one_story(tmp_path: Path, exports: tuple[Path, Path]) -> None:
    stories = set()
    for number, order in enumerate([(0, 1), (1, 0), (0, 1, 0, 1), (1, 1, 0, 0, 1)]):
        desk = Desk.make(tmp_path / f"archive{number}")
        for day, which in enumerate(order):
            desk.take(exports[which], NOW + timedelta(days=day))
        edits = [
            (each.predicate["before"]["text"], each.predicate["after"]["text"])  # type: ignore[index,call-overload]
            for each in desk.said("edited")
        ]
        posts = sorted((each.post, each.text, each.state) for each in desk.posts().values())
        stories.add((tuple(posts), tuple(edits), len(desk.said("gone"))))
        desk.archive.close()
    assert len(stories) == 1


def test_bytes_that_are_read_better_than_before_are_no_edit(desk: Desk, tmp_path: Path) -> None:
    note = created(1, "<p>门<br />  北</p>", [EVERYBODY])
    note["object"]["updated"] = "2013-05-13T14:28:00+08:00"
    folder = in_folder(tmp_path / "m", {"outbox.json": outbox(note)})
    export = open_export(folder, IngestReport())
    ingest(desk.archive, desk.key, export, _V1(), NOW, IngestReport())
    report = desk.take(folder, NOW + timedelta(days=3))
    assert (report.new, report.edited) == (0, 0)
    [post] = desk.posts().values()
    texts = [version.text for version in desk.archive.index.posts.versions(post.post)]
    assert texts == ["门\n北", "门\n  北"]
    assert desk.said("edited") == []
