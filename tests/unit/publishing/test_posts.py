"""Posts in an edition: what their statements say, what is opened, what is left out."""

import contextlib
import io
import json
import random
import wave
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from support.collecting_desk import tweet
from support.item_files import captured_in, opened_in, statement_of
from support.media_samples import SECRETS, loaded_clip, loaded_jpeg_bytes, needs_exiftool, needs_ffmpeg
from support.published_desk import NOON, TODAY, House, status
from tamizdat.archive.acts.people import state_person, state_wall
from tamizdat.archive.acts.releases import state_release
from tamizdat.encoding import canonical, sha256_hex
from tamizdat.errors import Leak, UsageError
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.statement import Statement
from tamizdat.publishing.build.cache import BuildCache
from tamizdat.publishing.derived import posts
from tamizdat.statements.catalogued import CataloguedPost, PersonEntry
from tamizdat.verifying import verify

LATER = date(2026, 11, 30)
TEXT = "校舍塌了，我们在找名字 //@wang: 五年了"
PICTURE = {"extended_entities": {"media": [{"type": "photo", "media_url_https": "https://pbs.x/F0.jpg"}]}}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def derived(house: House, number: int) -> Statement:
    """The public statement of an item."""
    return statement_of(house.site / f"items/{number}")


def said(house: House, tweet_number: int) -> dict[str, Any]:
    """What the public statement of a post says."""
    return derived(house, house.number(status(tweet_number))).predicate


def assert_sound(house: House) -> None:
    """The whole site verifies."""
    report = verify(house.site)
    assert report.broken == []
    assert report.holds


def test_a_released_post_is_an_item_with_its_translation_and_what_is_opened_with_it(house: House) -> None:
    house.take(tweet(1, TEXT))
    house.release(1, tags=["schools"])
    translated = house.translate(1, "The school fell", notes=("fell: literally collapsed",))
    done = house.publish(credit=lambda post, language, tag: f"{language} {tag[:2]}")
    number = house.number(status(1))
    assert (done.added, done.items) == ((number,), 1)
    statement: Any = derived(house, number)
    [translation] = statement.predicate["translations"]
    assert (statement.predicate["text"], statement.predicate["tags"]) == (TEXT, ["schools"])
    assert translation["translated"]["index"] == translated
    assert translation["notes"] == ["fell: literally collapsed"]
    assert translation["credit"].startswith("en ")
    assert translation["credit"] != translation["reviewer"]
    subjects = {each.name: each.sha256 for each in statement.subjects}
    assert subjects == {
        "text": sha256_hex(TEXT.encode()),
        "text.en": sha256_hex(translation["target"].encode()),
    }
    assert captured_in(house.site / f"items/{number}") is None
    leaves = [commitment(salt, envelope) for salt, envelope in opened_in(house.site / f"items/{number}")]
    named = [translation["translated"], *translation["reviewed"]]
    assert [leaf.hex() for leaf in leaves] == [each["commitment"] for each in named]
    assert_sound(house)


def test_the_captured_bytes_are_shown_when_the_desk_says_so_and_the_text_is_read_out_of_them(house: House) -> None:
    text = "Tom & Ann <3 each other"
    house.take(tweet(1, "Tom &amp; Ann &lt;3 each other"))
    house.release(1, bytes_shown=True)
    house.publish()
    assert said(house, 1)["reading"] == {"slice": 0, "member": "/tweet/full_text", "escaped": True}
    raw = json.loads(captured_in(house.site / f"items/{house.number(status(1))}") or b"")
    assert raw["tweet"]["full_text"].replace("&lt;", "<").replace("&amp;", "&") == text
    assert_sound(house)


def test_a_long_posts_text_is_read_out_of_its_second_slice(house: House) -> None:
    whole = "A long text that begins like this and then goes on and on"
    note = {"noteTweetId": "9", "createdAt": "2013-05-12T06:28:00.000Z", "core": {"text": whole}}
    notes = b"window.YTD.note_tweet.part0 = " + json.dumps([{"noteTweet": note}]).encode()
    house.take(tweet(1, "A long text that begins like this…"), files={"note-tweet.js": notes})
    house.release(1, bytes_shown=True)
    house.publish()
    assert said(house, 1)["text"] == whole
    assert said(house, 1)["reading"] == {"slice": 1, "member": "/noteTweet/core/text", "escaped": False}
    assert_sound(house)


@needs_exiftool
def test_pictures_are_made_anew_without_metadata_and_damaged_ones_are_left_out_and_told(house: House) -> None:
    media = {"extended_entities": {"media": [
        {"type": "photo", "media_url_https": f"https://pbs.x/F{place}.jpg", "ext_alt_text": f"Wall {place}"}
        for place in range(3)
    ]}}  # fmt: skip
    files = {f"tweets_media/1-F{place}.jpg": loaded_jpeg_bytes() + bytes([place]) for place in (0, 2)}
    house.take(tweet(1, "Three walls", **media), files=files | {"tweets_media/1-F1.jpg": b"no picture"})
    house.release(1, alts=["", "", "The third wall"])
    done = house.publish()
    number = house.number(status(1))
    assert [where for where, _ in done.partial] == [number]
    assert "File 2 is left out" in done.partial[0][1]
    pictures = said(house, 1)["pictures"]
    assert [(each["names"][0], each["alt"]) for each in pictures] == [
        ("picture-1.jpg", "Wall 0"),
        ("picture-3.jpg", "The third wall"),
    ]
    shown = (house.site / f"items/{number}/picture-1.jpg").read_bytes()
    assert not any(secret in shown for secret in SECRETS)
    assert done.encoded == 2
    assert house.publish(LATER).encoded == 0
    assert_sound(house)


@pytest.mark.needs_box
@needs_ffmpeg
def test_a_clip_a_moving_gif_and_a_sound_are_published_without_metadata_and_made_once(
    house: House, tmp_path: Path
) -> None:
    media = {"extended_entities": {"media": [
        {"type": "video", "media_url_https": "https://pbs.x/T.jpg", "ext_alt_text": "A crowd",
         "video_info": {"variants": [{"content_type": "video/mp4", "bitrate": 1, "url": "https://video.x/T.mp4"}]}},
        {"type": "photo", "media_url_https": "https://pbs.x/G.gif"},
        {"type": "photo", "media_url_https": "https://pbs.x/S.gif"},
        {"type": "photo", "media_url_https": "https://pbs.x/A.wav", "ext_alt_text": "A broadcast"},
    ]}}  # fmt: skip
    heard = io.BytesIO()
    with wave.open(heard, "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", ""))
        sound.writeframes(random.Random(1).randbytes(8_000))
    gifs = []
    for colours in (("red", "blue"), ("red",)):
        data = io.BytesIO()
        first, *rest = [Image.new("RGB", (64, 48), colour) for colour in colours]
        first.save(data, "GIF", save_all=True, append_images=rest, duration=80)
        gifs.append(data.getvalue())
    clip = loaded_clip(tmp_path / "clip.mp4").read_bytes()
    named = {"1-T.mp4": clip, "1-G.gif": gifs[0], "1-S.gif": gifs[1]}
    named["1-A.wav"] = heard.getvalue()
    house.take(tweet(1, "Listen", **media), files={f"tweets_media/{name}": data for name, data in named.items()})
    house.release(1)
    done = house.publish()
    told, where = said(house, 1), house.site / f"items/{house.number(status(1))}"
    assert (done.partial, done.encoded) == ((), 4)
    assert [each["names"] for each in told["pictures"]] == [
        ["clip-1.mp4", "small-1.mp4", "sheet-1.jpg", "wave-1.svg", "poster-1.jpg", "small-1.jpg"],
        ["clip-2.mp4", "small-2.mp4", "sheet-2.jpg", "poster-2.jpg", "small-2.jpg"],
        ["picture-3.jpg", "small-3.jpg"],
        ["sound-4.mp4", "poster-4.jpg", "small-4.jpg"],
    ]
    assert told["how"] == posts.HOW_WITH_RENDITIONS
    shown = b"".join(path.read_bytes() for path in where.iterdir() if path.suffix in (".mp4", ".jpg", ".svg"))
    assert not any(secret in shown for secret in SECRETS)
    page = (where / "index.html").read_text()
    assert page.count("<video") == 2
    assert 'aria-label="A crowd"' in page
    assert page.count("<audio") == 1
    assert 'sound-4.mp4" aria-label="A broadcast"' in page
    assert house.publish(LATER).encoded == 0
    assert_sound(house)


def test_an_editors_word_about_the_language_of_a_post_is_what_the_site_says_and_can_be_taken_back(house: House) -> None:
    house.take({"tweet": {**tweet(1, "بىز ئۇلارنى ساناپ چىقتۇق")["tweet"], "lang": "und"}})
    house.release(1)
    house.publish()
    page = house.site / f"items/{house.number(status(1))}/index.html"
    assert (said(house, 1)["language"], 'lang="ug"' in page.read_text()) == ("", False)
    state_release(house.archive, house.desk, CataloguedPost(status(1), language="ug"))
    assert house.publish(LATER).changed == (house.number(status(1)),)
    assert (said(house, 1)["language"], 'lang="ug" dir="rtl"' in page.read_text()) == ("ug", True)
    state_release(house.archive, house.desk, CataloguedPost(status(1), language=""))
    house.publish(LATER)
    assert said(house, 1)["language"] == ""
    assert_sound(house)


def test_what_was_edited_shows_what_it_said_before_and_a_translation_of_that_is_left_out(house: House) -> None:
    house.take(tweet(1, "Five years"))
    house.release(1)
    house.translate(1, "五年了", "zh-Hans")
    house.publish()
    house.take(tweet(1, "Five years."), now=NOON + timedelta(days=1))
    house.release(1)
    done = house.publish(LATER)
    number = house.number(status(1))
    assert done.changed == (number,)
    assert done.partial == ((number, "The translation into zh-Hans was made of another text; it is left out."),)
    told = said(house, 1)
    assert (told["text"], [each["text"] for each in told["earlier"]]) == ("Five years.", ["Five years"])
    assert (told["translations"], told["day"], told["source"]["index"] > number) == ([], TODAY.isoformat(), True)
    assert_sound(house)


def test_what_its_author_deleted_stays_with_the_time_it_stood(house: House) -> None:
    deleted = {"tweet": {**tweet(1, "Gone soon")["tweet"], "deleted_at": "Sun May 12 09:40:00 +0000 2013"}}
    files = {"deleted-tweets.js": b"window.YTD.deleted_tweets.part0 = " + json.dumps([deleted]).encode()}
    house.take(tweet(2, "Another"), files=files)
    house.release(1)
    house.publish()
    gone = said(house, 1)["gone"]
    assert (gone["word"], gone["stood"], gone["as_of"]) == ("export", 11_520, "2026-11-23")
    assert_sound(house)


def test_threads_are_told_among_what_is_published_only(house: House) -> None:
    answers = {2: 1, 3: 2, 4: 3, 5: 6, 6: 5}
    house.take(
        tweet(1, "The first of them"),
        *(tweet(number, f"Answer {number}", in_reply_to_status_id_str=str(to)) for number, to in answers.items()),
    )
    house.release(2, 3, 4, 5, 6)
    house.publish()
    numbers = {number: house.number(status(number)) for number in range(1, 7)}
    told = {number: (said(house, number)["thread"], said(house, number)["reply_to"]) for number in range(2, 7)}
    assert told[2] == (numbers[2], None)
    assert told[3] == (numbers[2], numbers[2])
    assert told[4] == (numbers[2], numbers[3])
    assert told[5] == (numbers[5], numbers[6])  # they answer each other
    assert told[6] == (numbers[5], numbers[5])


def test_an_embargoed_post_is_nowhere_before_its_day(house: House) -> None:
    house.take(tweet(1, "Not before December, please"), tweet(2, "Now"))
    house.release(1, until="2026-12-01")
    house.release(2)
    done = house.publish()
    assert done.embargoed == ((house.number(status(1)), "2026-12-01"),)
    assert not any(b"Not before December" in data for data in house.files().values())
    assert house.publish(date(2026, 12, 1)).added == (house.number(status(1)),)
    assert_sound(house)


@pytest.mark.parametrize("more", [{"user": {"protected": True}}])
def test_a_post_not_written_for_everybody_cannot_be_released(house: House, more: dict[str, Any]) -> None:
    house.take(tweet(1, "For my friends", **more))
    with pytest.raises(UsageError, match="found one written for followers"):
        house.release(1)


def test_a_post_that_became_private_is_withdrawn(house: House) -> None:
    house.take(tweet(1, "At first for all"))
    house.release(1)
    house.publish()
    house.take(tweet(1, "At first for all, not now", user={"protected": True}), now=NOON + timedelta(days=1))
    done = house.publish(LATER)
    number = house.number(status(1))
    assert (done.removed, [each for each, _ in done.skipped]) == ((number,), [number])
    assert not any(b"At first for all" in data for data in house.files().values())
    assert_sound(house)


def test_a_withdrawn_post_leaves_a_page_with_day_and_reason(house: House) -> None:
    house.take(tweet(1, "This was too much"), tweet(2, "This stays"))
    house.release(1, 2)
    house.publish()
    state_release(
        house.archive, house.desk, CataloguedPost(status(1), release="withdrawn", reason="Her brother asked.")
    )
    number = house.number(status(1))
    assert house.publish(LATER).removed == (number,)
    files = house.files()
    assert [path for path in files if path.startswith(f"items/{number}/")] == [f"items/{number}/index.html"]
    assert b"Her brother asked." in files[f"items/{number}/index.html"]
    assert not any(b"This was too much" in data for data in files.values())
    assert_sound(house)


def test_an_improved_translation_is_a_correction_with_the_desks_reason(house: House) -> None:
    house.take(tweet(1, "五年了"))
    house.release(1)
    house.translate(1, "Five years")
    house.publish()
    house.translate(1, "It has been five years")
    state_release(house.archive, house.desk, CataloguedPost(status(1), reason="A reader wrote to us."))
    assert house.publish(LATER).changed == (house.number(status(1)),)
    page = (house.site / "corrections/index.html").read_text("utf-8")
    assert "A reader wrote to us." in page
    assert "30 November 2026" in page
    house.picture()
    house.publish(date(2026, 12, 24))  # the day of a correction stays
    assert "30 November 2026" in (house.site / "corrections/index.html").read_text("utf-8")
    assert_sound(house)


def test_a_person_shows_the_sources_that_are_published(house: House) -> None:
    house.take(tweet(1, "王小明，七岁"), tweet(2, "A second source that is not released"))
    house.release(1)
    entry = PersonEntry("王小明", language="zh-Hans", age="7", state="checked", release="public")
    number = state_person(house.archive, house.desk, replace(entry, sources=(status(1), status(2))))
    state_person(house.archive, house.desk, PersonEntry(name="Somebody Unreleased"))
    house.publish()
    statement: Any = derived(house, number)
    assert statement.predicate["said"]["sources"] == [house.number(status(1))]
    assert [each.sha256 for each in statement.subjects] == [sha256_hex(canonical(statement.predicate["said"]))]
    assert_sound(house)
    state_person(house.archive, house.desk, replace(entry, release="withdrawn", reason="He is alive."), number)
    assert house.publish(LATER).removed == (number,)
    assert "He is alive." in (house.site / f"items/{number}/index.html").read_text("utf-8")


def test_captured_bytes_that_are_lost_are_left_out_and_the_post_stays(house: House) -> None:
    house.take(tweet(1, "Here"))
    house.release(1, bytes_shown=True)
    house.publish()
    version = house.archive.index.posts.versions(status(1))[-1]
    [source] = [each for each, path in house.archive.index.releases.sources() if path == "data/tweets.js"]
    house.archive.objects.path(source).unlink()
    done = house.publish(LATER)
    assert (done.items, [number for number, _ in done.partial]) == (1, [version.number])
    assert captured_in(house.site / f"items/{version.number}") is None
    assert_sound(house)


def test_a_forgotten_translation_and_a_forgotten_post_leave_the_site(house: House) -> None:
    house.take(tweet(1, "First of two"), tweet(2, "Second of two"))
    house.release(1, 2)
    translated = house.translate(1, "A translation to be forgotten")
    house.publish()
    house.archive.forget(translated, house.archive.index.posts.versions(status(2))[-1].number)
    done = house.publish(LATER)
    assert (len(done.removed), done.items) == (1, 1)
    assert not any(b"to be forgotten" in data or b"Second of two" in data for data in house.files().values())
    assert_sound(house)


def test_a_wall_that_cannot_spell_its_sentence_is_told(house: House) -> None:
    state_person(house.archive, house.desk, PersonEntry(name="Only One", release="public"))
    state_wall(house.archive, house.desk, "A sentence for which many would be needed", "en")
    assert house.publish().wall_warning
    state_wall(house.archive, house.desk, "", "en")
    assert house.publish(LATER).wall_warning == ""


def test_one_changed_post_makes_few_files_and_links_the_rest(house: House) -> None:
    house.take(*(tweet(number, f"Post number {number}, about something else") for number in range(1, 31)))
    house.release(*range(1, 31))
    house.publish()
    before = {path: (house.site / path).stat().st_ino for path in house.files()}
    assert not house.publish(LATER).written  # and what is kept is not forgotten over it
    house.translate(7, "A translation of the seventh")
    house.publish(LATER)
    made = {path for path in house.files() if before.get(path) != (house.site / path).stat().st_ino}
    changed = house.number(status(7))
    assert {path.split("/")[-2] for path in made if "items/" in path and not path.startswith("edition/")} <= {
        str(changed), "items"
    }  # fmt: skip
    assert_sound(house)


def test_without_its_shelf_an_edition_is_made_whole_and_the_same(house: House) -> None:
    house.take(tweet(1, TEXT), tweet(2, "Another one"))
    house.release(1, 2)
    house.publish()
    good = house.files()
    for shelf in house.archive.folder.glob("publishing.sqlite*"):
        shelf.unlink()
    assert not house.publish(LATER).new
    with contextlib.closing(BuildCache(house.archive.folder, house.archive.folder / "lock")) as cache:
        remembered = [*cache.statements()]
    assert {each.item for each in remembered} == {house.number(status(1)), house.number(status(2))}
    (house.archive.folder / "publishing.sqlite").write_bytes(b"not a database at all")
    assert not house.publish(LATER).new
    assert house.files() == good


def test_a_page_that_somebody_altered_is_made_again(house: House) -> None:
    house.take(tweet(1, TEXT))
    house.release(1)
    house.publish()
    good = house.files()
    page = house.site / f"items/{house.number(status(1))}/index.html"
    page.write_bytes(page.read_bytes().replace(b"<main", b"<Main"))
    assert house.publish(LATER).written
    assert house.files() == good


def test_a_text_with_a_zero_character_or_without_anything_is_left_out(house: House) -> None:
    house.take(tweet(1, "zero \0 character"), tweet(2, ""), tweet(3, "sound"))
    house.release(1, 2, 3)
    done = house.publish()
    assert {number for number, _ in done.skipped} == {house.number(status(1)), house.number(status(2))}
    assert done.added == (house.number(status(3)),)


@pytest.mark.parametrize(
    "text", ["ལོ་ལྔ་སོང་། བོད་ཡིག", "خمس سنوات مضت", "五年了", "a\r\nb\n\n\nc ", "<script>&amp;</script>"]
)
def test_every_script_is_shown_character_for_character(house: House, text: str) -> None:
    house.take(tweet(1, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")))
    house.release(1)
    house.publish()
    assert said(house, 1)["text"] == text
    assert_sound(house)


def test_dry_run_tells_posts_too_and_refuses_leaks(house: House) -> None:
    house.take(tweet(1, "Shown"), tweet(2, "The words of a hidden post"))
    house.release(1, alts=["x"])
    size = house.archive.size
    foreseen = house.publish(dry_run=True)
    assert (foreseen.added, house.archive.size, house.site.exists()) == ((house.number(status(1)),), size, False)
    assert not (house.archive.folder / "publishing.sqlite").exists()
    house.release(1, tags=["see IMG_4711.JPG"])
    house.picture(release="restricted")
    with pytest.raises(Leak):
        house.publish(dry_run=True)


def test_a_feeds_address_that_is_a_script_is_not_linked(house: House) -> None:
    from tamizdat.publishing.derived.posts import address

    assert address("javascript:alert(1)") == address("data:text/html,x") == ""
    assert address("https://desk.example/7") == "https://desk.example/7"
