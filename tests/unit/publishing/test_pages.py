"""Pages are complete, well-formed, light, say exactly what was signed, and lead nowhere else."""

import posixpath
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from support.html_page import Page
from support.published_desk import House
from support.sample_site import (
    SIGNER,
    StatementPlaces,
    content,
    post,
    removal,
    shown,
    site,
    told,
    translation,
    with_context,
)
from tamizdat.archive.acts.items import catalogue
from tamizdat.errors import UsageError
from tamizdat.posts.parts import read_parts
from tamizdat.publishing.model import Signed, SiteContent
from tamizdat.publishing.site import pages, renderer
from tamizdat.publishing.site.l10n import EVERYWHERE, LANGUAGES, TAGS
from tamizdat.publishing.site.site_index import key_of
from tamizdat.statements.catalogued import CataloguedItem
from tamizdat.statements.withdrawn import Withdrawn
from tamizdat.text import kept
from tamizdat.verifying.page_text import said_on

PUBLISHING = Path(__file__).parents[3] / "src/tamizdat/publishing/site"
HOSTILE = "<script>alert(1)</script> \"'&amp; {{ 7*7 }} \u202e]]> --> \r\n  two  spaces\ttab 👩‍👧 \x0b."


@pytest.fixture(scope="module")
def whole() -> SiteContent:
    return shown()


@pytest.fixture(scope="module")
def files(whole: SiteContent) -> dict[str, bytes]:
    return dict(pages.render(site(), whole))


@pytest.fixture(scope="module")
def read(files: dict[str, bytes]) -> dict[str, Page]:
    return {path: Page(data.decode()) for path, data in files.items() if path.endswith(".html")}


def made_by_others(whole: SiteContent) -> set[str]:
    """Files of the site that are no pages, as the engine makes them."""
    found = {"roster.json", "edition/edition.json", "edition/files.txt"}
    for number in [one.number for part in (whole.items, whole.posts, whole.people) for one in part]:
        found.add(f"items/{number}/proof.js")
    for item in whole.items:
        found |= {f"items/{item.number}/{each.name}" for each in item.media}
    for one in whole.posts:
        found |= {f"items/{one.number}/{name}" for held in one.pictures for name in held.names}
    return found


def test_no_path_is_made_twice(whole: SiteContent) -> None:
    made = [path for path, _ in pages.render(site(), whole)]
    assert len(made) == len(set(made))


def test_every_page_exists_in_english_and_chinese(read: dict[str, Page]) -> None:
    english = {path for path in read if path.partition("/")[0] not in LANGUAGES}
    assert {f"zh/{path}" for path in english} == {path for path in read if path.startswith("zh/")}
    rooms = "days names names/list items subjects removed search about check contributors corrections"
    assert {"index.html", *(f"{room}/index.html" for room in rooms.split())} <= english
    assert {"days/2020-05-12/index.html", "threads/9002/index.html", "items/30/index.html"} <= english


def test_links_are_relative_name_files_and_lead_to_what_there_is(
    whole: SiteContent, files: dict[str, bytes], read: dict[str, Page]
) -> None:
    there = {*files, *made_by_others(whole)}
    for path, page in read.items():
        ids = {str(found["id"]) for _, found in page.attributes if "id" in found}
        for link in page.links:
            way, _, anchor = link.partition("#")
            way = way.partition("?")[0]  # what a script of the page reads
            assert not re.match(r"[a-z]+:|/|//", link), (path, link)
            if way:
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), way)) in there, (path, link)
            else:
                assert anchor in ids, (path, link)


def test_only_a_posts_own_address_leads_elsewhere(read: dict[str, Page]) -> None:
    outward = {path for path, page in read.items() if page.outward}
    assert outward == {path for path in outward if re.fullmatch(r"([^/]+/)?items/\d+/index\.html", path)}
    assert read["items/9001/index.html"].outward == ["https://x.com/linxia_diary/status/9001"]
    assert read["items/9007/index.html"].outward == [], "what is gone has no address"


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    one = post(50, "x", url="javascript:alert(1)")
    page = Page(pages.page_of(site(), content(posts=(one,)), one)["items/50/index.html"].decode())
    assert page.outward == []
    assert "javascript" not in page.text


def test_what_stands_around_words_is_said_character_for_character_and_covered_where_its_author_covered_it() -> None:
    posts = with_context()
    made = dict(pages.render(site(), content(posts=posts)))
    for each in posts:
        assert each.context is not None
        words = {"text": each.text, **each.context.words()}
        words |= {f"translation {one.language}": one.target for one in each.translations}
        covered = "covered " if each.context.sensitive and each.summary else ""
        for language in ("", "zh/"):
            page = made[f"{language}items/{each.number}/index.html"]
            assert dict(said_on(page)) == {f"{covered}{says}": shown for says, shown in words.items()}
            assert b"javascript:" not in page


def test_a_day_without_an_hour_is_a_day_and_nothing_more() -> None:
    made = dict(pages.render(site(), content(posts=(post(1, "x", published="2010-03-31"),))))
    for path in ("index.html", "days/2010-03-31/index.html", "items/1/index.html"):
        text = made[path].decode()
        assert "31 March 2010" in text
        assert "00:00" not in text
    assert "At an hour that the platform does not tell" in made["days/2010-03-31/index.html"].decode()


def test_a_post_leads_to_the_one_it_answers_and_says_whose_it_is() -> None:
    first, second = post(1, "x"), post(2, "y", reply_to=1, thread=1)
    made = dict(pages.render(site(), content(posts=(first, second))))
    assert 'Answers a post of @linxia_diary: <a href="../1/index.html">No. 1</a>' in made["items/2/index.html"].decode()


def test_a_handle_keeps_its_sign_before_it_on_a_page_that_runs_from_right_to_left() -> None:
    made = dict(pages.render(site(), content(posts=(post(1, "x"),))))
    path = next(each for each in made if re.fullmatch(r"voices/[0-9a-f]+/index\.html", each))
    assert '<p class="over facts"><bdi>@linxia_diary</bdi></p>' in made[path].decode()


def test_languages_name_each_other(read: dict[str, Page]) -> None:
    for path, page in read.items():
        there = {
            tag: posixpath.normpath(posixpath.join(posixpath.dirname(path), href))
            for tag, href in page.alternates.items()
        }
        own = path.partition("/")[0] if path.partition("/")[0] in LANGUAGES else "en"
        plain = path.removeprefix(f"{own}/")
        if own in EVERYWHERE and not plain.startswith("all/"):
            assert there.items() >= {"en": plain, "zh-Hans": f"zh/{plain}"}.items()
        assert there[TAGS[own]] == path
        assert next(iter(page.all("html")))["lang"] == TAGS[own]


def test_pages_hold_no_inline_script_or_style_and_forbid_everything_from_elsewhere(read: dict[str, Page]) -> None:
    for path, page in read.items():
        policy = next(str(found["content"]) for found in page.all("meta") if found.get("http-equiv"))
        assert policy.startswith("default-src 'none'")
        assert not re.search(r"unsafe|http|\*", policy)
        assert ("; worker-src blob:" in policy) == ("check/index.html" in path), path
        assert "blob:" not in policy.replace("; worker-src blob:", "")
        for tag, found in page.attributes:
            assert tag != "style", path
            assert "style" not in found, path
            assert tag != "script" or (found.get("src") and "defer" in found)
            assert not [name for name in found if name.startswith("on")]


def test_every_picture_has_words_and_a_size_and_every_page_one_heading(read: dict[str, Page]) -> None:
    for path, page in read.items():
        assert [tag for tag, _ in page.attributes].count("h1") == 1, path
        for tag, found in page.attributes:
            if tag in ("img", "video"):
                assert "" not in (found["width"], found["height"])
                assert tag == "video" or found.get("alt"), (path, found)


@pytest.mark.parametrize("text", [HOSTILE, "\n\nleading", "trailing \n ", "RT @a: RT @b://@c:\r", "\u2028\u0085", ""])
def test_a_posts_page_says_the_text_and_its_translations_character_for_character(text: str) -> None:
    target = f"{text}//@d: {text}"
    one = post(50, text, translations=(translation("ar", target, 3, (HOSTILE,), HOSTILE, HOSTILE),),
               tags=(HOSTILE,), summary=HOSTILE)  # fmt: skip
    for data in pages.page_of(site(), content(posts=(one,)), one).values():
        page = Page(data.decode())
        assert page.said == {"text": text, "translation ar": target}
        assert [found["src"] for found in page.all("script")] == sorted(str(f["src"]) for f in page.all("script"))[::-1]


def test_a_story_with_a_clip_is_read_in_one_way_only() -> None:
    whole = told()
    made = pages.page_of(site(), whole, whole.stories[0])
    said = [says for path, data in made.items() if "stories/" in path for says, _ in said_on(data)]
    assert any(each.startswith("item 18") for each in said)


def test_speakers_of_a_chain_stand_in_quotations_within_quotations(whole: SiteContent, read: dict[str, Page]) -> None:
    one = next(each for each in whole.posts if each.number == 9005)
    page = read["items/9005/index.html"]
    texts = [one.text, *(each.target for each in one.translations)]
    assert [tag for tag, _ in page.attributes].count("blockquote") == sum(
        len(list(read_parts(text).chain())) - 1 for text in texts
    )


def test_the_readers_language_comes_first_and_then_the_original(read: dict[str, Page]) -> None:
    assert list(read["items/9010/index.html"].said) == ["translation en", "text", "translation ar", "translation bo"]
    assert next(iter(read["zh/items/9010/index.html"].said)) == "text"
    assert list(read["zh/items/9102/index.html"].said) == ["translation zh-Hans", "text"]


def test_texts_carry_their_language_and_direction(read: dict[str, Page]) -> None:
    def of(path: str, what: str) -> tuple[str | None, str | None]:
        found = next(each for _, each in read[path].attributes if each.get("data-said") == what)
        return found["lang"], found["dir"]

    assert of("items/9001/index.html", "translation ar") == ("ar", "rtl")
    assert of("items/9001/index.html", "text") == ("zh-Hans", "ltr")
    assert of("items/9102/index.html", "text") == ("bo", "ltr")


def test_what_became_of_a_post_is_told(read: dict[str, Page]) -> None:
    assert "Deleted after 3 h 12 min" in read["items/9007/index.html"].text
    assert "存在 3 小时 12 分钟 后被删除" in read["zh/items/9007/index.html"].text
    edited = read["items/9011/index.html"].text
    assert "名单现在有 512 人。" in re.sub("</?del>", "", edited)
    assert "its own address answered that it is gone" in read["items/9101/index.html"].text
    removed = read["removed/index.html"].text
    assert "eleven photos were missing" in removed


def test_each_link_of_the_chain_is_told_without_scripts_and_named_for_them(read: dict[str, Page]) -> None:
    def links(path: str) -> dict[str, str | None]:
        return {str(f["data-link"]): f["class"] for f in read[path].all("li") if "data-link" in f}

    assert links("items/9010/index.html") == {
        "source": "provable", "text": "vouched", "translation en": "provable", "review en": "vouched",
        "translation ar": "provable", "review ar": "vouched", "translation bo": "provable", "review bo": "vouched",
        "shown": "provable", "media": "provable", "stamps": "unknown", "": "provable",
    }  # fmt: skip
    assert links("items/9007/index.html")["gone"] == "vouched"
    assert links("items/9011/index.html")["earlier"] == "vouched"
    assert links("items/12000/index.html") == {
        "source": "vouched",
        "record": "provable",
        "stamps": "unknown",
        "": "provable",
    }
    assert links("items/17/index.html") == {
        "source": "vouched",
        "media": "provable",
        "stamps": "unknown",
        "": "provable",
    }


def test_what_editors_write_is_text_and_nothing_else(whole: SiteContent) -> None:
    item = replace(whole.items[0], title=HOSTILE, caption=HOSTILE, alt=HOSTILE)
    gone = Withdrawn(30, "2026-11-20", HOSTILE)
    first = whole.people[0]
    told = replace(first.told, name=HOSTILE, note=HOSTILE, school=HOSTILE, names={"en": HOSTILE})
    person = replace(first, told=told)
    everything = replace(whole, items=(item,), withdrawn=(gone,), people=(person,))
    for path, data in pages.render(site(), everything):
        if path.endswith(".html"):
            page = Page(data.decode())
            assert all(
                re.fullmatch(r"(\.\./)*(verify|stamps|page|search|fold|wall|words/[a-z]+(-Hant)?)\.js", str(f["src"]))
                for f in page.all("script")
            )


def test_what_script_helpers_need_stands_in_the_page(read: dict[str, Page]) -> None:
    ids = {str(found.get("id")) for _, found in read["zh/check/index.html"].attributes}
    assert {"check-file", "check-folder", "check-report"} <= ids
    for number in (17, 9001, 12_000):
        body = next(iter(read[f"zh/items/{number}/index.html"].all("body")))
        assert (body["data-item"], body["data-base"]) == (str(number), "../../../")
        assert any(found.get("id") == "proof-report" for found in read[f"items/{number}/index.html"].all("div"))


def test_no_page_promises_more_than_can_be_proved(read: dict[str, Page]) -> None:
    assert "authentic" not in " ".join(page.text.lower() for page in read.values())


def test_a_posts_page_weighs_little() -> None:
    long = "语" * 5000
    one = post(50, long, translations=(translation("en", "word " * 3000),))
    assert all(len(data) < 100_000 for data in pages.page_of(site(), content(posts=(one,)), one).values())


def test_an_items_pages_do_not_depend_on_the_edition(whole: SiteContent) -> None:
    for one in (whole.items[0], whole.posts[0], whole.people[0], whole.withdrawn[0]):
        assert pages.page_of(site(1), whole, one) == pages.page_of(site(2), whole, one)
    assert {path: group.make() for group in pages.groups(site(1), whole) for path in group.key} == {
        path: group.make() for group in pages.groups(site(2), whole) for path in group.key
    }


def test_what_pages_depend_on_is_said(whole: SiteContent) -> None:
    """Another neighbour, another kind of thing: said. Another post somewhere else: the same."""
    second = next(each for each in whole.posts if each.number == 9003)
    far = post(9500, "别处")
    same = replace(whole, posts=(*whole.posts, far))
    assert pages.dependencies(same, second) == pages.dependencies(whole, second)
    assert pages.page_of(site(), same, second) == pages.page_of(site(), whole, second)
    third = replace(next(each for each in whole.posts if each.number == 9004), text="另一句")
    posts = tuple(third if each.number == 9004 else each for each in whole.posts)
    other = replace(whole, posts=posts, signed=StatementPlaces({9004: Signed(77_777, SIGNER, 2, "ab" * 32)}))
    assert pages.dependencies(other, second) != pages.dependencies(whole, second)
    assert pages.dependencies(replace(whole, people=()), second) != pages.dependencies(whole, second)


def test_one_post_more_changes_few_groups(whole: SiteContent) -> None:
    def told(what: SiteContent) -> dict[str, object]:
        return {group.key: group.shown_with for group in pages.groups(site(), what)}

    before = told(whole)
    after = told(replace(whole, posts=(*whole.posts, post(9500, "新的一条", published="2020-05-13T10:00:00+08:00"))))
    changed = {key for key in after if before.get(key) != after[key]}
    voice = key_of(whole.posts[0].voice.id)
    lists = {"days/2020-05-13/", f"voices/{voice}/1/", "search/9/", "cite/37/", "zh/all/1/"}
    assert changed == lists | {"room calendar", "room search", "room voices"}


def test_of_two_posts_each_shows_the_other_whole_and_of_three_there_is_a_page() -> None:
    said = ("RT @li: 第一句，" + "很长的话。" * 30, "第二句")
    two = tuple(post(9001 + place, each, thread=9001) for place, each in enumerate(said))
    before, after = (content(posts=posts) for posts in (two, (*two, post(9003, "第三句", thread=9001))))
    made = dict(pages.render(site(), before))
    assert not [path for path in made if path.startswith("threads/")]
    for own, other in ((9001, 9002), (9002, 9001)):
        page = Page(made[f"items/{own}/index.html"].decode())
        assert f"../{other}/index.html" in [found.get("href") for found in page.all("a")]
        assert said[other - 9001] in page.text
    more = dict(pages.render(site(), after))
    assert "threads/9001/index.html" in more
    assert b'href="../../threads/9001/index.html"' in more["items/9001/index.html"]
    assert pages.dependencies(before, two[0]) != pages.dependencies(after, two[0])


def test_lists_of_many_posts_have_pages_that_stay(whole: SiteContent) -> None:
    many = tuple(
        post(n, f"第{n}条", published=f"{2017 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}")
        for n in range(1000, 1450)
    )
    voice = key_of(many[0].voice.id)

    def made(count: int) -> dict[str, bytes]:
        groups = (each for each in pages.groups(site(), content(posts=many[:count])) if each.key.startswith("voices/"))
        return {path: data for group in groups for path, data in group.make().items()}

    some, more = made(440), made(450)
    assert all(some[path] == more[path] for path in some if re.search(r"voices/\w+/[12]/", path))
    paths = {path for path in some if path.startswith(f"voices/{voice}/")}
    assert paths == {f"voices/{voice}/{below}index.html" for below in ("", "1/", "2/")}
    assert "第1449条" in more[f"voices/{voice}/index.html"].decode()


def test_a_day_of_many_posts_is_read_page_by_page() -> None:
    many = tuple(
        post(n, f"第{n}条", published=f"2020-05-12T{n % 1440 // 60:02}:{n % 60:02}:00") for n in range(1440, 1740)
    )
    around = tuple(post(9000 + n, "别的", published=f"2020-05-1{n}") for n in (1, 3))
    built = dict(pages.render(site(), content(posts=(*many, *around))))
    paths = sorted(path for path in built if path.startswith("days/2020-05-12/"))
    assert paths == [f"days/2020-05-12/{below}index.html" for below in ("2/", "3/", "")]
    for path in paths:
        page = Page(built[path].decode())
        for link in (each for each in page.links if not each.startswith("#")):
            way = posixpath.normpath(posixpath.join(posixpath.dirname(path), link.partition("#")[0]))
            assert way in built or not way.startswith("days/"), (path, link)
        assert any(link.endswith("2020-05-13/index.html") for link in page.links)
    assert "第1440条" in built[paths[-1]].decode()
    assert "第1739条" in built[paths[1]].decode()
    assert all(len(built[path]) < 100_000 for path in paths)


def test_an_empty_site_has_a_front_page_and_nothing_to_lead_to() -> None:
    built = dict(pages.render(site(), content()))
    page = Page(built["index.html"].decode())
    assert "Nothing has been published yet." in page.text
    assert not [link for link in page.links if re.match("days|names|subjects|removed|items", link)]
    assert "days/index.html" not in built


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"release": "perhaps"},
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
        catalogue(house.archive, house.desk, CataloguedItem(number, **said))
    with pytest.raises(UsageError):
        catalogue(house.archive, house.desk, CataloguedItem(number + 5, title="x"))
    assert house.archive.size == size


def test_templates_kept_compiled_make_the_same_pages(
    whole: SiteContent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget() -> None:
        renderer.bytecode_cache.cache_clear()
        renderer.environment.cache_clear()

    one = whole.posts[0]
    before = pages.page_of(site(), whole, one)
    try:
        monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
        monkeypatch.setattr(sys, "dont_write_bytecode", False)
        for _ in range(2):
            forget()
            renderer.preload()
            assert pages.page_of(site(), whole, one) == before
        assert any(tmp_path.rglob("*.template"))
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        forget()
        assert renderer.bytecode_cache() is None
        assert pages.page_of(site(), whole, one) == before
    finally:
        forget()


def test_a_compiled_template_that_languages_share_is_read_once_for_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget() -> None:
        renderer.bytecode_cache.cache_clear()
        renderer.environment.cache_clear()

    read, real = list[str](), kept.read

    def noted(within: Path, name: str, sources: bytes) -> bytes | None:
        read.append(name)
        return real(within, name, sources)

    try:
        monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
        monkeypatch.setattr(sys, "dont_write_bytecode", False)
        monkeypatch.setattr(kept, "read", noted)
        for _ in range(2):  # the first run compiles it
            forget()
            read.clear()
            for language in ("fa", "ru", "ug"):
                renderer.environment(language).get_template("about.html")
        assert len([name for name in read if name.endswith(".template")]) == 1
    finally:
        forget()


def test_a_torn_compiled_template_and_one_of_another_compiler_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compiled() -> bytes:
        renderer.bytecode_cache.cache_clear()
        renderer.environment.cache_clear()
        renderer.environment("en").get_template("contributors.html")
        [path] = tmp_path.rglob("*.template")
        return path.read_bytes()

    try:
        monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
        monkeypatch.setattr(sys, "dont_write_bytecode", False)
        whole = compiled()
        [path] = tmp_path.rglob("*.template")
        for torn in (whole[:-9], whole[:70], b""):
            path.write_bytes(torn)
            assert compiled() == whole
        with monkeypatch.context() as patched:
            patched.setattr(renderer, "_COMPILER", b"another")
            assert compiled() != whole
        assert compiled() == whole
    finally:
        renderer.bytecode_cache.cache_clear()
        renderer.environment.cache_clear()


def test_a_site_of_posts_alone_and_one_of_clips_alone_can_be_made(whole: SiteContent) -> None:
    for part in (content(posts=whole.posts), content(items=whole.items), content(people=whole.people)):
        assert "index.html" in dict(pages.render(site(), part))


def test_only_front_and_about_name_the_edition(whole: SiteContent) -> None:
    one, other = dict(pages.lists(site(1), whole)), dict(pages.lists(site(2), whole))
    assert one | dict(pages.lists_of_edition(site(2), whole)) == other
    assert {path.removesuffix("index.html").split("/")[-2:][0] for path in one if one[path] != other[path]} <= {
        "", "about", *LANGUAGES
    }  # fmt: skip


def test_a_post_that_is_new_and_gone_has_one_id_on_the_front_page() -> None:
    what = content(posts=(post(9101, "gone", gone=removal("http", None, None, "2026-02-11T10:00:00Z")),))
    front = dict(pages.render(site(), what))["index.html"].decode()
    assert front.count("items/9101/index.html") > 1
    assert front.count('id="n9101"') == 1


def test_a_picture_whose_title_tells_what_it_shows_does_not_say_it_twice() -> None:
    item = replace(shown().items[0], title="The gate", alt="The gate")
    page = dict(pages.render(site(), content(items=(item,))))["items/index.html"].decode()
    assert page.count("The gate") == 1
