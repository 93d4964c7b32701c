"""A leak is told so that an editor knows what to do; and what is no leak stops nobody."""

from datetime import timedelta
from pathlib import Path

import pytest

from support import sample_site
from support.collecting_desk import assigned, tweet
from support.published_desk import NOON, House, status
from tamizdat.archive.acts.releases import private_details, state_release
from tamizdat.errors import Leak, UsageError
from tamizdat.publishing.leaks.parts import parts_of
from tamizdat.statements.catalogued import CataloguedPost

WORDS = "the second guard opened the northern gate"
PHONE = {"source": '<a href="http://twitter.com/download/iphone">Twitter for iPhone</a>'}
PLACE = {"geo": {"type": "Point", "coordinates": [31.0, 103.6]}, **PHONE}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_leak_names_the_post_whose_words_they_are_and_the_words_and_a_way_out(house: House, dry_run: bool) -> None:
    house.take(tweet(1, "A gate"), tweet(2, f"She wrote:\n{WORDS}"))
    house.release(1, tags=[WORDS])
    with pytest.raises(Leak) as stopped:
        house.publish(dry_run=dry_run)
    told = str(stopped.value)
    number = house.number(status(2))
    for each in (
        f"post {number}",
        "“She wrote: the second guard",
        f"'{WORDS}'",
        f"release post {number} too",
        "publish release 2 --tag",
    ):
        assert each in told


@pytest.mark.parametrize("line", ["1 December 2023", "12 May 2013, 14:28 (UTC+8)", "2013年5月12日 14:28", "2013-05-12"])
def test_a_date_that_the_house_writes_itself_is_no_secret(house: House, line: str) -> None:
    house.take(tweet(1, "A gate"), tweet(2, f"{line}\nwhat nobody may read yet"))
    house.release(1)
    assert house.publish().added == (house.number(status(1)),)


def test_what_was_deleted_and_written_again_with_other_line_breaks_blocks_nothing(house: House) -> None:
    gone = tweet(2, f"she wrote: {WORDS}", deleted_at="Mon May 13 06:28:00 +0000 2013")
    house.take(tweet(1, f"she wrote:\n{WORDS}"), files={"deleted-tweets.js": assigned("deleted_tweets", [gone])})
    house.release(1)
    assert house.publish(dry_run=True).added == house.publish().added == (house.number(status(1)),)


def test_a_path_that_is_a_part_of_the_public_address_is_no_secret_and_another_is(house: House) -> None:
    address = "https://notes.example/blog/feed.xml"
    feed = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{address}</id><title>Notes</title>'
        "<entry><id>https://notes.example/1</id><title>One</title><content>A gate</content>"
        "<updated>2013-05-12T14:28:00+08:00</updated></entry></feed>"
    ).encode()
    house.take_files({"blog/feed.xml": feed, "hidden/other.xml": feed.replace(b"example/1<", b"example/2<")})
    state_release(house.archive, house.desk, CataloguedPost("https://notes.example/1", release="public"))
    assert len(house.publish().added) == 1
    state_release(house.archive, house.desk, CataloguedPost("https://notes.example/1", tags=("hidden/other.xml",)))
    with pytest.raises(Leak, match="path of a file of an export"):
        house.publish(dry_run=True)


def test_bytes_that_tell_where_their_author_stood_are_not_released_unless_it_is_named(house: House) -> None:
    house.take(tweet(1, "A gate", **PLACE), tweet(2, "Plain"), tweet(3, "Another", **PHONE))
    number, size = house.number(status(1)), house.archive.size
    for told in ((), ("device",)):
        with pytest.raises(UsageError, match=rf"coordinates.* in those of 1 \({number}\)"):
            state_release(house.archive, house.desk, shown(1), told)
    assert house.archive.size == size
    state_release(house.archive, house.desk, shown(1), ("coordinates", "device"))
    state_release(house.archive, house.desk, shown(2))
    state_release(house.archive, house.desk, CataloguedPost(status(3), release="public"))
    version = house.archive.index.posts.versions(status(1))[-1]
    assert set(private_details(house.archive, version)) == {"coordinates", "device"}


def test_new_words_of_a_post_whose_bytes_are_shown_are_asked_about_again(house: House) -> None:
    house.take(tweet(1, "A gate"))
    state_release(house.archive, house.desk, shown(1))
    house.take(tweet(1, "A gate, and a wall", **PLACE), now=NOON + timedelta(days=1))
    with pytest.raises(UsageError, match="coordinates"):
        state_release(house.archive, house.desk, CataloguedPost(status(1), release="public"))


def shown(number: int) -> CataloguedPost:
    return CataloguedPost(status(number), release="public", bytes_shown=True)


def test_subtitles_are_changed_where_they_were_made_what_is_said_in_a_file_and_translations_as_all_are() -> None:
    [clip] = [each for each in sample_site.shown().items if each.tracks]
    spoken, *others = [each.remedy for each in parts_of(clip) if each.what.startswith("the subtitles")]
    assert f"'transcript add {clip.number} FILE.srt --language" in spoken
    assert others
    assert "transcript" not in "".join(others), "these would be taken for what is said in the clip"
