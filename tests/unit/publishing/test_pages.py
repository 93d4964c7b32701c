"""Pages are complete, well-formed, light, and lead nowhere else."""

import posixpath
import re
import string
from html.parser import HTMLParser
from pathlib import Path

import pytest

from publishing_house import House
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.publishing import catalogue
from tamizdat.publishing.pages import render
from tamizdat.publishing.showing import Item, Medium, Site, Withdrawn
from tamizdat.publishing.words import _WORDS, LANGUAGES, Said, words, written_day

VOID = {"meta", "link", "img", "input", "br", "source"}
HOSTILE = "<script>alert(1)</script> \"'&amp; {{ 7*7 }} \u202e"


def site() -> Site:
    return Site("Tamizdat", 2, "2026-11-23", "a.example/log", "AAAA-BBBB", 1, "a.example/log+1+x", ("ab" * 32,))


def item(number: int, kind: str = "picture", **said: str) -> Item:
    names = ("picture.jpg", "small.jpg") if kind == "picture" else ("clip.mp4", "poster.jpg", "small.jpg")
    media = tuple(Medium(name, sha256_hex(name.encode()), 9, 40, 30) for name in names)
    facts = {"title": "A gate", "caption": "", "alt": "", "language": "en", "day": "2026-11-23", **said}
    return Item(number, kind, media=media, commitment="cd" * 32, index=number + 9, signer="ef" * 32, **facts)


class Page(HTMLParser):
    """A page's elements, with a complaint for each that is not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.alternates: dict[str, str] = {}
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert len(found) == len(attrs), "an attribute given twice"
        self.attributes.append((tag, found))
        self.links += [value for name in ("href", "src", "poster") if (value := found.get(name)) is not None]
        if found.get("rel") == "alternate":
            self.alternates[str(found["hreflang"])] = str(found["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    items = [item(17), item(18, "clip", title="操场", language="zh-Hans"), item(40, title="", caption="One.\n\nTwo.")]
    built = render(site(), items, [Withdrawn(30, "2026-11-20", "")])
    return {path: Page(data.decode()) for path, data in built.items() if path.endswith(".html")}


def test_every_page_exists_in_every_language(pages: dict[str, Page]) -> None:
    english = {path for path in pages if not path.startswith("zh/")}
    assert {f"zh/{path}" for path in english} == pages.keys() - english
    assert {
        "index.html",
        "about/index.html",
        "check/index.html",
        "items/17/index.html",
        "items/30/index.html",
    } <= english


def test_links_are_relative_name_files_and_lead_to_what_there_is(pages: dict[str, Page]) -> None:
    made = {
        *pages,
        "style.css",
        "mark.svg",
        "verify.js",
        "page.js",
        "roster.json",
        "edition/edition.json",
        "edition/files.txt",
    }
    for number, names in ((17, "picture.jpg"), (18, "clip.mp4 poster.jpg"), (40, "picture.jpg")):
        made |= {f"items/{number}/{name}" for name in f"{names} small.jpg statement.json statement.tlog-proof".split()}
    for path, page in pages.items():
        for link in page.links:
            if link.startswith("#"):
                continue
            assert not re.match(r"[a-z]+:|/|//", link), (path, link)
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) in made, (path, link)


def test_languages_name_each_other(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        there = {
            tag: posixpath.normpath(posixpath.join(posixpath.dirname(path), href))
            for tag, href in page.alternates.items()
        }
        plain = path.removeprefix("zh/")
        assert there == {"en": plain, "zh-Hans": f"zh/{plain}", "x-default": plain}
        html = next(found for tag, found in page.attributes if tag == "html")
        assert html["lang"] == ("zh-Hans" if path.startswith("zh/") else "en")


def test_pages_hold_no_inline_script_or_style_and_forbid_everything_from_elsewhere(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        policy = next(str(found["content"]) for tag, found in page.attributes if found.get("http-equiv"))
        assert policy.startswith("default-src 'none'")
        assert not re.search(r"unsafe|http|\*", policy)
        for tag, found in page.attributes:
            assert tag != "style", path
            assert "style" not in found, path
            assert tag != "script" or (found.get("src") and "defer" in found)
            assert not [name for name in found if name.startswith("on")]


def test_every_picture_has_words_and_a_size_and_every_page_one_heading(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        assert [tag for tag, _ in page.attributes].count("h1") == 1, path
        for tag, found in page.attributes:
            if tag in ("img", "video"):
                assert "" not in (found["width"], found["height"])
                assert tag == "video" or "alt" in found


def test_what_editors_write_is_text_and_nothing_else() -> None:
    hostile = item(17, title=HOSTILE, caption=HOSTILE, alt=HOSTILE)
    built = render(site(), [hostile, item(18)], [Withdrawn(30, "2026-11-20", HOSTILE)])
    for path, data in built.items():
        if path.endswith(".html"):
            page = Page(data.decode())
            scripts = [found for tag, found in page.attributes if tag == "script"]
            assert all(
                found.get("src")
                in (
                    "../../verify.js",
                    "../../page.js",
                    "../../../verify.js",
                    "../../../page.js",
                    "../verify.js",
                    "../page.js",
                    "../../verify.js",
                )
                for found in scripts
            )
    assert HOSTILE in Page(built["items/17/index.html"].decode()).text
    assert HOSTILE in Page(built["items/30/index.html"].decode()).text


def test_what_script_helpers_need_stands_in_the_page(pages: dict[str, Page]) -> None:
    ids = {str(found.get("id")) for _, found in pages["zh/check/index.html"].attributes}
    assert {"check-file", "check-folder", "check-report"} <= ids
    body = next(found for tag, found in pages["zh/items/17/index.html"].attributes if tag == "body")
    assert (body["data-item"], body["data-base"]) == ("17", "../../../")
    assert any(found.get("id") == "proof-report" for _, found in pages["items/18/index.html"].attributes)


def test_the_chain_is_told_without_scripts_and_with_both_verdicts(pages: dict[str, Page]) -> None:
    text = pages["items/17/index.html"].text
    for words_ in ("proved", "vouched for by the desk", "entry 26", "AAAA-BBBB", "Unaltered since", "tamizdat verify"):
        assert words_ in text
    assert "authentic" not in " ".join(page.text.lower() for page in pages.values())


def test_a_page_weighs_little(pages: dict[str, Page]) -> None:
    built = render(site(), [item(17, caption="语" * 5000)], [])
    assert all(len(data) < 100_000 for path, data in built.items() if path.endswith(".html"))


def test_the_interface_says_everything_in_every_language() -> None:
    for key, said in _WORDS.items():
        fields = {tuple(sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)) for text in said}
        assert len(fields) == 1, key
        assert all(said), key
    assert set(words("en")) == set(words("zh"))
    assert Said._fields == LANGUAGES


def test_every_word_is_used() -> None:
    templates = Path(__file__).parents[3] / "src/tamizdat/publishing/templates"
    used = "".join(path.read_text("utf-8") for path in templates.iterdir())
    spoken = {key for key in _WORDS if re.search(rf"\bt\.{key}\b|t\[\"{key}\"\]", used)}
    assert _WORDS.keys() - spoken <= {"picture", "clip", "how_picture", "how_clip"}  # chosen by an item's kind


def test_days_are_written_as_people_write_them() -> None:
    assert (written_day("2011-04-03", "en"), written_day("2011-04-03", "zh")) == ("3 April 2011", "2011年4月3日")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"release": "perhaps"},
        {"colour": "red"},
        {"title": "a\x00b"},
        {"language": "<b>"},
        {"caption": "x" * 20_001},
    ],
)
def test_what_cannot_be_said_of_an_item_is_refused(tmp_path: Path, said: dict[str, str]) -> None:
    house = House(tmp_path)
    number = house.capture("a.jpg", b"x")
    size = house.archive.size
    with pytest.raises(UsageError):
        catalogue(house.archive, house.desk, number, said)
    with pytest.raises(UsageError):
        catalogue(house.archive, house.desk, number + 5, {"title": "x"})
    assert house.archive.size == size
