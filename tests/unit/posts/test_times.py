"""Times as they are written in the wild: what is certain is kept, and no instant is invented."""

from datetime import UTC, datetime

import pytest

from tamizdat.posts.formats.format import doubts
from tamizdat.posts.times import doubtful, moment, read_time, read_time_v1

SURE = [
    ("Mon, May 27 2024 04:45:26 +0000", "2024-05-27T04:45:26+00:00"),
    ("lun, 06 mag 2024 18:55:00 GMT", "2024-05-06T18:55:00+00:00"),
    ("mar, 07 mag 2024 18:55:00 GMT", "2024-05-07T18:55:00+00:00"),
    ("dom., 12 de mayo de 2024 14:28:00 +0200", "2024-05-12T14:28:00+02:00"),
    ("So., 12. Mai 2024, 14:28 Uhr", "2024-05-12T14:28:00"),
    ("12 мая 2024 г. 14:28", "2024-05-12T14:28:00"),
    ("Thu, 09 May 2024 17:00:00 Z", "2024-05-09T17:00:00+00:00"),
    ("Sun, 05 May 2024 16:18:00 GMT+0100", "2024-05-05T16:18:00+01:00"),
    ("Sun, 05 May 2024 16:18:00 UTC+8", "2024-05-05T16:18:00+08:00"),
    ("Sun May 12 2024 14:28:00 GMT+0800 (中国标准时间)", "2024-05-12T14:28:00+08:00"),
    ("Sun, 12 May 24 14:28 +0800", "2024-05-12T14:28:00+08:00"),
    ("2024年05月12日 14:28", "2024-05-12T14:28:00"),
    ("2024年5月12日 星期日 下午2:28", "2024-05-12T14:28:00"),
    ("2024년 5월 12일 오전 12:28", "2024-05-12T00:28:00"),
    ("2024年5月12日", "2024-05-12"),
    ("May 12th, 2024 2:28 p.m.", "2024-05-12T14:28:00"),
    ("27/05/2024 14:28", "2024-05-27T14:28:00"),
    ("05/27/2024", "2024-05-27"),
    ("2024/05/12 14:28:00 +0800", "2024-05-12T14:28:00+08:00"),
    ("20240512T142800Z", "2024-05-12T14:28:00+00:00"),
    ("2024-05-12t14:28:00z", "2024-05-12T14:28:00+00:00"),
    ("Sunday, 12-May-24 14:28:00 GMT", "2024-05-12T14:28:00+00:00"),
    ("Tue, 07 Jan 2025 18:30:00 EST", "2025-01-07T18:30:00-05:00"),
    ("Tue, 07 May 2024 18:30:00 PDT", "2024-05-07T18:30:00-07:00"),
    ("Tue, 07 May 2024 18:30:00 JST", "2024-05-07T18:30:00+09:00"),
]
CLOCK_ONLY = [
    "Tue, 07 May 2024 18:30:00 EST",  # EDT is meant, or Panama
    "Tue, 07 May 2024 18:30:00 CST",  # Shanghai, Chicago or Havana
    "Tue May 07 18:30:00 CST 2024",
    "Tue, 07 May 2024 18:30:00 IST",
    "Tue, 07 May 2024 18:30:00 A",
    "Tue, 07 May 2024 18:30:00 -0000",
    "Tue, 07 May 2024 18:30:00 +1900",
    "2024-05-07T18:30:00+19:00",
]
UNREADABLE = [
    "Sun, 12 May 2024 24:10:00 +0800", "2024-05-12T24:00:00Z", "05/12/2024", "05-06-2024 10:00", "12 lis 2024",
    "1715495280", "20240512", "2024-05", "Sun, 31 Feb 2024 01:00:00 GMT", "昨天 14:28", "yesterday", "12 May 24:28",
    "May 12 2024 2:28 μ.μ.", "12/13/14", "12 May 2567 14:28", "12 May 2024 14:28 15:28", "٢٠٢٤-٠٥-١٢ 14:28", "",
    "9" * 5_000, "1 " * 50_000, "May " * 20_000, "(" * 90, "12 May 2024 " + "-" * 80,
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), SURE)
def test_a_time_that_is_certain_is_read(written: str, meant: str) -> None:
    assert read_time(written) == meant


@pytest.mark.parametrize("written", CLOCK_ONLY)
def test_an_offset_that_is_not_certain_is_left_off(written: str) -> None:
    assert read_time(written) == "2024-05-07T18:30:00"


@pytest.mark.parametrize("written", UNREADABLE, ids=lambda written: written[:20])
def test_what_may_be_two_times_or_none_is_no_time(written: str) -> None:
    assert read_time(written) is None


def test_what_earlier_formats_read_stays_as_it_was_read() -> None:
    assert read_time_v1("Tue, 07 May 2024 18:30:00 EST") == "2024-05-07T18:30:00-05:00"
    assert read_time_v1("Sun, 05 May 2024 16:18:00 GMT+0100") == "2024-05-05T16:18:00"
    assert read_time_v1("2024年05月12日 14:28") is None


def test_a_time_that_cannot_be_read_is_told_as_it_stands() -> None:
    assert doubts("words", None, " some\x1b[31m day ") == ("time: some\ufffd[31m day",)
    assert doubts("words", None, None) == ("time",)
    assert doubts("words", "2024-05-12", "x") == ()


def test_hour_24_is_no_instant_to_any_python() -> None:
    assert moment("2024-05-12T24:00:00+00:00") is None
    assert doubtful("2024-05-12T24:00:00", datetime(2026, 1, 1, tzinfo=UTC))
