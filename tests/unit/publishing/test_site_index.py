"""What an edition shows, in order: in time, by thread, day and voice; and the calendar made of it."""

from dataclasses import replace

from support.sample_site import content, post, shown
from tamizdat.publishing.site.calendar import years
from tamizdat.publishing.site.site_index import SiteIndex, index_of, key_of


def test_posts_stand_in_the_order_in_which_they_were_written_wherever_their_clocks_were() -> None:
    times = {
        1: "2020-05-12T01:00:00+08:00",
        2: "2020-05-11T20:00:00+00:00",
        3: None,
        4: "2020-05-11",
        5: "2020-05-11T18:00:00",
    }
    view = SiteIndex(content(posts=tuple(post(number, "x", published=time) for number, time in times.items())))
    assert [each.number for each in view.posts] == [3, 4, 1, 5, 2]


def test_of_posts_without_an_hour_the_platforms_numbers_tell_which_came_first() -> None:
    """An export has the newest first, so ours begin with it."""
    posts = [
        replace(post(number, "x", published="2010-03-31"), post=f"https://x.com/i/status/{at}")
        for number, at in ((1, 1_003), (2, 1_002), (3, 999))
    ]
    view = SiteIndex(content(posts=tuple(posts)))
    assert [each.number for each in view.posts] == [3, 2, 1]


def test_the_day_of_a_post_is_that_of_its_own_clock() -> None:
    view = SiteIndex(content(posts=(post(1, "x", published="2020-05-12T01:00:00+08:00"), post(2, "y", published=None))))
    assert {day: [each.number for each in posts] for day, posts in view.days.items()} == {"2020-05-12": [1]}


def test_a_single_post_is_no_thread_and_neighbours_are_those_that_are_shown() -> None:
    view = SiteIndex(shown())
    assert list(view.threads) == [9002]
    before, after = view.neighbours(9003)
    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (9002, 9004)
    assert view.neighbours(9001) == (None, None)


def test_a_voice_is_called_as_its_newest_post_calls_it() -> None:
    first, second = post(1, "x", published="2020-01-01"), post(2, "y", published="2021-01-01")
    renamed = replace(second, voice=replace(second.voice, handle="new", name="新"))
    view = SiteIndex(content(posts=(renamed, first)))
    assert view.voices[key_of(first.voice.id)][0].handle == "new"


def test_the_last_view_is_remembered_for_the_same_value_and_for_no_other() -> None:
    one, other = shown(), shown()
    assert index_of(one) is index_of(one)
    assert index_of(other).shown is other
    assert index_of(one).shown is one


def test_the_calendar_has_every_day_and_shades_those_with_words() -> None:
    posts = [post(n, "x", published="2024-02-29T10:00:00Z") for n in range(1, 9)]
    posts += [post(20, "y", published="2024-12-31"), post(21, "z", published="2022-01-01")]
    found = list(years(SiteIndex(content(posts=tuple(posts))), "en"))
    assert [(each.year, each.posts) for each in found] == [("2024", "9 posts"), ("2022", "1 post")]
    assert [len(month.days) for month in found[0].months] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    february, december = found[0].months[1], found[0].months[11]
    assert february.first == 4, "1 February 2024 was a Thursday"
    assert february.days[28] == ("2024-02-29", 4, "29 February 2024: 8 posts")
    assert december.days[30] == ("2024-12-31", 1, "31 December 2024: 1 post")
    assert february.days[0].link == ""
