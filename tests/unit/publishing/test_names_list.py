"""The list of names: everybody is on it once, on pages of a size, found by place and school."""

from collections import Counter

from support.sample_site import content, people, person, site
from tamizdat.publishing.site import pages
from tamizdat.publishing.site.names_list import MOST, by_place, natural, rolls
from tamizdat.statements.derived import Person


def somebody(number: int, name: str, place: str = "", school: str = "") -> Person:
    return person(number, name, "zh-Hans", {}, "7", place, school, "checked", "", ())


def test_everybody_stands_on_one_page_and_no_page_has_more_than_it_may() -> None:
    everybody = [somebody(each, f"名{each % 97}", f"镇{each % 7}", f"第{each % 211}小学") for each in range(9_000)]
    found = rolls(everybody)
    assert sorted(one.number for roll in found for one in roll.people) == list(range(9_000))
    sizes = Counter[int]()
    for roll in found:
        sizes[roll.page] += len(roll.people)
    assert max(sizes.values()) <= MOST
    assert sorted(sizes) == list(range(1, len(sizes) + 1))
    assert len({roll.anchor for roll in found}) == len(found)


def test_a_school_is_kept_together_unless_it_alone_fills_a_page() -> None:
    found = rolls([somebody(each, f"名{each:05}", "镇", "甲" if each < MOST + 5 else "乙") for each in range(MOST + 9)])
    assert [(roll.school, len(roll.people), roll.part) for roll in found] == [
        ("乙", 4, False),
        ("甲", MOST, True),
        ("甲", 5, True),
    ]
    assert found[1].from_to == f"名00000 – 名{MOST - 1:05}"


def test_schools_are_in_the_order_of_their_numbers_and_who_has_none_stands_last() -> None:
    assert sorted(["第10小学", "第2小学", "第1小学", "2"], key=natural) == ["2", "第1小学", "第2小学", "第10小学"]
    found = rolls([somebody(1, "无"), somebody(2, "乙", "镇", "第10小学"), somebody(3, "甲", "镇", "第2小学")])
    assert [[one.number for one in roll.people] for roll in found] == [[3], [2], [1]]
    assert [place for place, _ in by_place(found)] == ["镇", ""]


def test_the_index_of_many_names_leads_to_every_school_on_its_page() -> None:
    made = dict(pages.render(site(), content(people=people(1_300))))
    index = made["names/list/index.html"].decode()
    for roll in rolls(people(1_300)):
        assert f'href="{roll.page}/index.html#{roll.anchor}"' in index
        assert f'id="{roll.anchor}"' in made[f"names/list/{roll.page}/index.html"].decode()
    assert 'rel="next" href="../2/index.html"' in made["names/list/1/index.html"].decode()


def test_few_names_are_one_page() -> None:
    made = dict(pages.render(site(), content(people=people(30))))
    assert [path for path in made if path.startswith("names/list/")] == ["names/list/index.html"]
