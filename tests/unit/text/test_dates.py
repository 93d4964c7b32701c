"""Days, times, and spans are written as people write them."""

import pytest

from tamizdat.text.dates import duration, written_clock, written_day, written_time
from tamizdat.workbench.templating import environment


def test_days_are_written_as_people_write_them() -> None:
    assert (written_day("2011-04-03", "en"), written_day("2011-04-03", "zh")) == ("3 April 2011", "2011年4月3日")


@pytest.mark.parametrize(
    ("time", "clock"),
    [
        ("2020-05-12T14:28:00+08:00", "14:28 (UTC+8)"),
        ("2020-05-12T14:28:00+05:30", "14:28 (UTC+5:30)"),
        ("2020-05-12T14:28:00-03:00", "14:28 (UTC−3)"),
        ("2020-05-12T14:28:00+00:30", "14:28 (UTC+0:30)"),
        ("2020-05-12T14:28:00+00:00", "14:28 (UTC)"),
        ("2020-05-12T14:28:00Z", "14:28 (UTC)"),
        ("2020-05-12T14:28:00", "14:28"),
        ("2020-05-12", ""),
    ],
)
def test_a_clock_tells_the_offset_that_the_platform_gave_and_no_other(time: str, clock: str) -> None:
    assert written_clock(time) == clock


def test_a_time_is_day_and_clock_and_a_mere_day_a_day() -> None:
    assert written_time("2020-05-12T14:28:00+08:00", "en") == "12 May 2020, 14:28 (UTC+8)"
    assert written_time("2020-05-12T14:28:00+08:00", "zh") == "2020年5月12日 14:28 (UTC+8)"
    assert written_time("2020-05-12", "en") == "12 May 2020"


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (0, "0 s", "0 秒"),
        (59, "59 s", "59 秒"),
        (60, "1 min", "1 分钟"),
        (11_520, "3 h 12 min", "3 小时 12 分钟"),
        (10_800, "3 h", "3 小时"),
        (86_400, "1 day", "1 天"),
        (2 * 86_400 + 3_600, "2 days 1 h", "2 天 1 小时"),
        (31_557_600 * 2 + 86_400, "2 years 1 day", "2 年 1 天"),
        (31_557_600, "1 year", "1 年"),
        (-3, "0 s", "0 秒"),
        (0.4, "0 s", "0 秒"),
        (59.7, "1 min", "1 分钟"),
        (250, "4 min 10 s", "4 分钟 10 秒"),
    ],
)
def test_how_long_something_stood_is_told_in_two_units(seconds: float, en: str, zh: str) -> None:
    assert (duration(seconds, "en"), duration(seconds, "zh")) == (en, zh)


def test_the_workbench_writes_a_time_as_the_site_does_and_leaves_what_is_none() -> None:
    written = environment().from_string("{{ when|moment }}")
    for time in ("2020-05-12T14:28:00+08:00", "2020-05-12T14:28:00", "2020-05-12", "2011-04-03T02:11:09Z"):
        assert written.render(when=time) == written_time(time, "en")
    told = [written.render(when=when) for when in (0, "soon", "", None)]
    assert told == ["1 January 1970, 00:00 (UTC)", "soon", "no date", "no date"]
