"""Lists that grow without end come in pages, and an edition makes few of them anew."""

import re
from dataclasses import replace

import pytest

from support.sample_site import content, people, person, post, shown, site
from tamizdat.publishing.model import Change, Changes, Correction
from tamizdat.publishing.site import pages
from tamizdat.publishing.site.item_lists import EDITIONS, WORKS, parts
from tamizdat.publishing.site.names_initials import initial, initials
from tamizdat.publishing.site.news import OPEN
from tamizdat.publishing.site.news import ROWS as NAMED
from tamizdat.publishing.site.overview_pages import ROWS, YEARS
from tamizdat.statements.derived import Footage


def works(count: int) -> tuple[Footage, ...]:
    [first] = [each for each in shown().items if each.kind == "picture"][:1]
    return tuple(replace(first, number=500 + each) for each in range(count))


def numbers(page: bytes) -> list[int]:
    """The items that a list leads to."""
    return [int(each) for each in re.findall(rb'class="work" href="[./]+/items/(\d+)/index.html"', page)]


def hrefs(page: bytes, rel: str) -> list[str]:
    return re.findall(rf'rel="{rel}" href="([^"]+)"', page.decode())


@pytest.mark.parametrize("count", [0, 1, 59, 60, 119, 120, 121, 600])
def test_of_parts_the_last_is_never_nearly_empty_and_none_is_lost(count: int) -> None:
    found = parts(range(count), 60)
    assert [each for part in found for each in part] == list(range(count))
    assert all(len(part) == 60 for part in found[:-1])
    assert len(found[-1]) < 120


def test_pictures_and_clips_are_reached_page_by_page_the_newest_first() -> None:
    made = dict(pages.render(site(), content(items=works(3 * WORKS + 5))))
    first = made["items/index.html"]
    assert numbers(first) == list(range(500 + 3 * WORKS + 4, 499 + 2 * WORKS, -1))
    assert hrefs(first, "next") == ["../works/2/index.html"]
    second = made["works/2/index.html"]
    assert numbers(second) == list(range(499 + 2 * WORKS, 499 + WORKS, -1))
    assert (hrefs(second, "prev"), hrefs(second, "next")) == (["../../items/index.html"], ["../../works/1/index.html"])
    assert "ar/works/1/index.html" in made
    assert 'class="pager"' not in dict(pages.render(site(), content(items=works(3))))["items/index.html"].decode()


def test_another_picture_changes_the_first_page_of_the_list_alone() -> None:
    before, after = (
        {each.key: each.shown_with for each in pages.groups(site(), content(items=works(8 * WORKS + more)))}
        for more in (0, 1)
    )
    changed = {key for key in after if before.get(key) != after[key]}
    assert changed - {"search/0/", "cite/3/"} == {"items/"}


def test_what_is_new_tells_every_edition_and_old_pages_stay() -> None:
    last = 3 * EDITIONS + 7

    def made_of(editions: int) -> dict[str, object]:
        posts = tuple(post(each, f"第{each}") for each in range(1, editions + 1))
        days = tuple(f"2020-{1 + each // 28:02}-{1 + each % 28:02}" for each in range(editions))
        changes = Changes(days, tuple(Change(each, each, "new", "") for each in range(1, editions + 1)))
        return dict.fromkeys(()) | {
            "pages": dict(pages.render(site(), content(posts=posts, changes=changes))),
            "groups": {
                each.key: each.shown_with for each in pages.groups(site(), content(posts=posts, changes=changes))
            },
        }

    now, later = made_of(last), made_of(last + 1)
    told: list[int] = []
    for path in ("new/index.html", "new/2/index.html", "new/1/index.html"):
        told += [int(each) for each in re.findall(rb'id="edition-(\d+)"', now["pages"][path])]  # type: ignore[index]
    assert told == list(range(last, 0, -1))
    changed = {key for key, value in later["groups"].items() if now["groups"].get(key) != value}  # type: ignore[attr-defined]
    assert {key for key in changed if key.startswith("new/")} == {"new/"}


def test_a_first_edition_is_told_by_sorts_a_few_of_each_open_and_the_way_to_all() -> None:
    posts, everybody = tuple(post(each, f"第{each}") for each in range(1, 13)), people(30)
    numbers = [*(each.number for each in posts), *(each.number for each in everybody)]
    changes = Changes(("2020-01-01",), tuple(Change(each, 1, "new", "") for each in numbers))
    made = dict(pages.render(site(), content(posts=posts, people=everybody, changes=changes)))
    page = made["new/index.html"].decode()
    assert "42 new items" in page
    seen, *folded = page.partition("<h4")[2].split("<details")
    assert "12 posts" in seen
    assert seen.count("<li>") == OPEN
    assert "and 6 more" in folded[0]
    assert "30 names" in folded[0]
    assert folded[0].count("<li>") == (12 - OPEN) + OPEN
    assert folded[1].count("<li>") == NAMED - OPEN
    assert 'href="../names/index.html">Names</a>' in folded[1]
    assert "names/index.html" not in folded[0], "all posts are told here"
    assert page.count("<h3>") == 1


def test_a_long_calendar_is_cut_by_years_and_posts_without_a_day_have_a_list() -> None:
    dated = [post(each, "一", published=f"{1990 + each}-05-12T06:00:00Z") for each in range(1, YEARS + 9)]
    undated = [post(900 + each, "二", published=None) for each in range(3)]
    made = dict(pages.render(site(), content(posts=(*dated, *undated))))
    newest = made["days/index.html"].decode()
    assert newest.count('class="year"') == YEARS
    assert f'<a href="../calendar/{1990 + 8}/index.html">1991–1998</a>' in newest
    assert 'href="../days/2010-05-12/index.html"' in newest
    older = made["calendar/1998/index.html"].decode()
    assert 'href="../../days/1995-05-12/index.html"' in older
    assert "../undated/index.html" in newest
    assert all(f"items/{900 + each}/" in made["undated/index.html"].decode() for each in range(3))
    assert "ar/undated/index.html" in made


def test_corrections_come_in_pages() -> None:
    corrected = tuple(Correction(each, "2026-11-23", "words", "", 2) for each in range(1, ROWS + 3))
    made = dict(pages.render(site(), content(corrections=corrected)))
    assert made["corrections/index.html"].count(b"<dt>") == ROWS
    assert made["corrections/2/index.html"].count(b"<dt>") == 2
    assert hrefs(made["corrections/2/index.html"], "prev") == ["../index.html"]


@pytest.mark.parametrize(
    ("name", "under"),
    [("王小明", "王"), ("Émile Zola", "E"), ("élan", "E"), ("юлия", "Ю"), ("الشرطة", "ش"), ("ال", "ا"),
     ("བསོད་ནམས།", "བ"), ("“Lin”", "L"), ("42", "#"), ("", "#"), ("ﬁn", "F"), ("가영", "ᄀ")],
)  # fmt: skip
def test_a_name_stands_under_its_first_letter(name: str, under: str) -> None:
    assert initial(name) == under


def test_readers_find_a_name_as_their_language_writes_it_and_everybody_is_there_once() -> None:
    listed = (
        person(1, "王小明", "zh-Hans", {"en": "Wang Xiaoming"}, "7", "", "", "checked", "", ()),
        person(2, "李梅", "zh-Hans", {}, "7", "", "", "checked", "", ()),
        person(3, "Anna", "en", {"zh-Hans": "安娜"}, "7", "", "", "checked", "", ()),
    )
    assert [(each.initial, [one.name for one in each.people]) for each in initials(listed, "en")] == [
        ("A", ["Anna"]),
        ("W", ["Wang Xiaoming"]),
        ("李", ["李梅"]),
    ]
    assert [each.initial for each in initials(listed, "zh")] == ["安", "李", "王"], "by radical and strokes"
    many = initials(people(1_300), "zh")
    assert sorted(one.number for each in many for one in each.people) == sorted(each.number for each in people(1_300))
    made = dict(pages.render(site(), content(people=people(1_300))))
    index = made["zh/names/initials/index.html"].decode()
    for each in many:
        assert f'href="{each.page}/index.html#{each.anchor}"' in index
        assert f'id="{each.anchor}"' in made[f"zh/names/initials/{each.page}/index.html"].decode()
    assert "../initials/index.html" in made["names/list/index.html"].decode() or (
        "names/initials/index.html" in made["names/list/index.html"].decode()
    )
