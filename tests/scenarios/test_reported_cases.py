"""What people reported of other tools, as cases with invented names: each is taken in, and is what it says it is."""

import io
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, tweet
from support.field_and_desk import WORK, World
from support.published_desk import House
from support.shared import SHARED, needs_shared
from tamizdat.archive import Archive
from tamizdat.archive.ingest.feeds import follow
from tamizdat.archive.views.contexts import Contexts
from tamizdat.cli.main import main
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadPacket
from tamizdat.footage.card import list_card
from tamizdat.home.setup import create_desk
from tamizdat.posts.fetch import Answer
from tamizdat.posts.parts import read_parts
from tamizdat.posts.report import IngestReport
from tamizdat.statements.post_context import Context
from tamizdat.translation.xliff import import_xliff

CASES = SHARED / "cases"
pytestmark = needs_shared
Collect = Callable[..., tuple[int, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    return tmp_path / "desk"


@pytest.fixture
def run(home: Path) -> Collect:
    def command(*argv: str) -> tuple[int, str]:
        out = io.StringIO()
        code = main([*argv, "--home", str(home)], out, out)
        return code, " ".join(out.getvalue().split())

    return command


class Told:
    """A post as it came in, with what is told around it."""

    def __init__(self, archive: Archive, version: Any) -> None:
        self.text, self.state, self.kind, self.audience = version.text, version.state, version.kind, version.audience
        self.summary, self.published, self.language = version.summary, version.published, version.language
        self.around: Context = Contexts(archive.index, "2026-11-30").of(version) or Context()
        self.inner = [each.text for each in self.around.inner or ()]
        self.links = {each.target for each in self.around.links or ()}
        self.missing = [(each.url, each.alt) for each in self.around.missing or ()]


def told(home: Path) -> dict[str, Told]:
    """Every post by the end of its id."""
    with Archive.open(home / "archive") as archive:
        return {each.post.rsplit("/", 1)[-1]: Told(archive, each) for each in archive.index.posts.latest()}


def case(*parts: str) -> str:
    return str(CASES.joinpath(*parts))


def voice(number: str, *parts: str) -> str:
    return str(next((CASES / "voice").glob(f"{number}-*")).joinpath(*parts))


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        (("01",), ["最早的一条 a", "中间的一条 b", "第三部分之前 c", "最晚的一条 d"]),
        (("06",), ["五年了，名单在这里"]),
        (("07",), ["还在，又删了", "还在", "只在删除里", "社区里的一条"]),
        (("08",), ["校门"]),
        (("09",), ["旧的"]),
    ],
)
def test_all_of_an_account_is_read_once_each(run: Collect, home: Path, path: tuple[str], texts: list[str]) -> None:
    assert run("collect", case(*path))[0] == 0
    assert [each.text for each in told(home).values()] == texts


def test_a_repost_that_the_platform_cut_is_marked_and_its_torn_link_is_none(run: Collect, home: Path) -> None:
    run("collect", case("02"))
    [post] = told(home).values()
    assert (post.around.cut, post.links) == (True, set())
    part = read_parts(post.text)
    assert part.inner is not None
    assert part.inner.speaker == "old_wang"


def test_links_are_known_by_their_targets_and_old_entities_are_resolved(run: Collect, home: Path) -> None:
    assert run("collect", case("03"))[0] == 0
    posts = told(home)
    assert posts["9201"].text == "old one http://example.org/a?b=1&c=2 end"
    assert posts["9202"].links == {"https://example.org/list?x=1&y=2"}
    assert "https://t.co/NoTarget1" in posts["9200"].text
    assert run("find", "example.org/list")[1].endswith("1 found.")


def test_a_long_tweet_that_begins_otherwise_than_its_short_form_is_one_post(run: Collect, home: Path) -> None:
    code, said = run("collect", case("04"))
    posts = told(home)
    assert (code, len(posts)) == (0, 2)
    assert posts["9300"].text.startswith("@old_wang 第一句说的是名单 & 校舍。")
    assert posts["9300"].around.answers
    assert "long texts without words" in said


def test_pictures_and_clips_are_found_whatever_variant_the_archive_holds(run: Collect) -> None:
    assert "3 new pictures and clips" in run("collect", case("05"))[1]


def test_a_deleted_post_is_gone_whichever_file_it_stands_in(run: Collect, home: Path) -> None:
    run("collect", case("07"))
    assert {number: post.state for number, post in told(home).items()} == {
        "9600": "gone", "9601": "present", "9602": "gone", "9603": "present",
    }  # fmt: skip


def test_boosts_are_references_one_taken_back_is_gone_and_a_picture_alone_is_a_post(run: Collect, home: Path) -> None:
    code, said = run("collect", case("10"))
    assert (code, "3 new, 1 gone; 1 new picture or clip" in said) == (0, True)
    with Archive.open(home / "archive") as archive:
        assert sorted(each.kind for each in archive.index.posts.latest()) == ["Announce", "Announce", "Note"]


@pytest.mark.parametrize("path", [("11",), ("14", "archive-20240601000000-invented.tar.gz")])
def test_polls_edits_quotes_and_links_behind_words_are_kept(run: Collect, home: Path, path: tuple[str, ...]) -> None:
    assert run("collect", case(*path))[0] == 0
    posts = told(home)
    poll = posts["6"].around.poll
    assert poll is not None
    assert [(each.text, each.votes) for each in poll.choices] == [("今年", 2), ("永不", 10)]
    assert posts["9"].around.updated == "2024-05-12T08:00:00+00:00"
    assert "RE:" not in posts["10"].text
    assert posts["10"].links == {"https://example.org/long/path"}


def test_pictures_that_an_export_only_names_are_told_with_their_addresses(run: Collect, home: Path) -> None:
    assert "collect --media" in run("collect", case("13"))[1]
    assert told(home)["12"].missing == [("https://pix.example/storage/m/_v2/1/a/b/c.jpg", "")]


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        (("15", "feed.xml"), ["text"]),
        (("16", "feed.xml"), ["text", "The school’s gate\xa0is shut", "text"]),
        (("16", "control.xml"), ["text", "a\ufffdb and a bare & too", "text"]),
        (("17", "feed091.xml"), ["café — gate"]),
    ],
)
def test_a_feed_that_breaks_its_rules_is_read_to_its_end_and_that_is_told(
    run: Collect, home: Path, path: tuple[str, ...], texts: list[str]
) -> None:
    code, said = run("collect", case(*path))
    assert (code, "breaks the rules of its format, but could be read" in said) == (3, True)
    assert [each.text for each in told(home).values()] == texts


def test_no_time_is_wrong_and_what_is_doubtful_keeps_no_offset(run: Collect, home: Path) -> None:
    _, said = run("collect", case("18", "feed.xml"))
    assert {number: post.published for number, post in told(home).items()} == {
        "d0": "2024-05-27T04:45:26+00:00", "d1": "2024-05-06T18:55:00+00:00", "d2": "2024-05-07T18:30:00",
        "d3": "2024-05-09T17:00:00+00:00", "d4": "2024-05-05T16:18:00+01:00", "d5": "2024-01-01T00:30:00+02:00",
        "d6": None, "d7": "1970-01-01T00:00:00+00:00", "d8": "2024-05-12T14:28:00", "d9": "2024-05-12T14:28:00+08:00",
        "d10": "2024-05-12T06:28:00+00:00",
    }  # fmt: skip
    assert said.count("cannot be right") == 2


def test_relative_addresses_are_seen_from_their_bases(run: Collect, home: Path) -> None:
    run("collect", case("22", "feed.xml"))
    [post] = told(home).values()
    assert post.links == {"https://notes.example/ongoing/When/2024/05/12/Names"}
    assert post.missing == [("https://notes.example/ongoing/When/2024/05/12/bag.jpg", "a bag")]


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("titles.xml", ["<3 学校", "<3 学校", "<3 学校", "AT&T now"]),
        ("double.xml", ["It's a list", "1 < 2 and a tag", "校门 & 名单"]),
    ],
)
def test_titles_are_unescaped_as_often_as_they_were_escaped(
    run: Collect, home: Path, name: str, titles: list[str]
) -> None:
    assert run("collect", case("23", name))[0] == 0
    assert [each.summary for each in told(home).values()] == titles


def test_what_html_says_beside_letters_is_kept(run: Collect, home: Path) -> None:
    run("collect", case("25", "html.xml"))
    [post] = told(home).values()
    for words in ("1. one\n2. two", "> quoted", "[a wall of bags]", "a | b"):
        assert words in post.text
    assert (post.links, len(post.missing)) == ({"https://example.org/list.pdf"}, 1)


def test_withheld_by_country_and_the_whole_of_a_repost_are_heard(run: Collect, home: Path) -> None:
    assert run("collect", case("27", "flat.jsonl"))[0] == 0
    posts = told(home)
    assert posts["9710"].around.withheld == ("CN", "HK")
    assert posts["9711"].text == "the whole text stands here"
    assert posts["9712"].inner == ["开头被截断的转发，这里是全文，有标签 #名单"]


# What comes by address, and what goes out --------------------------------------------------------------------------


def followed(folder: Path, url: str, *visits: str) -> dict[str, tuple[str, str, list[str]]]:
    """Visit a feed whose answers are these cases, a day apart; url, text and links of its posts by id."""
    desk = Desk.make(folder)
    for days, path in enumerate(visits):
        feed = Path(path).read_bytes()

        def get(asked: str, headers: Mapping[str, str], feed: bytes = feed) -> Answer:
            return Answer(asked, 200, {}, feed if asked == url else b"a page")

        follow(desk.archive, desk.key, url, NOW + timedelta(days=days), IngestReport(), get)
    latest = desk.archive.index.posts.latest()
    around = {each.post: Contexts(desk.archive.index, "2026-11-30").of(each) or Context() for each in latest}
    made = {
        each.post: (each.url, each.text, [link.target for link in around[each.post].links or ()]) for each in latest
    }
    desk.archive.close()
    return made


def test_a_feed_whose_ids_are_made_anew_holds_the_same_posts(tmp_path: Path) -> None:
    posts = followed(tmp_path / "a", "https://notes.example/feed", case("20", "visit1.xml"), case("20", "visit2.xml"))
    assert set(posts) == {"http://notes.example/?p=25", "http://notes.example/posts/8"}
    assert posts["http://notes.example/?p=25"][1] != "the list", "edited under its old id"


def test_a_feed_without_any_base_is_seen_from_where_it_was_fetched(tmp_path: Path) -> None:
    posts = followed(tmp_path / "a", "https://notes.example/blog/feed.xml", case("22", "allrelative.xml"))
    assert posts
    for post, (url, _, links) in posts.items():
        for each in (post, url, *links):
            assert each.startswith("https://notes.example/"), each


PACKETS = sorted(path.name for path in (CASES / "34").glob("*.xlf")) if CASES.is_dir() else []
LEFT = {"packet.xlf": 3, "one-missing.xlf": 2}  #: posts without a translation


@pytest.mark.parametrize("name", PACKETS)
def test_a_packet_comes_back_from_whatever_saved_it(name: str) -> None:
    data = (CASES / "34" / name).read_bytes()
    if name == "twelve20.xlf":
        with pytest.raises(BadPacket, match=r"Save it as XLIFF 1\.2"):
            import_xliff(data)
        return
    packet = import_xliff(data)
    sent = import_xliff((CASES / "34" / "packet.xlf").read_bytes())
    assert [each.post for each in packet.posts] == [each.post for each in sent.posts]
    assert [len(each.units) for each in packet.posts] == [len(each.units) for each in sent.posts]
    assert sum(all(unit.untouched for unit in each.units) for each in packet.posts) == LEFT.get(name, 0)
    words = [unit.source for each in packet.posts for unit in each.units]
    if name not in ("half-width.xlf", "source-trimmed.xlf"):
        assert words == [unit.source for each in sent.posts for unit in each.units]


def test_a_careless_reader_of_feeds_can_use_those_of_a_site(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(tweet(1, "五年了"), tweet(2, "The gate is shut"))
    house.release(1, 2)
    house.publish(addresses=("https://mirror.example/copy/",))
    told = subprocess.run(
        [sys.executable, case("38", "check_feed.py"), str(house.site), "https://mirror.example/copy/"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "leads nowhere" not in told
    assert "links are relative" not in told
    assert "id is no URI" not in told
    assert "id twice" not in told
    assert "time:" not in told
    assert "without a title" not in told


# Cards --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["28", "29", "30", "31", "32"])
def test_every_byte_of_a_card_arrives_under_its_own_name(tmp_path: Path, number: str) -> None:
    files = {path: path.read_bytes() for path in sorted((CASES / number).rglob("*")) if path.is_file()}
    with World(tmp_path) as world:
        for path, data in files.items():
            world.write(str(path.relative_to(CASES / number)), data)
        world.carry()
        assert world.archived() == world.on_card()
        assert sorted(world.archived().values()) == sorted(map(sha256_hex, files.values()))


def test_sidecars_leave_before_the_footage() -> None:
    stages = {Path(each.path).suffix.upper(): each.stage for each in list_card(CASES / "28").files}
    assert {stages[each] for each in (".BDM", ".CPI", ".MPL", ".TDT", ".XML")} == {"texts"}
    assert {stages[each] for each in (".MTS", ".MXF")} == {"originals"}


# Kinds of faults seen with real archives, remade small ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "beginning"),
    [
        ("answer", "@wang_invented the bell rang at five"),
        ("link", "the list of names is at https://t.co/BBBBBBBBB2 and the bell"),
        ("escaped", "write &lt;b&gt; and &amp;amp; in the form, said the clerk."),
    ],
)
def test_a_note_and_its_tweet_are_one_post_with_the_notes_own_letters(
    run: Collect, home: Path, part: str, beginning: str
) -> None:
    assert run("collect", voice("08", part))[0] == 0
    [post] = told(home).values()
    assert post.text.startswith(beginning)
    assert not post.around.cut
    assert post.links == ({"https://a.example/names"} if part == "link" else set())


def test_of_a_day_without_an_hour_none_is_told(run: Collect, home: Path) -> None:
    run("collect", voice("10"))
    assert [post.published for post in told(home).values()] == ["2010-03-31"]


def test_what_a_post_answers_and_where_its_link_leads_is_told_and_found(run: Collect, home: Path) -> None:
    run("collect", voice("11"))
    [post] = told(home).values()
    assert post.around.answers is not None
    assert post.around.answers.url == "https://x.com/wang_invented/status/1699999999999999995"
    assert post.links == {"https://maps.example/northern-gate"}
    assert run("find", "northern-gate")[1].endswith("1 found.")


def test_the_whole_words_of_reposts_and_quotes_are_found_as_those_of_their_author(run: Collect) -> None:
    run("collect", voice("12", "page.jsonl"))
    for word in ("whistle", "lantern"):
        said = run("find", word)[1]
        assert said.endswith("1 found.")
        assert "wang_invented" in said


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        (("13", "feed.xml"), ["one\n\ntwo\n\nthree"]),
        (("21", "nested.xml"), ["outer", "inner"]),
        (("21", "in-html.xml"), ["words"]),
        (("21", "atom03.xml"), ["it was open"]),
        (("21", "other-words.xml"), ["three men, a lantern", "a talk about the bridge", "[a gate at dawn]"]),
        (("29",), ["gate\n  north\n    east\n\ntwo  spaces"]),
    ],
)
def test_words_are_read_as_they_were_written(run: Collect, home: Path, path: tuple[str, ...], texts: list[str]) -> None:
    run("collect", voice(*path))
    assert [post.text for post in told(home).values()] == texts


def test_a_sound_export_is_called_sound_and_what_is_left_is_counted(run: Collect, home: Path) -> None:
    code, said = run("collect", voice("14"))
    assert (code, len(told(home))) == (0, 2)
    assert "Left (3): bookmarks" in said
    assert "Left (3): likes" in said


def test_descriptions_of_pictures_that_are_not_there_are_kept_and_found(run: Collect, home: Path) -> None:
    run("collect", voice("17"))
    assert {post.missing[0][1] for post in told(home).values() if post.missing} == {
        "a gate at dawn, three men in front of it"
    }
    assert run("find", "dawn")[1].endswith("2 found.")


def test_what_is_left_is_counted_by_letters_and_likes_and_a_circle_is_few(run: Collect, home: Path) -> None:
    said = run("collect", voice("23"))[1]
    for each in ("Left (1): articles", "Left (17): direct messages", "Left (40): likes"):
        assert each in said
    assert sorted(post.audience for post in told(home).values()) == ["followers", "public"]


def test_an_at_sign_after_a_verb_or_at_the_end_gives_nobody_elses_words_away(run: Collect, home: Path) -> None:
    run("collect", voice("25", "feed.xml"))
    parts = [read_parts(post.text) for post in told(home).values()]
    assert [(part.speaker, part.inner) for part in parts] == [("", None)] * 3


def test_what_its_author_covered_is_marked_sensitive(run: Collect, home: Path) -> None:
    run("collect", voice("26"))
    [post] = told(home).values()
    assert (post.around.sensitive, bool(post.summary)) == (True, True)


def test_a_post_stands_under_the_day_of_its_authors_clock(run: Collect, home: Path) -> None:
    run("collect", voice("27"))
    assert [post.published for post in told(home).values()] == ["2023-12-01T07:30:00+09:00"]
    assert run("find", "--since", "2023-12-01")[1].endswith("1 found.")
