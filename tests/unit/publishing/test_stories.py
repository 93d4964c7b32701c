"""A story is told as its statement says it: in its order, of what is published, in every language it was put into."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import tweet
from support.published_desk import TODAY, House, status
from support.storytelling import compose, retell, story_text
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.acts.stories import checked_story
from tamizdat.errors import Leak, UsageError
from tamizdat.statements.catalogued import CataloguedPost, PersonEntry
from tamizdat.statements.composed import Chapter, Shown, Story
from tamizdat.statements.derived import PublishedStory
from tamizdat.statements.derived import read as read_item
from tamizdat.statements.reference import Reference
from tamizdat.verifying import Verdict, site_links, story_links, verify
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.untrusted_folder import Folder

WORDS = "Tell me who they were, all of them"


@dataclass
class Told:
    """A desk that published a story; *text* is the story's."""

    house: House
    person: int
    story: int
    text: str

    def page(self, language: str = "") -> Path:
        return self.house.site / f"{language}stories/{self.story}/index.html"


def told_in(folder: Path) -> Told:
    house = House(folder)
    house.take(*(tweet(number, f"Post {number} <says>: {WORDS}") for number in range(1, 5)))
    house.release(1, 2, 3)
    house.translate(1, "The first of them.", "en")
    entry = PersonEntry(name="王小明", language="zh-Hans", release="public")
    person = state_person(house.archive, house.desk, entry)
    text = story_text(house, person)
    story = compose(house, text).number
    retell(house, story)
    house.publish()
    return Told(house, person, story, text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    told = told_in(tmp_path_factory.mktemp("story"))
    yield told
    told.house.archive.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Told]:
    told = told_in(tmp_path)
    yield told
    told.house.archive.close()


@pytest.fixture(scope="module")
def copy(site: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the site, for who alters a page and puts it back."""
    folder = tmp_path_factory.mktemp("copy") / "site"
    shutil.copytree(site.house.site, folder)
    return folder


def said(page: Path) -> list[str]:
    return re.findall(r'data-said="([^"]+)"', page.read_text("utf-8"))


def test_the_page_tells_what_the_statement_says_in_its_order(site: Told) -> None:
    first, second = (site.house.number(status(each)) for each in (1, 2))
    assert said(site.page()) == [
        "title", "chapter", "prose", "prose", f"item {first}", f"translation {first} en", f"text {first}",
        "map", "place", "place", "chapter", f"item {site.person}", "wall", f"item {second}", f"text {second}",
    ]  # fmt: skip
    page = site.page().read_text("utf-8")
    assert '&lt;b&gt;&amp; a "second" paragraph\'s end&lt;/b&gt;' in page
    assert page.count('index.html#proof"') >= 4, "each thing leads to its proof"
    assert f'href="../../items/{site.story}/index.html#proof"' in page
    assert '<svg viewbox="0 0 1000 560"' in page
    assert not re.search(r'(src|href)="(https?:)?//', page), "nothing from elsewhere"


def test_readers_of_another_language_are_told_it_in_that_one_with_posts_in_theirs(site: Told) -> None:
    first = site.house.number(status(1))
    page = site.page("zh/").read_text("utf-8")
    assert "译：They asked for names." in page
    assert f"translation {first} en" not in said(site.page("zh/"))
    assert site.page("ar/").exists() is False
    assert "译：A list" in (site.house.site / "zh/index.html").read_text("utf-8"), "the front page opens with it"
    assert "A list" in (site.house.site / "ar/index.html").read_text("utf-8")
    assert "译：A list" in (site.house.site / "zh/stories/index.html").read_text("utf-8")


def test_our_own_verifier_finds_words_order_and_source(site: Told) -> None:
    report = verify(site.house.site)
    assert report.holds, report.broken
    found = {each.name.removeprefix(f"item {site.story} "): each.verdict for each in report.links}
    assert (found["shown"], found["told"], found["source"]) == (Verdict.PROVED, Verdict.PROVED, Verdict.VOUCHED)
    one = verify(site.house.site / f"items/{site.story}")
    assert one.holds, one.broken


def judged(folder: Path, number: int, ledger: bool = False, **other: Any) -> list[str]:
    """The broken links of a story, whatever the lists of files say; *other* is what its statement says instead."""
    evidence, name = Evidence(Folder(folder), None, {}, whole=True), f"item {number}"
    if ledger:
        site_links.trust(evidence, ())
        site_links.head(evidence)
        site_links.published(evidence)
        site_links.whole_ledger(evidence, sum(each.is_file() for each in folder.rglob("*")))
    item = read_item(evidence.item_file(f"items/{number}/").envelope.statement())
    assert isinstance(item, PublishedStory)
    with evidence.report.link(name) as claim:
        claim.say("it is signed")
    story_links.judge_story(evidence, name, replace(item, **other), [f"items/{number}/index.html"])
    return [each.name for each in evidence.report.broken]


def test_a_story_that_names_another_entry_than_the_ledger_has_is_broken(site: Told) -> None:
    """The source is private: its commitment is all that there is of it."""
    assert judged(site.house.site, site.story, ledger=True) == []
    lying = Reference(0, bytes(32))
    assert judged(site.house.site, site.story, ledger=True, source=lying) == [f"item {site.story} source"]


def test_a_page_with_more_on_it_than_its_words_is_broken_by_its_digest(site: Told, copy: Path) -> None:
    page, name = copy / f"stories/{site.story}/index.html", f"item {site.story} told"
    whole = page.read_text("utf-8")
    try:
        page.write_text(whole.replace("</body>", "<p>Send money here.</p></body>"), "utf-8")
        assert page.read_text("utf-8") != whole
        assert name in {each.name for each in verify(copy / f"items/{site.story}").broken}
    finally:
        page.write_text(whole, "utf-8")


@pytest.mark.parametrize(
    ("what", "altered"),
    [
        ("the title", lambda page: page.replace('data-said="title">A list', 'data-said="title">A lie')),
        ("a paragraph", lambda page: page.replace("Nobody answered.", "All were told.")),
        ("a place", lambda page: page.replace('data-said="place">Beichuan', 'data-said="place">Chengdu')),
        ("words of a post", lambda page: page.replace(f"&lt;says&gt;: {WORDS}", "&lt;says&gt;: nothing", 1)),
        ("the order", lambda page: page.replace('data-said="map"', 'data-said="wall"', 1)),
        ("an element left out", lambda page: page.replace('<span data-said="wall"></span>', "")),
        (
            "one element more",
            lambda page: page.replace('<span data-said="map">', '<span data-said="wall"></span><span>'),
        ),
        (
            "words of a post whose number is none",
            lambda page: page.replace('<span data-said="map">', f'<span data-said="text {"9" * 5_000}"></span><span>'),
        ),
        (
            "words as written, as those in a language",
            lambda page: re.sub(r'(data-said="text \d+)"', r'\1 en"', page, count=1),
        ),
        ("hidden words", lambda page: page.replace('<div class="prose"', '<div hidden="" class="prose"', 1)),
    ],
)
def test_a_page_that_tells_something_else_is_broken(
    site: Told, copy: Path, what: str, altered: Callable[[str], str]
) -> None:
    page, name = copy / f"stories/{site.story}/index.html", f"item {site.story} told"
    whole = page.read_text("utf-8")
    assert judged(copy, site.story) == []
    try:
        page.write_text(altered(whole), "utf-8")
        assert page.read_bytes() != site.page().read_bytes(), what
        assert judged(copy, site.story) == [name], what
        assert name in {each.name for each in verify(copy / f"items/{site.story}").broken}, what
        if what == "the order":
            assert name in {each.name for each in verify(copy).broken}
    finally:
        page.write_text(whole, "utf-8")


def test_a_part_that_ends_later_than_its_text_could_say_is_refused_with_its_place(site: Told) -> None:
    part = Shown("item", site.house.number(status(1)), 0, 1 << 53)
    with pytest.raises(UsageError, match=r"chapter 1, element 1: .* within 1,000 hours, found one that ends after 9"):
        checked_story(site.house.archive, Story("A list", "en", "", (Chapter("One", (part,)),)))


def test_what_is_not_published_is_left_out_and_what_was_withdrawn_leaves_a_word_that_something_was(desk: Told) -> None:
    house, first, fourth = desk.house, desk.house.number(status(1)), desk.house.number(status(4))
    assert compose(house, desk.text + f"\n{{{fourth}}}\n", number=desk.story).number == desk.story
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="withdrawn"))
    done = house.publish(TODAY + timedelta(days=1))
    assert [why for number, why in done.partial if number == desk.story] == [
        f"Chapter 1 shows item {first}, which was withdrawn; the page says that something was.",
        f"Chapter 2 shows item {fourth}, which is not published; it is left out.",
    ]
    told = said(desk.page())
    assert "withdrawn" in told
    assert not {f"text {first}", f"item {first}", f"item {fourth}"}.intersection(told)
    assert not [path for path, data in house.files().items() if b"Post 4" in data]
    assert verify(house.site).holds
    house.release(1, 4)
    house.publish(TODAY + timedelta(days=2))
    assert {f"item {first}", f"item {fourth}"} <= set(said(desk.page()))


def test_a_story_shows_a_file_of_a_card_and_verifies(desk: Told) -> None:
    number = desk.house.capture("A.TXT", b"They came at night.\n", title="The letter")
    compose(desk.house, desk.text + f"\n{{{number}}}\n", number=desk.story)
    desk.house.publish(TODAY + timedelta(days=1))  # which is refused if it does not verify
    assert f"item {number}" in said(desk.page())
    assert "They came at night." in desk.page().read_text("utf-8")


def test_a_draft_changes_nothing_and_a_story_that_is_withdrawn_leaves_with_its_reason(desk: Told) -> None:
    house = desk.house
    secret = "A line that nobody has released yet."
    compose(house, desk.text.replace("They asked for names. Nobody answered.", secret), "draft", desk.story)
    assert house.publish(TODAY + timedelta(days=1)).new is False
    house.release(3, tags=(secret,))
    with pytest.raises(Leak, match="story"):  # words of a draft are secret
        house.publish(TODAY + timedelta(days=1))
    house.release(3, tags=())

    withheld = state_person(house.archive, house.desk, PersonEntry(name="Somebody Withheld", language="en"))
    compose(house, desk.text.replace("Nobody answered.", "Somebody Withheld answered."), number=desk.story)
    with pytest.raises(Leak, match=f"person {withheld}"):  # a story excuses no name
        house.publish(TODAY + timedelta(days=1))

    compose(house, desk.text.replace("Nobody answered.", "Nobody answered them."), number=desk.story)
    done = house.publish(TODAY + timedelta(days=1))
    assert any("another version" in why for number, why in done.partial if number == desk.story)
    assert "译：" not in desk.page("zh/").read_text("utf-8"), "a translation of an earlier version is left out"
    retell(house, desk.story)
    compose(house, desk.text, "withdrawn", desk.story, "We were wrong about the day.")
    assert house.publish(TODAY + timedelta(days=2)).removed == (desk.story,)
    assert not desk.page().exists()
    assert "We were wrong about the day." in (house.site / f"items/{desk.story}/index.html").read_text("utf-8")
    assert not (house.site / "stories").exists()
    assert verify(house.site).holds
