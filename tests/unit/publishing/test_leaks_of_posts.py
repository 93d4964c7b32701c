"""Nothing of posts, translations and people that are not shown stands in any built file; what is shown is no leak."""

from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.item_files import captured_in
from support.media_samples import loaded_jpeg_bytes, needs_exiftool
from support.published_desk import House, status
from tamizdat.archive.acts.people import state_person, state_wall
from tamizdat.archive.acts.releases import state_release
from tamizdat.errors import Leak
from tamizdat.publishing.leaks.scanner import LeakScanner, check_page, check_pages
from tamizdat.publishing.leaks.secrets import Secret, lines
from tamizdat.statements.catalogued import CataloguedPost, PersonEntry

HIDDEN = "这一条谁也不应该看到，它的任何一个字都不应该出现"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_nothing_hidden_stands_in_a_site_of_posts(house: House) -> None:
    house.take(
        tweet(1, "Shown to everybody"),
        tweet(2, HIDDEN),
        tweet(3, "Embargoed until December, they said"),
        tweet(4, "Withdrawn because it told too much"),
        tweet(5, "Written for friends only, really", user={"protected": True}),
    )
    house.release(1, 4, tags=["open"])
    house.release(3, until="2026-12-01", tags=["a tag of an embargoed post"])
    house.publish()
    state_release(house.archive, house.desk, CataloguedPost(status(4), release="withdrawn"))
    house.translate(1, "A proposal that nobody reviewed", verdicts=())
    house.translate(1, "A translation that was returned", "fr", verdicts=("returned",))
    house.translate(1, "Nur geprüft, nicht freigegeben", "de", verdicts=("reviewed",))
    state_person(house.archive, house.desk, PersonEntry(name="Tashi Unreleased", note="Her number is 0123 456"))
    house.picture()
    house.publish()
    private = [
        HIDDEN, "Embargoed until", "told too much", "for friends only", "nobody reviewed", "was returned", "geprüft",
        "Tashi Unreleased", "0123 456", "a tag of an embargoed post", "data/tweets.js", status(2), status(5),
    ]  # fmt: skip
    for path, data in house.files().items():
        assert [word for word in private if word.encode() in data] == [], path


@pytest.mark.parametrize("where", ["tag", "alt", "reason", "person", "wall", "credit", "name of the site"])
@pytest.mark.parametrize("secret", ["hidden post", "returned translation", "unreleased name", "path", "account"])
@needs_exiftool
def test_what_is_private_stops_the_edition_wherever_it_gets_in(house: House, where: str, secret: str) -> None:
    picture = {"extended_entities": {"media": [{"type": "photo", "media_url_https": "https://pbs.x/F0.jpg"}]}}
    path = "tweets_media/1-F0.jpg"
    house.take(tweet(1, "Shown", **picture), tweet(2, HIDDEN), files={path: loaded_jpeg_bytes()})
    house.release(1)
    house.translate(1, "Montré à tout le monde, pas relu", "fr", verdicts=("returned",))
    state_person(house.archive, house.desk, PersonEntry(name="丹增", release="restricted"))
    told = {
        "hidden post": HIDDEN,
        "returned translation": "Montré à tout le monde, pas relu",
        "unreleased name": "丹增",
        "path": f"data/{path}",
        "account": "quiet-heron",
    }[secret]
    words = f"see {told}, please"
    good = house.archive.size
    if where in ("tag", "alt"):
        house.release(1, **{f"{where}s": [words]})
    elif where == "person":
        state_person(house.archive, house.desk, PersonEntry(name="Shown", note=words, release="public"))
    elif where == "wall":
        state_wall(house.archive, house.desk, words, "en")
    elif where == "reason":
        house.publish()
        state_release(house.archive, house.desk, CataloguedPost(status(1), release="withdrawn", reason=words))
    elif where == "credit":
        house.translate(1, "Shown, in English")
    before = house.files() if house.site.exists() else {}
    name, size = words if where == "name of the site" else "Tamizdat", house.archive.size
    with pytest.raises(Leak) as stopped:
        house.publish(credit=lambda *_: words, private=[("the name of an account", "quiet-heron")], name=name)
    assert told[:50] in str(stopped.value), "whoever is to change it must know what"
    assert (house.files() if house.site.exists() else {}) == before
    assert len(house.archive.index.by_act("published")) == bool(before)
    assert size >= good


def test_an_account_is_named_by_authors_but_not_by_the_desk(house: House) -> None:
    private = [("the name of an account", "Quetzalcoatlus")]
    house.take(tweet(1, "Quetzalcoatlus was a reptile"), tweet(2, "Another post"))
    house.release(1)
    assert house.publish(private=private).items == 1
    house.release(2, tags=["Quetzalcoatlus northropi"])
    assert house.publish(private=private).items == 2  # an author says it anyway
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="restricted"))
    with pytest.raises(Leak):
        house.publish(private=private)


def test_what_is_hidden_may_be_quoted_by_what_is_released(house: House) -> None:
    house.take(tweet(1, f"转 //@lin: {HIDDEN}"), tweet(2, HIDDEN))
    house.release(1)
    assert house.publish().items == 1


def test_an_improved_translation_may_keep_lines_of_the_one_before(house: House) -> None:
    house.take(tweet(1, "第一行很长很长很长很长\n第二行很长很长很长很长"))
    house.release(1)
    house.translate(1, "The first line, which is long enough\nThe second lime")
    house.translate(1, "The first line, which is long enough\nThe second line")
    assert house.publish().partial == ()


def test_pictures_of_a_post_with_its_bytes_may_be_named_as_the_bytes_name_them(house: House) -> None:
    picture = {"extended_entities": {"media": [{"type": "photo", "media_url_https": "https://pbs.x/F0.jpg"}]}}
    house.take(tweet(1, "Shown", **picture), files={"tweets_media/1-F0.jpg": loaded_jpeg_bytes()})
    house.release(1, bytes_shown=True)
    assert house.publish().items == 1


def test_bytes_that_tell_of_a_card_are_not_shown(house: House) -> None:
    house.picture("DCIM/100CANON/IMG_4711.JPG", release="restricted")
    house.take(tweet(1, "Shown", source="DCIM/100CANON/IMG_4711.JPG"))
    house.release(1, bytes_shown=True)
    number = house.number(status(1))
    why = "The captured bytes hold the path of a file on a card; they are left out."
    assert house.publish().partial == ((number, why),)
    assert captured_in(house.site / f"items/{number}") is None


SECRET = "She wrote it in the cell"


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{SECRET}</p>",
        f'<a title="{SECRET}">',
        "<p>&#83;he wrote it in the cell",
        f"one line\nand then {SECRET}, so",
        f"<p>known words {SECRET}",
        f"<p>{SECRET.replace(' ', '&nbsp;', 1)}",
        f"<p>{SECRET.replace('wrote', 'wr&shy;ote')}",
    ],
)
def test_a_line_is_found_in_a_page(page: str) -> None:
    secrets = LeakScanner(lines("words", f"Short\n{SECRET}\nlast"))
    with pytest.raises(Leak):
        check_pages(secrets, {"a.html": page.encode()}, "known words")


def test_a_line_that_stood_on_a_clean_page_is_still_found_on_the_next() -> None:
    secrets = LeakScanner([Secret("words", SECRET, True)])
    check_page(secrets, "a.html", b"<p>She wrote it</p>\n<p>elsewhere")
    with pytest.raises(Leak):
        check_page(secrets, "b.html", f"<p>She wrote it</p>\n<p>{SECRET}".encode())


@pytest.mark.parametrize("text", ["五年了 ok", "ok 五", "ཨ་མ", "𠮷野家"])
def test_brief_and_mixed_texts_are_found(text: str) -> None:
    secrets = LeakScanner([("a name", text)])
    assert secrets.found_in_text(f"x{text}y") == Secret("a name", text)
    assert secrets.found_in_text(f"x{text[:-1]}") is None


def test_many_texts_that_begin_alike_are_told_apart() -> None:
    secrets = LeakScanner([("path", f"data/tweets_media/{number}-F.jpg") for number in range(20_000)])
    assert secrets.found_in_text("data/tweets_media/20001-F.jpg " * 1000) is None
    assert secrets.found_in_text("data/tweets_media/19999-F.jpg") == Secret("path", "data/tweets_media/19999-F.jpg")
