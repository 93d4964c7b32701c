"""A release names bytes: what is shown changes when an editor says so, and never because a file or a feed does."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import ACCOUNT, assigned, tweet, x_files
from support.item_files import statement_of
from support.old_desk import OldDesk
from support.published_desk import NOON, TODAY, House, status
from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.acts.versions import raw_of
from tamizdat.archive.views.posts import Version
from tamizdat.disk.lock import locked
from tamizdat.errors import UsageError
from tamizdat.ledger.statement import peek_envelope
from tamizdat.publishing.derived import hidden_voices as hidden
from tamizdat.publishing.derived.hidden_voices import hide_voices
from tamizdat.publishing.editor_queue import shown_versions, waiting_removals, waiting_versions
from tamizdat.statements import derived
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.verifying import verify

LATER = TODAY + timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def said(house: House, number: int = 1) -> derived.Post:
    item = derived.read(statement_of(house.site / f"items/{house.number(status(number))}"))
    assert isinstance(item, derived.Post)
    return item


def edit(house: House, text: str, days: int = 1) -> None:
    house.take(tweet(1, text), now=NOON + timedelta(days=days))


def strangers_feed(house: House, text: str, id: str, days: int = 1) -> None:
    """Somebody else's feed, with an entry that bears another's id."""
    item = {"id": id, "url": "https://b.example/1", "content_text": text, "date_published": "2013-05-12T06:28:00Z"}
    feed: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": "B", "items": [item]}
    feed |= {"feed_url": "https://b.example/feed.json", "home_page_url": "https://b.example/"}
    house.take_files({"feed.json": json.dumps(feed).encode()}, NOON + timedelta(days=days))


def versions(house: House) -> list[Version]:
    return house.archive.index.posts.versions(status(1))


def test_a_compelled_edit_of_a_released_post_waits_and_the_old_words_are_still_shown(house: House) -> None:
    house.take(tweet(1, "They took the names"))
    house.release(1)
    house.publish()
    edit(house, "I was wrong, nobody took anything")
    done = house.publish(LATER)
    assert (done.new, done.changed) == (False, ())
    assert said(house).text == "They took the names"
    [waits] = done.waiting
    assert (waits.number, waits.before, waits.after, waits.source) == (
        house.number(status(1)), "They took the names", "I was wrong, nobody took anything", "",
    )  # fmt: skip
    assert waiting_versions(house.archive) == [waits]
    assert not any(b"nobody took" in data for data in house.files().values())


def test_a_strangers_feed_that_gives_out_the_same_id_replaces_nothing(house: House) -> None:
    house.take(tweet(1, "They took the names"))
    house.release(1)
    house.publish()
    strangers_feed(house, "I take everything back", status(1))
    assert len(versions(house)) == 2, "the attack needs that the entry is taken in"
    done = house.publish(LATER)
    assert (done.new, said(house).text, said(house).voice.handle) == (False, "They took the names", "lin")
    assert [each.after for each in done.waiting] == ["I take everything back"]
    assert "b.example" in done.waiting[0].source
    house.release(1)  # by its number: what the post's own source says, not what a stranger does
    assert house.publish(LATER).new is False
    assert said(house).text == "They took the names"


def test_a_strangers_version_that_pretends_to_be_older_is_no_earlier_text(house: House) -> None:
    strangers_feed(house, "What the stranger says it said", status(1), days=-5)
    house.take(tweet(1, "They took the names"))
    own = versions(house)[-1]
    state_release(
        house.archive, house.desk, CataloguedPost(status(1), release="public", raw=raw_of(house.archive, own))
    )
    house.publish()
    assert (said(house).text, said(house).earlier) == ("They took the names", ())


def test_an_older_export_taken_in_later_adds_no_earlier_text_by_itself(house: House) -> None:
    house.take(tweet(1, "Five years."))
    house.release(1)
    house.publish()
    house.take(tweet(1, "Four years"), now=NOON - timedelta(days=9))
    done = house.publish(LATER)
    assert (done.new, said(house).earlier) == (False, ())
    house.release(1)
    house.publish(LATER)
    assert [each.text for each in said(house).earlier] == ["Four years"]


def test_what_an_editor_read_is_what_is_published_whatever_came_in_meanwhile(house: House) -> None:
    house.take(tweet(1, "What the editor reads"))
    [read] = versions(house)
    edit(house, "What came in while they read")
    raw = raw_of(house.archive, read)
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="public", raw=raw))
    done = house.publish(LATER)
    assert (said(house).text, [each.after for each in done.waiting]) == (
        "What the editor reads", ["What came in while they read"],
    )  # fmt: skip


def test_a_release_of_bytes_that_no_version_has_is_refused(house: House) -> None:
    house.take(tweet(1, "Some words"))
    with pytest.raises(UsageError, match="found SHA-256 0000"):
        state_release(house.archive, house.desk, CataloguedPost(status(1), release="public", raw="0" * 64))


def test_releasing_the_new_words_shows_them_and_what_was_said_before(house: House) -> None:
    house.take(tweet(1, "Five years"))
    house.release(1)
    house.publish()
    edit(house, "Five years.")
    house.release(1)
    done = house.publish(LATER)
    assert (said(house).text, [each.text for each in said(house).earlier]) == ("Five years.", ["Five years"])
    assert done.waiting == ()
    assert verify(house.site).holds


def test_words_about_a_post_release_no_new_version_of_it(house: House) -> None:
    house.take(tweet(1, "Five years"))
    house.release(1)
    house.publish()
    edit(house, "Fifty years")
    state_release(house.archive, house.desk, CataloguedPost(status(1), tags=("list",)))
    house.publish(LATER)
    assert (said(house).text, said(house).tags) == ("Five years", ("list",))


def test_an_author_who_keeps_a_post_for_few_now_is_heard(house: House) -> None:
    house.take(tweet(1, "Some words"))
    house.release(1)
    house.publish()
    narrowed = {"tweet": {**tweet(1, "Some words, and more")["tweet"], "user": {"protected": True}}}
    house.take(narrowed, now=NOON + timedelta(days=1))
    if versions(house)[-1].audience == "public":
        pytest.skip("this format's reader does not tell who is protected")
    assert house.publish(LATER).items == 0


def test_what_the_last_edition_of_the_old_code_shows_counts_as_released(tmp_path: Path) -> None:
    desk = OldDesk.unpack(tmp_path)
    with Archive.open(desk.archive) as archive:
        shown, named = shown_versions(archive), archive.index.releases.named()
        legacy = [post for post, one in shown.items() if one.number not in {version for _, version in named[post]}]
        assert legacy, "the old desk has a post that was edited after its release"
        assert waiting_versions(archive) == []
        texts = {shown[post].text for post in legacy}
    envelopes = [path.read_bytes() for path in desk.site.glob("items/*/statement.json")]  # it is of the first format
    statements = [derived.read(peek_envelope(each)) for each in envelopes]
    assert texts <= {item.text for item in statements if isinstance(item, derived.Post)}


# -- deletions ---------------------------------------------------------------------------------------------------------


def delete(house: House, account: str = "12", days: int = 1) -> None:
    """An export of *account*, in which the post stands among what was deleted."""
    files = x_files([], deleted_tweets=assigned("deleted_tweets", [_deleted("They took the names")]))
    files["data/account.js"] = assigned("account", [{"account": {**ACCOUNT, "accountId": account}}])
    house.take_files(files, NOON + timedelta(days=days))


def _deleted(text: str) -> dict[str, Any]:
    return tweet(1, text, deleted_at="Mon Nov 23 13:00:00 +0000 2026")


@pytest.fixture
def shown(house: House) -> House:
    """A post that is released and shown."""
    house.take(tweet(1, "They took the names"))
    house.release(1)
    house.publish()
    return house


def test_a_deletion_by_a_shown_posts_author_waits_for_an_editor_and_the_words_stay(
    shown: House,
) -> None:
    delete(shown)
    done = shown.publish(LATER)
    [waits] = done.removals
    assert (waits.number, waits.text, waits.by_author, waits.day, waits.source) == (
        shown.number(status(1)), "They took the names", True, "2026-11-23", "",
    )  # fmt: skip
    assert waiting_removals(shown.archive) == [waits]
    assert (said(shown).text, said(shown).gone is not None) == ("They took the names", True)


def test_a_deletion_waits_until_the_post_is_released_again_or_withdrawn(shown: House) -> None:
    delete(shown)
    state_release(shown.archive, shown.desk, CataloguedPost(status(1), tags=("names",)))
    assert waiting_removals(shown.archive), "a tag decides nothing"
    shown.release(1)
    assert (waiting_removals(shown.archive), shown.publish(LATER).removals) == ([], ())
    assert said(shown).gone is not None


def test_a_withdrawn_post_that_is_deleted_waits_for_nobody(shown: House) -> None:
    delete(shown)
    state_release(shown.archive, shown.desk, CataloguedPost(status(1), release="withdrawn"))
    assert waiting_removals(shown.archive) == []


def test_what_was_gone_when_an_editor_released_it_was_looked_at(house: House) -> None:
    house.take(tweet(1, "They took the names"))
    delete(house)
    house.release(1)
    assert house.publish(LATER).removals == ()


def test_a_post_that_came_back_after_its_deletion_waits_for_nobody(shown: House) -> None:
    delete(shown)
    shown.take(tweet(1, "They took the names"), tweet(2, "Another"), now=NOON + timedelta(days=2))
    assert waiting_removals(shown.archive) == []


def test_that_another_account_says_it_is_gone_is_told_with_its_source_and_changes_nothing(shown: House) -> None:
    hide_voices(shown.archive.folder, ["lin"], hide=True)
    delete(shown, account="13")
    done = shown.publish(LATER)
    assert ["13" in each.source for each in done.removals] == [True]
    assert (done.changed, done.removed, said(shown).text, said(shown).gone) == ((), (), "They took the names", None)
    shown.release(1)
    assert shown.publish(LATER + timedelta(days=1)).removals == ()
    assert said(shown).gone is not None, "an editor looked, and let it stand"


def test_a_voice_that_hides_what_it_changed_hides_what_it_deleted_until_an_editor_looked(shown: House) -> None:
    number = shown.number(status(1))
    hide_voices(shown.archive.folder, ["lin"], hide=True)
    delete(shown)
    done = shown.publish(LATER)
    assert (done.removed, [each for each, _ in done.skipped]) == ((number,), [number])
    assert not any(b"They took the names" in data for data in shown.files().values())
    shown.release(1)
    assert shown.publish(LATER + timedelta(days=1)).added == (number,)
    assert said(shown).text == "They took the names"


def test_of_two_people_who_hide_a_voice_at_the_same_moment_both_are_heard(tmp_path: Path) -> None:
    hide_voices(tmp_path, ["ada"], hide=True)
    with locked(tmp_path / "hide-changed.lock"):
        other = threading.Thread(target=hide_voices, args=(tmp_path, ["lin"], True))
        other.start()
        other.join(0.1)
        (tmp_path / hidden.NAME).write_text("ada\nben\n")
    other.join()
    assert hidden.hidden_voices(tmp_path) == {"ada", "ben", "lin"}


def test_a_strangers_word_that_it_is_gone_does_not_keep_its_own_authors_deletion_from_being_heard(shown: House) -> None:
    hide_voices(shown.archive.folder, ["lin"], hide=True)
    delete(shown, account="13")
    delete(shown, days=2)
    assert [each.source for each in waiting_removals(shown.archive)] == [""]
    assert shown.publish(LATER + timedelta(days=1)).removed == (shown.number(status(1)),)


def test_a_strangers_later_word_that_it_is_gone_does_not_bring_back_what_its_own_author_deleted(shown: House) -> None:
    hide_voices(shown.archive.folder, ["lin"], hide=True)
    delete(shown, account="13", days=3)
    delete(shown, days=2)
    delete(shown, account="14", days=4)
    assert [each.source for each in waiting_removals(shown.archive)] == [""]
    assert shown.publish(LATER + timedelta(days=3)).removed == (shown.number(status(1)),)
