"""Nothing private is published: attacks by accident, as an editor, a card or a template would make them."""

import json
import unicodedata
from pathlib import Path

import pytest

from support.media_samples import SECRETS, needs_exiftool
from support.published_desk import DEVICE, House
from tamizdat.archive.acts.items import catalogue
from tamizdat.encoding import b64, canonical, sha256_hex
from tamizdat.errors import Leak
from tamizdat.keys import encode_device
from tamizdat.publishing.leaks.scanner import Known, LeakScanner, Told, check_medium, check_page, evened
from tamizdat.publishing.leaks.secrets import Secret, Shown, all_secrets, devices_of, secrets_of_source
from tamizdat.publishing.site.pages import static_sources
from tamizdat.statements.catalogued import CataloguedItem

pytestmark = needs_exiftool
TIBETAN = "མཆོད་རྟེན་དཀར་པོ།.jpg"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_nothing_of_the_source_stands_anywhere_in_the_site(house: House) -> None:
    shown = house.picture(f"DCIM/Boudha stupa/{TIBETAN}", title="The stupa")
    hidden = house.picture(
        "DCIM/Tenzin at home.jpg", release="restricted", title="Tenzin and her mother", caption="At home"
    )
    house.publish()
    private = [TIBETAN, "Boudha stupa", "Tenzin", "her mother", "At home", house.consignment, DEVICE]
    private += [
        encode_device(bytes.fromhex(DEVICE)),
        *(sha256_hex(house.original(number)) for number in (shown, hidden)),
    ]
    private += [each.decode() for each in SECRETS]
    for path, data in house.files().items():
        if path.startswith("items/") or not path.endswith((".js", ".css")):
            assert [word for word in private if word.encode() in data] == [], path
    originals = {house.original(number) for number in (shown, hidden)}
    assert originals.isdisjoint(house.files().values())
    assert f"items/{hidden}/index.html" not in house.files()


@pytest.mark.parametrize("member", ["title", "caption", "alt"])
@pytest.mark.parametrize(
    "secret", ["IMG_4711.JPG", "DCIM/100CANON/IMG_4711.JPG", "consignment", "device", "device spoken", "digest"]
)
def test_an_editor_who_writes_a_secret_into_a_text_is_stopped(house: House, member: str, secret: str) -> None:
    number = house.picture("DCIM/100CANON/IMG_4711.JPG")
    house.publish()
    good, size = house.files(), house.archive.size + 1
    told = {
        "consignment": house.consignment,
        "device": DEVICE,
        "device spoken": encode_device(bytes.fromhex(DEVICE)),
        "digest": sha256_hex(house.original(number)),
    }.get(secret, secret)
    catalogue(house.archive, house.desk, CataloguedItem(number, **{member: f"See {told}, second row."}))
    with pytest.raises(Leak) as stopped:
        house.publish()
    assert told[:50] in str(stopped.value), "whoever is to change it must know what"
    assert str(number) in str(stopped.value)
    assert (house.files(), house.archive.size) == (good, size)


def test_the_name_of_another_items_file_is_a_secret_too(house: House) -> None:
    house.picture("Letters from prison.jpg", release="restricted", title="x")
    house.picture("b.jpg", caption="Compare ‘Letters from prison.jpg’.")
    with pytest.raises(Leak, match="the name of a file"):
        house.publish()
    assert not house.site.exists()


def test_two_items_may_have_the_same_title_and_one_of_them_be_shown(house: House) -> None:
    house.picture("a.jpg", release="restricted", title="The gate")
    house.picture("b.jpg", title="The gate", caption="Of the school.")
    assert house.publish().items == 1


def test_the_title_of_a_withheld_clip_in_an_alt_is_a_leak(house: House) -> None:
    house.picture("a.jpg", release="restricted", title="Tashi Dolma at the well")
    house.picture("b.jpg", title="The well", alt="Beside it, Tashi Dolma at the well")
    with pytest.raises(Leak, match="words of item"):
        house.publish()


def test_a_withdrawn_item_may_not_be_named_in_its_own_reason(house: House) -> None:
    number = house.picture("a.jpg", title="Tashi Dolma at the well")
    house.publish()
    catalogue(
        house.archive,
        house.desk,
        CataloguedItem(number, release="withdrawn", reason="“Tashi Dolma at the well” was too plain."),
    )
    with pytest.raises(Leak, match="not released"):
        house.publish()


def test_a_file_on_a_card_may_be_named_like_one_of_ours(house: House) -> None:
    for name in ("style.css", "items/index.html", "picture.jpg", "clip.mp4", "a.c", "edition.json", "1.jpg"):
        house.picture(name, title=f"From {len(name)}")
    assert house.publish().items == 7


NESTED = canonical({"a": [b64(canonical({"payload": b64(canonical({"id": "c0" * 32}))}))]}).decode()


@pytest.fixture
def secrets(house: House) -> LeakScanner:
    house.picture("Gyaltsen’s “café” & <sons>.jpg", release="restricted", title='She said "no", twice')
    return LeakScanner(all_secrets(house.archive, Shown({})), static_sources)


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("index.html", "<p>Gyaltsen’s “café” & <sons>.jpg"),
        ("index.html", "<p>Gyaltsen’s “café” &amp; &lt;sons&gt;.jpg"),
        ("index.html", "<p>Gyaltsen&#8217;s &ldquo;caf&eacute;&rdquo; &amp; &lt;sons&gt;.jpg"),
        ("index.html", unicodedata.normalize("NFD", "<p>Gyaltsen’s “café” & <sons>.jpg")),
        ("feed.xml", "Gyaltsen’s “café” & <sons>.jpg"),
        ("index.html", "<p>She said &#34;no&#34;, twice"),
        ("x.json", canonical({"title": 'She said "no", twice'}).decode()),
        ("x.json", canonical({"payload": b64(canonical({"title": 'She said "no", twice'}))}).decode()),
        ("x.js", f"f({NESTED});\n"),
    ],
)
def test_a_secret_is_found_in_every_form_a_page_could_hold_it_in(secrets: LeakScanner, path: str, page: str) -> None:
    with pytest.raises(Leak):
        check_page(secrets, path, page.encode())


def test_a_page_without_secrets_passes(secrets: LeakScanner) -> None:
    for path, page in (
        ("index.html", "<p>Gyaltsen, café and sons"),
        ("x.json", "{"),
        ("x.js", "f();"),
        ("x.json", '{"a":"AAAA"}'),
    ):
        check_page(secrets, path, page.encode())


def test_a_medium_is_searched_for_what_belongs_to_its_source(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(bytes(5000) + b"IMG_4711.JPG" + bytes(5000))
    with pytest.raises(Leak):
        check_medium([("the name of a file on a card", "IMG_4711.JPG")], "items/1/clip.mp4", tmp_path / "clip.mp4")
    check_medium([("the name of a file on a card", "IMG_4712.JPG")], "items/1/clip.mp4", tmp_path / "clip.mp4")


@pytest.mark.parametrize(
    "secret", ["C:\\Users\\anna", 'she is "the fox"', "two\nlines of it", 'Änne "die Kluge" Müller', "D:\\Zoë\\2013"]
)
def test_a_secret_is_found_as_it_was_written_and_as_json_writes_it(secret: str) -> None:
    scanner = LeakScanner([("what nobody may know", secret)])
    for path, page in (("a.html", f"<p>{secret}</p>"), ("a.json", json.dumps({"a": secret}, ensure_ascii=False))):
        with pytest.raises(Leak, match="what nobody may know"):
            check_page(scanner, path, page.encode())


def test_a_medium_that_holds_what_tells_its_source_is_refused(house: House, tmp_path: Path) -> None:
    item = house.archive.index.item(house.picture("DCIM/100CANON/IMG_4711.JPG"))
    assert item is not None
    secrets = secrets_of_source(item, devices_of(house.archive))
    spoken = encode_device(bytes.fromhex(DEVICE))
    for secret in (DEVICE, spoken, house.consignment, item.original, "IMG_4711.JPG", "DCIM/100CANON/IMG_4711.JPG"):
        (tmp_path / "small.jpg").write_bytes(b"\xff\xd8" + secret.encode() + b"\xff\xd9")
        with pytest.raises(Leak):
            check_medium(secrets, "small.jpg", tmp_path / "small.jpg")


@pytest.mark.parametrize("count", [1, 2, 300])
def test_what_became_a_secret_since_the_last_edition_is_sought_in_what_stays_as_it_was(count: int) -> None:
    old, new = "Tenzin of the blue gate", [f"Dolma of the house number {number:04d}" for number in range(count)]
    known = Known(b"key")
    known = Known(b"key", frozenset(LeakScanner([("a name", old)], known=known).unmet()))
    every = [("a name", each) for each in (old, *new)]
    told = [Told("item 1", "Nothing.")]
    LeakScanner(every, again=lambda holds: [each for each in told if holds(each.text.encode())], known=known)
    told.append(Told("item 2", f"He met {new[-1]}."))
    with pytest.raises(Leak, match="in item 2"):
        LeakScanner(every, again=lambda holds: [each for each in told if holds(each.text.encode())], known=known)


def test_whatever_space_parts_a_secret_or_lies_in_its_words_it_is_found_and_excused_likewise() -> None:
    spaces = [each for each in map(chr, range(0x110000)) if each.isspace() and each != "\n"]
    unseen = [*"\xad\ufeff\u200b\u200c\u200d\u200e\u200f\u061c\u2060\u2068\u2069\u202a\u202c\ufe0f", "\U000e0100"]
    between = [*spaces, "  ", *(f" {each}" for each in (*spaces, *unseen)), "\u200b \u2060"]
    written = [*(f"Tenzin{each}of the gate" for each in between), *(f"Ten{each}zin of the gate" for each in unseen)]
    for secret, text in (
        *(("Tenzin of the gate", each) for each in written),
        *((each, "Tenzin of the gate") for each in written),
    ):
        told = [Told("item 1", evened(f"He met {text}."))]
        with pytest.raises(Leak):
            LeakScanner([("a name", secret)], told=told)
        LeakScanner([Secret("a name", secret, words=True)], excuses=[f"I am {text}"], told=told)


@pytest.mark.parametrize(
    ("secret", "text"),
    [("Tenzin of the gate", "He met Tenzin \nof the gate."), ("王小明的妹妹", "他是王小\n明的妹妹。")],
)
def test_a_secret_is_found_over_the_end_of_a_line_of_the_desk(secret: str, text: str) -> None:
    with pytest.raises(Leak):
        LeakScanner([("a name", secret)], told=[Told("item 1", evened(text, text))])
