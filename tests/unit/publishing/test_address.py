"""With an address a site names itself in pages, feeds, a map and citations; without one it names nothing."""

import json
import posixpath
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.collecting_desk import tweet
from support.html_page import Page
from support.published_desk import House
from support.sample_site import content, person, post, shown, site, translation, with_context
from tamizdat.errors import UsageError
from tamizdat.publishing.site import pages
from tamizdat.publishing.site.address import PART, address_code, checked_address, files_of_address
from tamizdat.publishing.site.citation import citation_groups, citation_of
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.statements.derived import Person, Post
from tamizdat.verifying import verify

ADDRESS = "https://tamizdat.example/archive/"
MIRROR = "http://mirror4tamizdat.onion/"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOSTILE = '50 % of {names} \\ "two"\n& <b>#_~^$ \u202eeman\u202c } {'


@pytest.fixture(scope="module")
def addressed() -> dict[str, bytes]:
    return dict(pages.render(replace(site(), addresses=(ADDRESS, MIRROR)), shown()))


def head(data: bytes) -> Page:
    """Read a page's head alone: that of a thousand pages is read in a moment."""
    return Page(data.decode().partition("</head>")[0].partition("<head>")[2])


def test_an_address_is_taken_with_a_slash_at_its_end() -> None:
    for given in ("https://Tamizdat.example/archive", f" {ADDRESS} ", f"{ADDRESS}index.html"):
        assert checked_address(given) == ADDRESS
    assert checked_address("http://abc.onion") == "http://abc.onion/"
    assert checked_address("http://[::1]:8080/x") == "http://[::1]:8080/x/"


@pytest.mark.parametrize(
    "wrong",
    [
        "", "tamizdat.example", "ftp://x.example/", "file:///srv/site", "javascript:alert(1)", "https://", "https:///x",
        "https://user:word@x.example/", "https://x.example/?a=1", "https://x.example/#top", "https://x.example/a b/",
        "https://x.example/../etc/", 'https://x.example/"><script>', "https://例子.example/", "https://x.example:99999/",
        "https://x.example/\u202e/", "https://x.example/{}/", "https://x..example\n/", "http://[::1/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_repeated(wrong: str) -> None:
    with pytest.raises(UsageError, match="Expected the address of the site's folder") as told:
        checked_address(wrong)
    assert repr(wrong) in str(told.value)


def test_without_an_address_nothing_names_one() -> None:
    for path, data in pages.render(site(), shown()):
        if path.endswith(".html"):
            page = head(data)
            assert not [each for each in page.all("link") if each.get("rel") == "canonical"], path
            assert not [each for each in page.all("meta") if "property" in each], path
            assert all(not str(each).startswith("http") for each in page.alternates.values()), path
        elif path.startswith("feeds/"):
            assert b"tamizdat.example" not in data, path


def test_each_page_says_where_it_is_and_what_it_is(addressed: dict[str, bytes]) -> None:
    for path, data in addressed.items():
        if not path.endswith(".html"):
            continue
        page = head(data)
        assert [each["href"] for each in page.all("link") if each.get("rel") == "canonical"] == [ADDRESS + path]
        told = {str(each["property"]): str(each["content"]) for each in page.all("meta") if "property" in each}
        assert told["og:title"]
        assert told["og:description"], path
        assert all(str(each).startswith(ADDRESS) for each in page.alternates.values())
        assert all(str(each).removeprefix(ADDRESS) in addressed for each in page.alternates.values())
    about = addressed["about/index.html"].decode()
    assert ADDRESS in about
    assert MIRROR in about
    assert 'href="../mirrors/index.html"' in about
    listed = addressed["zh/mirrors/index.html"].decode()
    assert all(f'href="{each}" dir="ltr">{each}</a>' in listed for each in (ADDRESS, MIRROR))
    assert all(f'src="../../{each}"' in listed for each in ("address.svg", "address-2.svg"))
    for path, data in addressed.items():  # each page leads to itself at the mirror
        if path.endswith("index.html"):
            assert f'href="{MIRROR}{path}" dir="ltr">' in data.decode(), path


def test_a_card_shows_a_picture_but_none_that_is_covered(addressed: dict[str, bytes]) -> None:
    def image(data: bytes) -> list[str]:
        return re.findall(r'property="og:image" content="([^"]+)"', data.decode())

    assert image(addressed["items/17/index.html"]) == [f"{ADDRESS}items/17/picture.jpg"]
    assert image(addressed["items/18/index.html"]) == [f"{ADDRESS}items/18/poster.jpg"]
    assert image(addressed["zh/items/9001/index.html"]) == [f"{ADDRESS}items/9001/picture-1.jpg"]
    assert image(addressed["items/30/index.html"]) == [], "withdrawn"
    covered = replace(site(), addresses=(ADDRESS,)), content(posts=with_context())
    for each in covered[1].posts:
        if each.context and each.context.sensitive:
            for data in pages.page_of(*covered, each).values():
                assert image(data) == []
                assert "他们不让" not in re.sub(r"(?s)<body.*", "", data.decode())


def test_feeds_are_absolute(addressed: dict[str, bytes]) -> None:
    for path, data in addressed.items():
        if path.startswith("feeds/") and path.endswith(".xml"):
            feed = ElementTree.fromstring(data)
            links = [each.get("href") for each in feed.iter() if each.get("href")]
            assert f"{ADDRESS}{path}" in links
            assert all(str(each).startswith("https://") for each in links), path
            assert all(str(each.get("src")).startswith(ADDRESS) for each in feed.iter() if each.get("src"))
        elif path.startswith("feeds/"):
            told = json.loads(data)
            assert told["version"] == "https://jsonfeed.org/version/1.1"
            assert told["feed_url"] == f"{ADDRESS}{path}"
            assert all(each["url"].startswith(ADDRESS) and each["content_html"] for each in told["items"])


def test_the_map_names_every_page_once_and_when_an_item_changed() -> None:
    paths = [*(f"items/{each}/index.html" for each in range(PART + 5)), "index.html", "style.css", "zh/index.html"]
    made = dict(files_of_address(replace(site(), addresses=(MIRROR,)), paths, {7: "2026-12-01"}))
    assert set(made) == {"sitemap.xml", "sitemap/1.xml", "sitemap/2.xml", "robots.txt", "address.svg", "mirrors.txt"}
    parts = [each.text for each in ElementTree.fromstring(made["sitemap.xml"]).iter(f"{MAP}loc")]
    assert parts == [f"{MIRROR}sitemap/1.xml", f"{MIRROR}sitemap/2.xml"]
    told = [each for name in ("1", "2") for each in ElementTree.fromstring(made[f"sitemap/{name}.xml"])]
    where = [each.findtext(f"{MAP}loc") for each in told]
    assert sorted(map(str, where)) == sorted(MIRROR + each for each in paths if each.endswith(".html"))
    days = {each.findtext(f"{MAP}loc"): each.findtext(f"{MAP}lastmod") for each in told}
    assert days[f"{MIRROR}items/7/index.html"] == "2026-12-01"
    assert sum(day is not None for day in days.values()) == 1
    below = dict(files_of_address(replace(site(), addresses=(ADDRESS,)), paths, {}))
    assert "robots.txt" not in below, "below the root of a host nobody reads it"


def test_the_code_of_the_address_is_read_back(tmp_path: Path) -> None:
    zxingcpp, cairo = pytest.importorskip("zxingcpp"), pytest.importorskip("segno")
    from PIL import Image

    assert address_code(ADDRESS).startswith(b"<svg")
    drawn = tmp_path / "code.png"
    cairo.make(ADDRESS.encode(), mode="byte", error="m", micro=False).save(str(drawn), scale=4, border=4)
    assert zxingcpp.read_barcode(Image.open(drawn)).text == ADDRESS


def cited(one: Post | Person) -> tuple[str, str, dict[str, object]]:
    """How it is cited on its English page in two styles, and in the file for programs."""
    posts, people = ((one,), ()) if isinstance(one, Post) else ((), (one,))
    view, named = SiteIndex(content(posts=posts, people=people)), replace(site(), addresses=(ADDRESS,))
    found = citation_of(named, view, one, "en", f"items/{one.number}/index.html")
    [group] = citation_groups(named, view)
    [csl] = json.loads(group.make()["cite/0.json"])
    return found.apa, f"{found.chicago[0]}“{found.title}{found.stop}” {found.chicago[1]}", csl


def test_a_citation_names_number_edition_digest_and_address() -> None:
    one = post(50, "没有人回答。", translations=(translation("en", "Nobody answered.", 51),))
    *styles, csl = cited(one)
    for told in (*styles, json.dumps(csl, ensure_ascii=False)):
        digest = SiteIndex(content()).shown.signed[50].digest
        assert all(each in told for each in ("50", "edition", digest, f"{ADDRESS}items/50/index.html", "林夏")), told
    assert all("Nobody answered." in told for told in styles)
    assert "“Nobody answered.” " in styles[1], "one full stop"
    assert (csl["title"], csl["language"]) == ("没有人回答。", "zh-Hans"), "as it was written"
    assert csl["issued"] == {"date-parts": [[2020, 5, 12]]}
    assert (csl["type"], csl["author"]) == ("post", [{"literal": "林夏"}])


def test_whatever_is_written_a_citation_can_be_read() -> None:
    one = post(50, HOSTILE, language="en")
    one = replace(one, voice=replace(one.voice, name=HOSTILE, handle="a_b"))
    apa, chicago, csl = cited(one)
    assert "\n" not in apa + chicago
    assert "\u202e" not in apa + chicago
    assert csl["title"] == '50 % of {names} \\ "two" & <b>#_~^$ eman } {'
    made = pages.page_of(site(), content(posts=(one,)), one)
    assert all("<b>#" not in data.decode() for data in made.values())
    assert cited(person(60, "{Tashi}", "bo", {}, "", "", "", "checked", "", ()))[2]["title"] == "{Tashi}"


def test_a_site_with_an_address_verifies_and_its_data_is_named_on_the_page(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(tweet(1, "五年了"))
    house.release(1)
    house.translate(1, "Five years")
    house.publish(addresses=(ADDRESS, MIRROR))
    assert verify(house.site, None).holds
    before = house.files()
    assert {"sitemap.xml", "sitemap/1.xml", "address.svg"} <= before.keys()
    place = f"items/{house.number('https://x.com/i/status/1')}"
    page = Page(before[f"{place}/index.html"].decode())
    named = {str(each["href"]).rpartition("/")[2] for each in page.all("a") if "href" in each}
    assert "proof.js" in named
    assert house.publish(addresses=(ADDRESS, MIRROR)).new is False
    done = house.publish()
    assert (done.new, done.changed) == (True, ()), "an address less is an edition, and no item's statement changes"
    assert "sitemap.xml" not in house.files()
    assert house.files()[f"{place}/proof.js"] == before[f"{place}/proof.js"]


def test_on_paper_every_page_carries_the_code_of_the_site_and_its_own_address_in_words(
    addressed: dict[str, bytes],
) -> None:
    for path in ("items/9003/index.html", "zh/items/9003/index.html", "days/index.html"):
        imprint = addressed[path].decode().partition('<div class="imprint">')[2]
        [code] = re.findall(r'<img src="([./]*address\.svg)"', imprint)
        assert posixpath.normpath(posixpath.join(posixpath.dirname(path), code)) == "address.svg"
        assert f">{ADDRESS}{path}</span>" in imprint
    [one] = [each for each in shown().posts if each.number == 9003]
    assert all(b"address.svg" not in page for page in pages.page_of(site(), shown(), one).values())


def test_an_address_adds_little_to_a_page(addressed: dict[str, bytes]) -> None:
    [one] = [each for each in shown().posts if each.number == 9003]
    for path, page in pages.page_of(site(), shown(), one).items():
        assert len(addressed[path]) < len(page) + 1_200, path
