"""What an author wrote for followers is shown by the author's consent, for these very words, and in no other way."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import in_folder, tweet
from support.item_files import captured_in, envelope_of, opened_in, statements_in
from support.published_desk import NOON, TODAY, House, status
from tamizdat.archive.acts.releases import consent, state_release, state_releases
from tamizdat.archive.acts.versions import raw_of
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.errors import UsageError
from tamizdat.ledger.statement import Envelope, Subject
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport
from tamizdat.publishing.release_choice import BY_NUMBER, Posts, consentable, consented, is_public
from tamizdat.statements import derived
from tamizdat.statements.catalogued import CataloguedPost, Consent
from tamizdat.verifying import verify

LATER = TODAY + timedelta(days=1)
DAY = "2026-11-20"
LIN = "https://x.com/i/user/12"
CLOSED = {"user": {"protected": True}}
WORDS = "What only a few could read"


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.take(tweet(1, WORDS, **CLOSED), tweet(2, "Another one for followers only", **CLOSED), tweet(3, "For all"))
    return made


def agree(house: House, number: int = 1, given: bool = True, day: str = DAY) -> None:
    said = consent(house.archive, status(number), day, given, TODAY.isoformat(), "" if given else "The author asked")
    state_release(house.archive, house.desk, said)


def shown(house: House) -> set[str]:
    return {item.text for item in map(derived.read, statements_in(house.site)) if isinstance(item, derived.Post)}


def forged(house: House, number: int, **said: Any) -> None:
    """A statement that our own acts would not make, as a later program or a mistake might."""
    version = house.archive.index.posts.versions(status(number))[-1]
    house.say("catalogued", Subject("post", raw_of(house.archive, version)), {"post": status(number), **said})


def test_without_consent_it_is_shown_nowhere_whatever_is_stated_of_it(house: House) -> None:
    with pytest.raises(UsageError, match="written for everybody, found one written for followers"):
        house.release(1)
    forged(house, 1, release="public")
    house.release(3)
    done = house.publish()
    assert shown(house) == {"For all"}
    assert [why for _, why in done.skipped] == [
        "Expected a post written for everybody, found one written for followers."
    ]


def test_consent_alone_shows_nothing_and_a_release_with_it_does(house: House) -> None:
    agree(house)
    house.publish()
    assert shown(house) == set()
    house.release(1)
    house.publish(LATER)
    assert shown(house) == {WORDS}
    assert verify(house.site).holds


def test_the_site_tells_neither_that_there_was_consent_nor_for_whom_it_was_written(house: House) -> None:
    agree(house)
    house.release(1)
    house.translate(1, "Something")
    house.publish()
    [item] = house.site.glob("items/*")
    envelopes = [envelope_of(item), *(envelope for _, envelope in opened_in(item))]
    told = [path.read_bytes() for path in item.iterdir()] + [Envelope.parse(each).payload for each in envelopes]
    assert len(envelopes) == 4, "the post, its translation and two reviews"
    for word in (b"consent", b"followers", b"protected", DAY.encode()):
        assert not any(word in data for data in told), word


def test_the_captured_bytes_of_it_are_never_published(house: House) -> None:
    agree(house)
    with pytest.raises(UsageError, match="they tell to whom it was addressed"):
        house.release(1, bytes_shown=True)
    house.release(1)
    forged(house, 1, bytes=True)
    done = house.publish()
    assert shown(house) == {WORDS}
    assert [captured_in(each) for each in house.site.glob("items/*")] == [None]
    assert any("captured bytes" in why for _, why in done.partial)


def test_withdrawn_consent_takes_it_down_with_the_next_edition(house: House) -> None:
    agree(house)
    house.release(1)
    house.publish()
    agree(house, given=False, day="2026-11-22")
    done = house.publish(LATER)
    assert done.removed == (house.number(status(1)),)
    assert shown(house) == set()
    assert not any(WORDS.encode() in data for data in house.files().values())
    assert any(b"The author asked" in data for data in house.files().values())
    agree(house)  # given again: it is not shown by itself
    house.publish(LATER + timedelta(days=1))
    assert shown(house) == set()


def test_withdrawn_consent_closes_it_even_if_the_release_stands(house: House) -> None:
    agree(house)
    house.release(1)
    forged(house, 1, consent={"archive": LIN, "day": DAY, "given": False})
    done = house.publish()
    assert shown(house) == set()
    assert any("withdrew their consent on 2026-11-20" in why for _, why in done.skipped)


def test_consent_is_about_one_posts_words_and_not_about_the_account(house: House) -> None:
    agree(house)
    with pytest.raises(UsageError, match="Record the author's consent first"):
        state_releases(house.archive, house.desk, [CataloguedPost(status(each), release="public") for each in (1, 2)])
    forged(house, 2, release="public")
    house.publish()
    assert shown(house) == set()


def test_what_the_author_changed_since_needs_consent_of_its_own(house: House) -> None:
    agree(house)
    house.release(1)
    house.publish()
    house.take(tweet(1, "Other words for followers", **CLOSED), now=NOON + timedelta(days=1))
    done = house.publish(LATER)
    assert shown(house) == {WORDS}
    assert [each.after for each in done.waiting] == ["Other words for followers"]
    with pytest.raises(UsageError, match="found one written for followers"):
        house.release(1)
    agree(house)
    house.publish(LATER)
    assert shown(house) == {WORDS}, "consent to new words takes none back from the old ones"
    house.release(1)
    house.publish(LATER)
    item = [derived.read(each) for each in statements_in(house.site)]
    told = [(each.text, [old.text for old in each.earlier]) for each in item if isinstance(each, derived.Post)]
    assert told == [("Other words for followers", [WORDS])], "to both the author agreed"


def test_words_that_are_kept_for_fewer_people_since_are_taken_down(house: House) -> None:
    note = {
        "id": "https://a.example/9",
        "type": "Note",
        "content": WORDS,
        "attributedTo": "https://a.example/users/lin",
    }
    actor = {"type": "Person", "id": "https://a.example/users/lin", "preferredUsername": "lin"}

    def take(to: list[str], text: str, days: int) -> None:
        create = {"type": "Create", "object": {**note, "content": text, "to": to, "published": "2013-05-12T06:28:00Z"}}
        box: dict[str, Any] = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection"}
        files = {"outbox.json": {**box, "orderedItems": [create]}, "actor.json": actor}
        house.take_files({name: json.dumps(said).encode() for name, said in files.items()}, NOON + timedelta(days=days))

    take(["https://a.example/users/lin/followers"], WORDS, 0)
    said = consent(house.archive, "https://a.example/9", DAY, True, TODAY.isoformat())
    state_release(house.archive, house.desk, said)
    state_release(house.archive, house.desk, CataloguedPost("https://a.example/9", release="public"))
    house.publish()
    assert shown(house) == {WORDS}
    take([], "Words for nobody knows whom", 1)
    house.publish(LATER)
    assert shown(house) == set()


def test_a_release_that_says_that_consent_was_taken_back_is_none(house: House) -> None:
    said = CataloguedPost(status(1), release="public", consent=Consent(LIN, DAY, False))
    for _ in range(2):
        with pytest.raises(UsageError, match="written for everybody, found one written for followers"):
            state_release(house.archive, house.desk, said)
        agree(house)


def test_consent_stated_of_another_account_opens_nothing(house: House) -> None:
    with pytest.raises(UsageError, match=r"out of the archive of https://x\.com/i/user/13"):
        state_release(
            house.archive, house.desk, CataloguedPost(status(1), consent=Consent("https://x.com/i/user/13", DAY, True))
        )
    forged(house, 1, release="public", consent={"archive": "https://x.com/i/user/13", "day": DAY, "given": True})
    house.publish()
    assert shown(house) == set()


TWARC = {"id_str": "7", "created_at": "Sun May 12 06:28:00 +0000 2013", "full_text": "Seen by a follower"}


def as_followers_line(house: House) -> None:
    line = {**TWARC, "user": {"id_str": "12", "screen_name": "lin", "protected": True}}
    house.take_files({"a.jsonl": json.dumps(line).encode()})


def in_anothers_archive(house: House) -> None:
    house.take(tweet(7, "Seen by a follower", user={"id_str": "13", "screen_name": "wang", "protected": True}))


def as_a_repost(house: House) -> None:
    house.take(tweet(7, "RT of hers", retweeted_status=tweet(8, "Hers", user={"id_str": "13"})["tweet"], **CLOSED))


def with_her_words_in_it(house: House) -> None:
    house.take(tweet(7, "Look // @wang: what I wrote for my friends", **CLOSED))


def for_nobody_knows_whom(house: House) -> None:
    house.take(tweet(7, "Some words"), files={"protected-history.js": b"window.YTD.protected_history.part0 = {"})


@pytest.mark.parametrize(
    "take", [as_followers_line, in_anothers_archive, as_a_repost, with_her_words_in_it, for_nobody_knows_whom]
)
def test_no_consent_opens_what_is_not_the_authors_own_to_give(house: House, take: Callable[[House], None]) -> None:
    take(house)
    version = house.archive.index.posts.versions(status(7))[-1]
    assert version.audience != "public", "the attack needs a post for few"
    with pytest.raises(UsageError, match="No consent was recorded"):
        agree(house, 7)
    forged(house, 7, release="public", consent={"archive": version.author, "day": DAY, "given": True})
    house.publish()
    assert shown(house) == set()


@pytest.mark.parametrize(
    ("day", "why"), [("2026-11-24", "at the latest"), ("yesterday", "a day such as"), ("", "a day")]
)
def test_a_day_on_which_nobody_can_have_said_so_is_refused(house: House, day: str, why: str) -> None:
    size = house.archive.size
    with pytest.raises(UsageError, match=why):
        agree(house, day=day)
    with pytest.raises(UsageError, match="no consent recorded"):
        agree(house, given=False)
    assert house.archive.size == size


def test_a_statement_about_consent_in_another_form_counts_for_nothing(house: House) -> None:
    for said in ({"archive": LIN, "day": DAY}, {"archive": LIN, "day": "2026-02-31", "given": True}, True, "yes"):
        forged(house, 1, release="public", consent=said)
    assert house.archive.index.releases.of(status(1)).consent is None
    house.publish()
    assert shown(house) == set()


def test_no_copy_shows_what_its_author_keeps_for_followers_again(house: House) -> None:
    agree(house)
    house.release(1)
    house.publish()
    number, today = house.number(status(1)), TODAY.isoformat()
    assert is_public(house.archive, Posts.of(house.archive), number, today)
    agree(house, given=False, day="2026-11-22")
    house.release(3)  # what was said of the other is its author's word alone
    assert not is_public(house.archive, Posts.of(house.archive), number, today)


# What a blog kept back ------------------------------------------------------------------------------------------------

BLOG = "https://blog.example"
DRAFT = f"{BLOG}/?p=2"
ENTRY = (
    '<item><title>{number}</title><guid isPermaLink="false">https://blog.example/?p={number}</guid>'
    "<description>{words}</description><wp:post_type>post</wp:post_type><wp:status>{status}</wp:status></item>"
)


def with_a_draft(house: House, folder: Path, words: str = "校舍塌了") -> None:
    entries = (
        ENTRY.format(number=1, words="所有人", status="publish"),
        ENTRY.format(number=2, words=words, status="draft"),
    )
    data = f"<rss><channel><title>日记</title><link>https://blog.example</link>{''.join(entries)}</channel></rss>"
    export = open_export(in_folder(folder, {"blog.xml": data.encode()}), report := IngestReport())
    ingest(house.archive, house.desk, export, recognise(export), NOON, report)


def agree_on_draft(house: House) -> None:
    state_release(house.archive, house.desk, consent(house.archive, DRAFT, DAY, True, TODAY.isoformat()))


def test_a_draft_of_a_blog_is_shown_once_its_author_agreed_and_by_that_alone(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    with_a_draft(house, tmp_path / "in")
    with pytest.raises(UsageError, match="Record the author's consent first"):
        state_release(house.archive, house.desk, CataloguedPost(DRAFT, release="public"))
    agree_on_draft(house)
    house.publish()
    assert shown(house) == set()
    state_release(house.archive, house.desk, CataloguedPost(DRAFT, release="public"))
    house.publish(LATER)
    assert shown(house) == {"校舍塌了"}
    assert [captured_in(each) for each in house.site.glob("items/*")] == [None]
    with_a_draft(house, tmp_path / "later", "别的话")  # written on since: of these words nobody said anything
    house.publish(LATER + timedelta(days=1))
    assert "别的话" not in shown(house)


def test_drafts_are_not_opened_with_all_that_a_blog_wrote(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    with_a_draft(house, tmp_path / "in")
    assert consentable(Posts.of(house.archive), BLOG) == ([], {BY_NUMBER: 1})
    assert consented(Posts.of(house.archive), BLOG) == []
    agree_on_draft(house)  # it need not be opened again, and withdrawing all of it takes this back, too
    assert consentable(Posts.of(house.archive), BLOG) == ([], {})
    assert consented(Posts.of(house.archive), BLOG) == [house.number(DRAFT)]


def test_consent_for_all_of_a_voice_is_taken_back_for_words_that_are_shown_though_they_changed_since(
    tmp_path: Path,
) -> None:
    house = House(tmp_path / "house")
    with_a_draft(house, tmp_path / "in")
    agree_on_draft(house)
    state_release(house.archive, house.desk, CataloguedPost(DRAFT, release="public"))
    house.publish()
    with_a_draft(house, tmp_path / "later", "别的话")
    house.publish(LATER)
    assert shown(house) == {"校舍塌了"}
    for number in consented(Posts.of(house.archive), BLOG):
        post = Posts.of(house.archive).versions[number].post
        state_release(house.archive, house.desk, consent(house.archive, post, DAY, False, TODAY.isoformat()))
    house.publish(LATER + timedelta(days=1))
    assert shown(house) == set()
    assert consented(Posts.of(house.archive), BLOG) == []


def test_a_table_cannot_say_that_a_blog_kept_something_back(tmp_path: Path) -> None:
    mapping = b'id = "urn:x:{id}"\ntext = "text"\naudience = "kept"\n'
    export = open_export(in_folder(tmp_path, {"a.csv": b"id,text\n1,x\n", "mapping.toml": mapping}), IngestReport())
    with pytest.raises(UsageError, match="expected as audience one of"):
        recognise(export).plan(export, IngestReport())
