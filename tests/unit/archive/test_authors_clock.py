"""Posts stand under the days of their author's own clock, where the export tells it; what was captured stays."""

from pathlib import Path
from zoneinfo import available_timezones

import pytest

from support.collecting_desk import Desk, assigned, in_folder, tweet, x_files
from tamizdat.archive.search.clocks import Clocks
from tamizdat.archive.views.authors_clock import on_clock

needs_zones = pytest.mark.skipif("Asia/Tokyo" not in available_timezones(), reason="this system knows no time zones")


@needs_zones
@pytest.mark.parametrize(
    ("published", "zone", "shown"),
    [
        ("2023-11-30T22:30:00+00:00", "Asia/Tokyo", "2023-12-01T07:30:00+09:00"),
        ("2023-07-01T22:30:00+00:00", "Europe/Madrid", "2023-07-02T00:30:00+02:00"),
        ("2023-12-01T22:30:00+08:00", "Europe/Madrid", "2023-12-01T15:30:00+01:00"),
        ("2010-03-31", "Asia/Tokyo", "2010-03-31"),
        ("2023-11-30T22:30:00", "Asia/Tokyo", "2023-11-30T22:30:00"),
        (None, "Asia/Tokyo", None),
        *(("2023-11-30T22:30:00+00:00", zone, "2023-11-30T22:30:00+00:00")
          for zone in (None, "", 9, "Atlantis", "../../etc/passwd", "/etc/passwd", "Asia", "\0", ["Asia/Tokyo"])),
        ("9999-12-31T23:59:59+00:00", "Asia/Tokyo", "9999-12-31T23:59:59+00:00"),
    ],
)  # fmt: skip
def test_an_instant_is_told_by_the_authors_clock(published: str | None, zone: object, shown: str | None) -> None:
    assert on_clock(published, zone) == shown


@needs_zones
def test_of_two_people_who_set_a_clock_at_the_same_moment_both_are_heard(tmp_path: Path) -> None:
    mine, other = Clocks(tmp_path), Clocks(tmp_path)
    mine.set("ada", "Europe/Madrid")
    other.set("@Lin", "Asia/Tokyo")
    assert Clocks(tmp_path).zones == other.zones == {"ada": "Europe/Madrid", "lin": "Asia/Tokyo"}


@needs_zones
def test_the_statement_keeps_what_the_platform_gave_and_the_view_tells_the_authors_day(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    zones = assigned("account_timezone", [{"accountTimezone": {"accountId": "12", "timeZone": "Tokyo"}}])
    late = tweet(1, "早饭前", created_at="Thu Nov 30 22:30:00 +0000 2023")
    report = desk.take(in_folder(tmp_path / "a", x_files([late], account_timezone=zones)))
    assert any("Tokyo" in each for each in report.notes), "pages will tell how far it is from UTC"
    assert desk.posts()["1"].published == "2023-12-01T07:30:00+09:00"
    assert desk.posts()["1"].moment == "2023-11-30T22:30:00Z"
    [said] = desk.said("observed")
    assert said.predicate["published"] == "2023-11-30T22:30:00+00:00"
    desk.archive.close()
