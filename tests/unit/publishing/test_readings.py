"""The reading of names: one sound of all recordings, and pages that lead to each second and say who is missing."""

import io
import re
import shutil
import wave
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from support.media_samples import needs_ffmpeg, run
from support.published_desk import TODAY, House
from support.recordings import DAY, NAMES, TELLTALE, Memorial, published_sound, sent
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.readings import match, say_consent, unmatch
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement, UsageError
from tamizdat.footage.allowlist import check_bare
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.renderer import prefix
from tamizdat.statements.catalogued import CataloguedItem
from tamizdat.verifying import Verdict, verify
from tamizdat.verifying.joined_sound import frames_of, joined
from tamizdat.verifying.page_text import said_on

Said = list[tuple[str, str]]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Memorial:
    """An edition with three recordings of two names; two names are missing."""
    memorial = Memorial(House(tmp_path_factory.mktemp("readings")))
    for person in (2, 0, 0):
        memorial.read(person)
    memorial.house.publish()
    return memorial


@pytest.fixture
def copy(first: Memorial, tmp_path: Path) -> Path:
    """The site of that edition, to be altered."""
    shutil.copytree(first.house.site, tmp_path / "site")
    return tmp_path / "site"


def silence() -> bytes:
    """A third of a second in which nothing is heard."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(5000))
    return out.getvalue()


def told(site: Path, language: str = "en") -> Said:
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
    assert f'href="../reading/reading.mp4#t={begins[1] / 1000:.3f},' in page


def test_a_persons_page_plays_the_name_and_a_recordings_page_says_whose_it_is(first: Memorial) -> None:
    site = first.house.site
    person = (site / f"items/{first.people[0]}/index.html").read_text("utf-8")
    assert [f'src="../../items/{each}/sound.mp4"' in person for each in first.recordings] == [False, True, True]
    recording = (site / f"items/{first.recordings[0]}/index.html").read_text("utf-8")
    assert "Kelsang &amp; Dolma" in recording
    assert f'href="../../items/{first.people[2]}/index.html"' in recording
    assert "<audio" not in (site / f"items/{first.people[1]}/index.html").read_text("utf-8")


def test_voices_do_not_crowd_out_pictures_and_clips(first: Memorial) -> None:
    assert not (first.house.site / "items/index.html").exists()
    assert "sound.mp4" not in (first.house.site / "index.html").read_text("utf-8")
    news = (first.house.site / "new/index.html").read_text("utf-8")
    assert "3 recordings of names" in news
    assert "documents</h4>" not in news


def test_the_verifier_joins_the_recordings_again(first: Memorial) -> None:
    report = verify(first.house.site)
    assert report.holds, report.broken
    [link] = [each for each in report.links if each.name == "reading"]
    assert link.verdict is Verdict.PROVED
    assert "(recordings: 3, names: 2)" in link.detail
    [reads] = [each for each in report.links if each.name == f"item {first.recordings[0]} reads"]
    assert reads.verdict is Verdict.VOUCHED
    alone = verify(first.house.site / f"items/{first.recordings[0]}")
    assert f"item {first.recordings[0]} reads" in {each.name for each in alone.links if each.verdict is Verdict.VOUCHED}


def test_another_sound_another_order_or_a_name_left_out_is_broken(copy: Path) -> None:
    page, sound = copy / "reading/index.html", copy / "reading/reading.mp4"
    whole, data = page.read_bytes(), sound.read_bytes()
    sound.write_bytes(data[:-4] + bytes([data[-4] ^ 1]) + data[-3:])
    assert {"reading", "file reading/reading.mp4"} <= {each.name for each in verify(copy).broken}
    sound.unlink()
    assert "reading" in {each.name for each in verify(copy).broken}
    sound.write_bytes(data)
    rows = re.findall(rb'<div(?: class="voice")?><span data-said=.*?</div>\n', whole)
    for altered in (
        whole.replace(">李雨</span>".encode(), ">李雪</span>".encode()),  # another name
        whole.replace(rows[3], b""),  # one is not missed
        whole.replace(rows[0], b"").replace(rows[1], rows[1] + rows[0]),  # another order
        whole.replace(b'data-said="reads', b'hidden data-said="reads', 1),
    ):
        assert altered != whole
        page.write_bytes(altered)
        assert "reading" in {each.name for each in verify(copy).broken}
    for folder in copy.glob("**/reading"):
        shutil.rmtree(folder)
        broken = {each.name: each.detail for each in verify(copy).broken}
        assert "names are read in recordings of this site" in broken["reading"], "all of it left out is told, too"


def test_a_recording_without_consent_is_left_out_loudly_and_goes_when_it_is_taken_back(tmp_path: Path) -> None:
    memorial = Memorial(House(tmp_path))
    house = memorial.house
    one, two, three = (memorial.read(person) for person in (0, 1, 1))
    four = memorial.read(2, consent="unasked")
    edition = house.publish()
    assert four in edition.unsaid
    assert [says.split()[0] for says, _ in told(house.site)] == ["reads"] * 3 + ["unread"] * 2
    before = (house.site / "reading/reading.mp4").stat()
    house.capture("NOTES.TXT", b"They are gone.\n", title="A note")
    assert house.publish(TODAY + timedelta(1)).new
    after = (house.site / "reading/reading.mp4").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns), "it is not made again for nothing"
    say_consent(house.archive, house.desk, one, "withdrawn", DAY)
    unmatch(house.archive, house.desk, two, DAY)
    entry = house.archive.index.people.person(memorial.people[2])
    assert entry
    state_person(house.archive, house.desk, replace(entry.entry(), release="withdrawn"), memorial.people[2])
    edition = house.publish(TODAY + timedelta(2))
    assert set(edition.removed) >= {one, two, memorial.people[2]}, "what says a name that nobody stands for goes, too"
    catalogue(house.archive, house.desk, CataloguedItem(one, release="public"))
    assert "taken back" in dict(house.publish(TODAY + timedelta(2), dry_run=True).skipped)[one]
    unmatch(house.archive, house.desk, one, DAY)
    catalogue(house.archive, house.desk, CataloguedItem(one, covering="nobody"))
    assert "taken back" in dict(house.publish(TODAY + timedelta(2), dry_run=True).skipped)[one], "it is the same voice"
    assert not list((house.site / f"items/{one}").glob("*.mp4"))
    assert [says.split()[:2] for says, _ in told(house.site)] == [
        ["reads", str(three)], ["unread", str(memorial.people[0])], ["unread", str(memorial.people[3])],
    ]  # fmt: skip
    say_consent(house.archive, house.desk, three, "unasked", DAY)  # that it was given was a mistake
    assert three in house.publish(TODAY + timedelta(3)).removed
    assert not (house.site / "reading").exists()
    assert not (house.site / "zh/reading").exists()
    assert verify(house.site).holds


def test_what_turns_out_to_be_too_long_for_a_name_is_left_out_and_the_rest_is_joined(tmp_path: Path) -> None:
    memorial = Memorial(House(tmp_path), NAMES[:2])
    memorial.read(0)
    long = memorial.read(1, sound=published_sound(3000))
    edition = memorial.house.publish()
    assert "found one of 64" in dict(edition.skipped)[long]
    assert [says.split()[0] for says, _ in told(memorial.house.site)] == ["reads", "unread"]


@pytest.mark.needs_box
@needs_ffmpeg
def test_what_a_telephone_sent_is_heard_at_its_second_and_nothing_of_its_owner_is_published(tmp_path: Path) -> None:
    memorial = Memorial(House(tmp_path))
    house = memorial.house
    data = sent(tmp_path / "Anna Petrova 2026-11-20 07.41.m4a")
    assert b"Anna Petrova" in data
    number = house.capture("AUDIO/Anna Petrova 2026-11-20 07.41.m4a", data)
    with pytest.raises(UsageError, match="Expected the number of a person"):
        match(house.archive, house.desk, number, number, DAY)
    catalogue(house.archive, house.desk, CataloguedItem(number, release="public", covering="nobody"))
    match(house.archive, house.desk, number, memorial.people[1], DAY)
    with pytest.raises(UsageError, match="not matched yet"):
        match(house.archive, house.desk, number, memorial.people[0], DAY)
    edition = house.publish()
    assert "found none" in dict(edition.skipped)[number], "that nobody can be recognised is not enough of a voice"
    assert not (house.site / "reading").exists()
    say_consent(house.archive, house.desk, number, "given", DAY)
    memorial.read(0)
    house.publish(TODAY + timedelta(1))
    sound = house.site / "reading/reading.mp4"
    check_bare(sound)
    [_, (says, _)] = told(house.site)[:2]
    start, end = (int(each) // 50 for each in says.split()[2:])
    samples = run("ffmpeg", "-v", "error", "-i", sound, "-ac", "1", "-ar", "8000", "-f", "u8", "-")
    loud = [max(abs(each - 128) for each in samples[at : at + 400]) > 2 for at in range(0, len(samples), 400)]
    assert all(loud[start + 2 : end - 2])
    assert not any(loud[: start - 1] + loud[end + 4 :])
    for path, found in house.files().items():
        for word in TELLTALE:
            assert word.encode() not in found, (path, word)
    quiet = house.capture("AUDIO/quiet.wav", silence())
    with pytest.raises(UsageError, match="silence"):
        match(house.archive, house.desk, quiet, memorial.people[0], DAY)


def test_the_specification_tells_what_two_recordings_give() -> None:
    sounds = [published_sound(3), published_sound(2)]
    data = b"".join(joined([partial(bytes, each) for each in sounds], [frames_of(each)[0] for each in sounds]))
    specified = (Path(__file__).parents[3] / "docs/spec/readings.md").read_text("utf-8")
    assert f"{len(data):,} bytes, with the SHA-256\n\n```text\n{sha256_hex(data)}\n" in specified


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data.replace(b"\x05\x80\x80\x80\x05\x11\x90", b"\x05\x80\x80\x80\x05\x12\x10"),
        lambda data: data.replace(b"stco", b"free"),
        lambda data: data.replace(b"\x14stco", b"\x15stco"),  # longer than what it lies in
        lambda data: b"",
        lambda data: data[:40],
    ],
)
def test_what_is_no_published_recording_is_not_joined(damage: object) -> None:
    with pytest.raises(BadStatement):
        frames_of(damage(published_sound(5)))  # type: ignore[operator]
