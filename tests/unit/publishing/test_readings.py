"""The reading of names: one sound of all recordings, and pages that lead to each second and say who is missing."""

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from support.media_samples import needs_exiftool, needs_ffmpeg, run
from support.published_desk import TODAY, House
from support.recordings import DAY, NAMES, SENT, TELLTALE, Memorial
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.readings import match, say_consent, unmatch
from tamizdat.footage.allowlist import check_bare
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.renderer import prefix
from tamizdat.verifying import Verdict, verify
from tamizdat.verifying.page_text import said_on

pytestmark = [pytest.mark.needs_box, needs_ffmpeg, needs_exiftool]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Memorial:
    """An edition with three recordings of two names; two names are missing."""
    memorial = Memorial(House(tmp_path_factory.mktemp("readings")))
    for path, hertz in zip(SENT, (440, 660, 880), strict=True):
        memorial.send(path, hertz)
    memorial.read(memorial.recordings[0], 2)
    memorial.read(memorial.recordings[1], 0)
    memorial.read(memorial.recordings[2], 0)
    memorial.house.publish()
    return memorial


def told(site: Path, language: str = "en") -> list[tuple[str, str]]:
    return said_on((site / prefix(language) / "reading/index.html").read_bytes())


def test_the_pages_lead_to_each_name_and_say_who_is_missing_in_every_language(first: Memorial) -> None:
    one, two, three = first.recordings
    people = first.people
    for language in LANGUAGES:
        found = told(first.house.site, language)
        assert [name for _, name in found] == [NAMES[0], NAMES[0], NAMES[2], NAMES[1], NAMES[3]], language
        assert [says.split()[:2] for says, _ in found] == [
            ["reads", str(two)], ["reads", str(three)], ["reads", str(one)],
            ["unread", str(people[1])], ["unread", str(people[3])],
        ]  # fmt: skip
    page = (first.house.site / "reading/index.html").read_text("utf-8")
    assert "2 of 4 names have been read aloud." in page
    assert f'href="../items/{people[0]}/index.html"' in page
    begins = [int(says.split()[2]) for says, _ in told(first.house.site) if says.startswith("reads")]
    assert begins[0] == 0
    assert f'href="../reading/reading.mp4#t={begins[1] / 1000:.3f},' in page


def test_the_joined_sound_plays_each_recording_at_its_second_with_silence_between(first: Memorial) -> None:
    sound = first.house.site / "reading/reading.mp4"
    check_bare(sound)
    samples = run("ffmpeg", "-v", "error", "-i", sound, "-ac", "1", "-ar", "8000", "-f", "u8", "-")
    loud = [max(abs(each - 128) for each in samples[at : at + 400]) > 2 for at in range(0, len(samples), 400)]
    for says, _ in told(first.house.site)[:3]:
        start, end = (int(each) // 50 for each in says.split()[2:])
        assert all(loud[start + 2 : end - 2])
        assert not any(loud[end + 4 : end + 10])


def test_a_persons_page_plays_the_name_and_a_recordings_page_says_whose_it_is(first: Memorial) -> None:
    site = first.house.site
    person = (site / f"items/{first.people[0]}/index.html").read_text("utf-8")
    assert [f'src="../../items/{each}/sound.mp4"' in person for each in first.recordings] == [False, True, True]
    recording = (site / f"items/{first.recordings[0]}/index.html").read_text("utf-8")
    assert "Kelsang &amp; Dolma" in recording
    assert f'href="../../items/{first.people[2]}/index.html"' in recording
    assert "<audio" not in (site / f"items/{first.people[1]}/index.html").read_text("utf-8")


def test_nothing_of_who_sent_it_is_in_any_published_byte(first: Memorial) -> None:
    for path, data in first.house.files().items():
        for word in TELLTALE:
            if word != DAY:
                assert word.encode() not in data, (path, word)
    statement = first.house.archive.index.readings.of(first.recordings[0])
    assert statement
    assert statement.is_consented
    assert not any(b'consent"' in data or b"Z2l2ZW4" in data for data in first.house.files().values())


def test_the_verifier_joins_the_recordings_again(first: Memorial) -> None:
    report = verify(first.house.site)
    assert report.holds, report.broken
    [link] = [each for each in report.links if each.name == "reading"]
    assert link.verdict is Verdict.PROVED
    assert "3 recordings of 2 names" in link.detail
    [reads] = [each for each in report.links if each.name == f"item {first.recordings[0]} reads"]
    assert reads.verdict is Verdict.VOUCHED


def test_another_sound_another_order_or_a_name_left_out_is_broken(first: Memorial, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(first.house.site, copy)
    page, sound = copy / "reading/index.html", copy / "reading/reading.mp4"
    whole = page.read_bytes()
    data = sound.read_bytes()
    sound.write_bytes(data[:-400] + bytes([data[-400] ^ 1]) + data[-399:])
    assert {"reading", "file reading/reading.mp4"} <= {each.name for each in verify(copy).broken}
    sound.write_bytes(data)
    for altered in (
        whole.replace(b">\xe6\x9d\x8e\xe9\x9b\xa8</span>", b">\xe6\x9d\x8e\xe9\x9b\xaa</span>"),  # another name
        re.sub(rb'<div class="voice"><span data-said="unread .*?</div>\n', b"", whole, count=1),  # one is not missed
        whole.replace(b'data-said="reads', b'hidden data-said="reads', 1),
    ):
        assert altered != whole
        page.write_bytes(altered)
        assert "reading" in {each.name for each in verify(copy).broken}


def test_a_recording_waits_until_its_speaker_consented_and_goes_when_that_is_taken_back(first: Memorial) -> None:
    house, [one, two, _] = first.house, first.recordings
    say_consent(house.archive, house.desk, one, "withdrawn", DAY)
    edition = house.publish(TODAY + timedelta(1))
    assert edition.removed == (one,)
    assert "taken back" in dict(edition.skipped)[one]
    assert (house.site / f"items/{one}/index.html").exists()
    assert not list((house.site / f"items/{one}").glob("*.mp4"))
    assert [says.split()[0] for says, _ in told(house.site)] == ["reads", "reads", "unread", "unread", "unread"]
    before = (house.site / "reading/reading.mp4").stat()
    entry = house.archive.index.people.person(first.people[0])
    assert entry
    house.picture()
    assert house.publish(TODAY + timedelta(2)).new
    after = (house.site / "reading/reading.mp4").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns), "it is not made again for nothing"
    unmatch(house.archive, house.desk, two, DAY)
    edition = house.publish(TODAY + timedelta(3))
    assert two in edition.removed, "it says a name, and nobody knows whose any more"
    match(house.archive, house.desk, two, first.people[1], DAY)
    house.publish(TODAY + timedelta(4))
    assert [says.split()[0] for says, _ in told(house.site)] == ["reads", "reads", "unread", "unread"]


def test_who_is_withdrawn_is_read_no_more(first: Memorial) -> None:
    house = first.house
    for person in first.people[:2]:
        entry = house.archive.index.people.person(person)
        assert entry
        state_person(house.archive, house.desk, replace(entry.entry(), release="withdrawn"), person)
    edition = house.publish(TODAY + timedelta(5))
    assert {*first.recordings[1:], *first.people[:2]} <= set(edition.removed)
    assert not (house.site / "reading").exists()
    assert not (house.site / "zh/reading").exists()
    assert verify(house.site).holds
