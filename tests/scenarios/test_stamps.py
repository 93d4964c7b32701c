"""A desk's day of stamps, and what a reader finds out: real authorities (``openssl ts``) and calendars on loopback."""

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from support.published_desk import House
from support.stamped_desk import StampedDesk
from support.stamping import UNHEARD_OF, VERSION_3, Calendar, StampServers
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.cli.check_stamps import say_stamp_days
from tamizdat.cli.console import Out
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError, WorkRemains
from tamizdat.home.home import Home
from tamizdat.publishing.daily_stamps import Agreed, stamp_daily, stamp_due, until_hour
from tamizdat.publishing.stamp_days import ITSELF, StampDays, note_day
from tamizdat.verifying import Report, Verdict


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> House:
    """An edition with one picture, made once; each test has a copy of it."""
    house = House(tmp_path_factory.mktemp("published"))
    house.picture()
    house.publish()
    house.archive.close()
    return house


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StampServers]:
    """Two authorities, one of RSA and one of ECDSA."""
    with StampServers(tmp_path_factory.mktemp("servers")) as servers:
        servers.authority("One")
        servers.authority("Two", is_rsa=True)
        yield servers


@pytest.fixture
def desk(tmp_path: Path, published: House, servers: StampServers) -> StampedDesk:
    """An edition with one picture, and nothing stamped yet."""
    return StampedDesk.copy_of(published, tmp_path, servers)


def stamps_in(folder: Path) -> list[Path]:
    """The stamps below a folder."""
    return list(folder.rglob("stamps/*"))


def told(report: Report) -> dict[str, Verdict]:
    """Verdicts of the links about stamps."""
    return {link.name: link.verdict for link in report.links if "stamp" in link.name or "checkpoint " in link.name}


def test_two_authorities_prove_and_one_vouches(desk: StampedDesk) -> None:
    report = desk.stamp()
    assert not report.failed
    assert report.lacking == 0
    proved = desk.verify()
    assert proved.holds
    names = sorted(name for _, name in report.stamped)
    assert told(proved) == {
        f"stamp 256 {names[0]}": Verdict.VOUCHED, f"stamp 256 {names[1]}": Verdict.VOUCHED,
        "stamp 256 opentimestamps.ots": Verdict.UNKNOWN, "stamps": Verdict.PROVED,
    }  # fmt: skip
    assert [(each["entries"], each["verdict"]) for each in proved.existed] == [(256, "proved")]
    assert told(desk.verify(roots=1))["stamps"] is Verdict.VOUCHED
    assert told(desk.verify(roots=0))["stamps"] is Verdict.UNKNOWN
    assert told(desk.verify(path="items/1"))["item 1 stamps"] is Verdict.PROVED


def test_a_block_is_named_and_with_its_header_proves(desk: StampedDesk) -> None:
    desk.stamp()
    header = desk.calendar.bury(datetime.now(UTC))
    assert desk.stamp().upgraded == [256]
    named = desk.verify(roots=1)
    detail = next(link.detail for link in named.links if link.name.endswith(".ots"))
    assert "names Bitcoin's block 800000" in detail
    assert told(named)["stamps"] is Verdict.VOUCHED
    proved = told(desk.verify(header, roots=1))
    assert proved["stamp 256 opentimestamps.ots"] is Verdict.PROVED
    assert proved["stamps"] is Verdict.PROVED
    assert told(desk.verify(Calendar.mined(bytes(32), 1), roots=1))["stamps"] is Verdict.VOUCHED  # another block


def test_the_earliest_stamp_that_covers_an_entry_counts(desk: StampedDesk) -> None:
    desk.stamp()
    first = desk.verify().existed
    desk.house.picture("b.jpg")
    desk.house.publish()
    assert desk.verify().existed == first  # the new entries wait for the hour
    desk.stamp()
    both = desk.verify().existed
    assert both[:1] == first
    assert [each["entries"] for each in both] == [256, 512]
    assert str(both[0]["before"]) <= str(both[1]["before"])


@pytest.mark.parametrize("manner", ["away", "other", "cut", "refuses"])
def test_what_fails_is_named_and_asked_for_again_and_the_edition_stands(desk: StampedDesk, manner: str) -> None:
    desk.two.manner = manner
    report = desk.stamp()
    assert list(report.failed) == [desk.two.url]
    assert report.lacking == 1
    today = StampDays.of(desk.home).last  # it may have become tomorrow meanwhile
    assert StampDays.of(desk.home) == StampDays(today, {today: report.failed})
    assert desk.verify().holds
    assert told(desk.verify())["stamps"] is Verdict.VOUCHED
    desk.two.manner = "sound"
    again = desk.stamp()
    assert (again.failed, again.lacking, len(again.stamped)) == ({}, 0, 1)
    assert StampDays.of(desk.home) == StampDays(today, {})
    assert told(desk.verify())["stamps"] is Verdict.PROVED


def test_stamps_that_came_before_it_was_stopped_stand_in_the_site(desk: StampedDesk) -> None:
    def stopped(_: int) -> None:
        if any(stamps_in(desk.house.archive.folder)):
            raise WorkRemains("It was stopped.")

    with pytest.raises(WorkRemains):
        stamp_due(desk.home, desk.house.archive.folder, desk.house.site, advance=stopped)
    assert len(stamps_in(desk.house.archive.folder)) == len(stamps_in(desk.house.site)) == 1
    assert desk.verify().holds
    assert len(desk.stamp().stamped) == 2, "the next run asks for the others"


def test_an_authority_that_lies_about_time_is_named_and_nothing_of_it_is_kept(desk: StampedDesk) -> None:
    report = desk.stamp(now=timedelta(hours=2))
    assert set(report.failed) == {desk.one.url, desk.two.url}
    assert all("One of the two clocks is wrong" in why for why in report.failed.values())
    assert [name for _, name in report.stamped] == ["opentimestamps.ots"]


def test_nothing_that_is_asked_names_the_program(desk: StampedDesk) -> None:
    heard = len(desk.servers.heard)
    desk.stamp()
    asked = desk.servers.heard[heard:]
    assert {"/one", "/two", "/calendar/digest", "/one/crl"} <= {head.split()[1] for head in asked}
    assert {line for head in asked for line in head.splitlines() if line.startswith("User-Agent")} == {
        "User-Agent: Mozilla/5.0"
    }


def test_a_quiet_day_looks_as_any_other_and_leaves_nothing(desk: StampedDesk) -> None:
    desk.stamp()
    before = {path: path.read_bytes() for path in (desk.house.archive.folder / "checkpoints").rglob("*.*s*")}
    report = desk.stamp()
    assert report.quiet
    assert [len(each.asked) for each in (desk.one, desk.two)] == [2, 2]
    assert desk.one.asked[0] != desk.one.asked[1]
    assert {path: path.read_bytes() for path in (desk.house.archive.folder / "checkpoints").rglob("*.*s*")} == before


def test_a_key_that_was_in_other_hands_proves_nothing_any_more(desk: StampedDesk) -> None:
    desk.stamp()
    later = datetime.now(UTC) + timedelta(days=1)
    for reason, expected in (
        (x509.ReasonFlags.superseded, Verdict.PROVED),
        (x509.ReasonFlags.key_compromise, Verdict.VOUCHED),
    ):
        desk.one.crl = desk.one.local.revoked(reason, later)
        later += timedelta(days=1)
        desk.stamp()
        assert told(desk.verify())["stamps"] is expected, reason
    report = desk.verify()
    assert report.holds
    detail = next(link.detail for link in report.links if "-one.tsr" in link.name)
    assert "was revoked on" in detail
    assert "keyCompromise" in detail


def test_a_desk_that_runs_asks_at_the_hour_and_at_no_other(desk: StampedDesk) -> None:
    assert until_hour(datetime(2026, 11, 29, 2, 59, 30, tzinfo=UTC)) == 30
    assert until_hour(datetime(2026, 11, 29, 3, 0, tzinfo=UTC)) == 24 * 3600
    assert until_hour(datetime(2026, 11, 29, 23, 0, tzinfo=UTC)) == 4 * 3600
    ended, asked = threading.Event(), list[int]()

    def clock() -> datetime:
        if asked:
            ended.set()
        asked.append(1)
        return datetime(2026, 11, 29, 2, 59, 59, 990_000, tzinfo=UTC)

    stamp_daily(desk.home, desk.house.archive.folder, ended, clock)
    assert len(desk.one.asked) == 1
    assert len(Checkpoints(desk.house.archive.folder).stamps(256)) == 3


def test_what_failed_in_a_night_is_told_by_day_and_authority_and_old_nights_are_forgotten(
    desk: StampedDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(1, 20):
        note_day(desk.home, date(2026, 11, day), {desk.one.url: f"It gave no answer in night {day}."})
    note_day(desk.home, date(2026, 11, 20), {})
    days = StampDays.of(Home.open(desk.home.folder, "desk", b""))
    assert (days.last, list(days.failed)[:2], len(days.failed)) == ("2026-11-20", ["2026-11-19", "2026-11-18"], 14)
    say_stamp_days(desk.home, Out(as_json=False))
    told = capsys.readouterr()
    assert "Stamps were last asked for on 2026-11-20." in told.out
    assert f"Stamps of 2026-11-19, {desk.one.url}: It gave no answer in night 19." in " ".join(told.err.split())


def test_a_night_in_which_this_desk_itself_failed_is_told_too(desk: StampedDesk) -> None:
    ended, asked = threading.Event(), list[int]()

    def clock() -> datetime:
        asked.append(1)
        if len(asked) > 2:
            ended.set()
        return datetime(2026, 11, 29, 2, 59, 59, 990_000, tzinfo=UTC)

    Checkpoints(desk.house.archive.folder).write(256, "checkpoint", b"no note\n")
    stamp_daily(desk.home, desk.house.archive.folder, ended, clock)
    assert list(StampDays.of(desk.home).failed["2026-11-29"]) == [ITSELF]


def test_nobody_is_asked_before_the_desk_said_yes(desk: StampedDesk) -> None:
    with desk.home.changing():
        del desk.home.settings["stamps"]["since"]
    with pytest.raises(UsageError, match="consent"):
        desk.stamp()
    assert not desk.one.asked
    assert Agreed.of(desk.home).since == ""


def test_an_altered_stamp_breaks_its_link_and_a_stamp_of_something_else(desk: StampedDesk) -> None:
    desk.stamp()
    place = desk.house.site / "ledger/checkpoints/256/stamps"
    one = next(place.glob("*one.tsr"))
    sound = one.read_bytes()
    one.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    broken = desk.verify()
    assert [link.name for link in broken.broken] == [f"stamp 256 {one.name}"]
    assert told(broken)["stamps"] is Verdict.VOUCHED
    one.write_bytes(sound)
    desk.house.picture("b.jpg")
    desk.house.publish()
    desk.stamp()
    other = desk.house.site / "ledger/checkpoints/512/stamps" / one.name
    one.write_bytes(other.read_bytes())
    assert [link.name for link in desk.verify().broken] == [f"stamp 256 {one.name}"]


def test_what_lies_beside_a_checkpoint_and_is_none_of_this_ledger_breaks(desk: StampedDesk) -> None:
    desk.stamp()
    note = desk.house.site / "ledger/checkpoints/256/checkpoint"
    sound = note.read_bytes()
    note.write_bytes(sound.replace(b"\n256\n", b"\n255\n"))
    assert "checkpoints" in [link.name for link in desk.verify().broken]
    note.write_bytes(sound)
    shutil.copytree(note.parent, note.parents[1] / "1024")
    assert "checkpoint 1024" in [link.name for link in desk.verify().broken]
    shutil.rmtree(note.parents[1] / "1024")
    names = note.with_name("stamps.json")
    listed = names.read_bytes()
    some = next((desk.house.site / "ledger/certificates").glob("*.der")).name.encode()
    for said in (listed.replace(b"one.tsr", b"six.tsr"), listed.replace(some, some[::-1]), b""):
        names.write_bytes(said)
        assert [link.name for link in desk.verify().broken] == ["checkpoint 256"]
        assert [link.name for link in desk.verify(path="items/1").broken] == ["checkpoint 256"]
    names.unlink()
    assert desk.verify().holds, "who serves no list tells a page nothing, and nothing untrue"
    names.write_bytes(listed)
    assert desk.verify(path="items/1").holds
    certificate = next((desk.house.site / "ledger/certificates").glob("*.der"))
    certificate.write_bytes(certificate.read_bytes() + b"\0")
    path = certificate.relative_to(desk.house.site).as_posix()
    assert [link.name for link in desk.verify().broken] == [f"file {path}"]


@pytest.mark.parametrize("planted", [b"no certificate", b"", "of a version that there is not"])
def test_a_planted_certificate_that_cannot_be_read_breaks_its_link_and_ends_nothing(
    desk: StampedDesk, planted: bytes | str
) -> None:
    desk.stamp()
    folder = desk.house.site / "ledger/certificates"
    own = next(folder.glob("*.der")).read_bytes()
    data = planted if isinstance(planted, bytes) else own.replace(VERSION_3, UNHEARD_OF)
    assert data != own
    (folder / f"{sha256_hex(data)}.der").write_bytes(data)
    (desk.house.site / "ledger/checkpoints/256/stamps.json").unlink()  # which would name it
    report = desk.verify()
    assert [link.name for link in report.broken] == [f"file ledger/certificates/{sha256_hex(data)}.der"]
    assert told(report)["stamps"] is Verdict.PROVED


def test_stamps_of_an_edition_are_small_and_certificates_lie_once(desk: StampedDesk) -> None:
    desk.stamp()
    size = sum(
        path.stat().st_size for path in (desk.house.site / "ledger/checkpoints/256").rglob("*") if path.is_file()
    )
    assert size < 4_000
    first = {path.name for path in (desk.house.site / "ledger/certificates").iterdir()}
    assert len([name for name in first if name.endswith(".der")]) == 4  # two signers, and the two above them
    desk.house.picture("b.jpg")
    desk.house.publish()
    desk.stamp()
    assert {path.name for path in (desk.house.site / "ledger/certificates").iterdir()} == first
    assert Checkpoints(desk.house.archive.folder).sizes() == [256, 512]
