"""The timeline of a clip in a real Chromium: written by keyboard, saved by itself, between two tabs, and translated."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.media_samples import needs_ffmpeg
from support.served_room import Served, sign_in
from support.transcribing_desk import DAY, LIN, approve, capture, transcribe
from tamizdat.archive.acts.items import catalogue
from tamizdat.covering import Region
from tamizdat.footage.probe import CLIP
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.statements.catalogued import NOBODY, CataloguedItem, Release
from tamizdat.statements.transcribed import Cue
from tamizdat.translation.proposals import propose, tag
from tamizdat.workbench.drafts.machine_transcripts import MachineDraft
from tamizdat.workbench.jobs.publish import publish_for

pytestmark = [pytest.mark.needs_box, needs_ffmpeg]


class Clip(Served):
    """A served room with a released clip of ten seconds, in which nobody is to be covered."""

    number: int


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clip]:
    folder = tmp_path_factory.mktemp("timeline")
    clip = folder / "clip.mp4"
    sources: tuple[str, ...] = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=10")
    sources += ("-f", "lavfi", "-i", "sine=frequency=300:duration=10")
    subprocess.run(["ffmpeg", "-v", "error", *sources, "-pix_fmt", "yuv420p", clip], check=True)
    served = Clip(folder)
    try:
        archive, key = served.room.archive, served.room.bench.key
        served.number = capture(archive, key, clip.read_bytes())
        about = CataloguedItem(served.number, release=Release.PUBLIC, covering=NOBODY, alt="A teacher before the gate")
        catalogue(archive, key, about)
        item = archive.index.item(served.number)
        assert item
        BareCopies(archive).make(item.original, CLIP)
        yield served
    finally:
        served.stop()
        served.room.close()


def timeline(opened: Callable[..., Page], served: Clip, name: str = "translator", **settings: Any) -> Page:
    page = opened(**settings)
    sign_in(page, served, name)
    page.goto(f"{served.address}/clips/{served.number}")
    ready(page)
    return page


def ready(page: Page) -> None:
    """The clip can be played."""
    page.evaluate(
        "new Promise((done) => player.readyState ? done() : player.addEventListener('loadedmetadata', () => done()))"
    )


def go(page: Page, seconds: float) -> None:
    """The clip stands at this time."""
    seek = "(at) => new Promise((done) => { player.onseeked = () => done(); player.currentTime = at; })"
    page.evaluate(seek, seconds)


def kept(served: Clip) -> tuple[Cue, ...]:
    draft = served.room.bench.transcript_drafts.read(served.room.accounts["translator"], served.number)
    return draft.cues if draft else ()


def test_a_transcript_by_keyboard_alone_saved_by_itself_and_then_translated_beside_the_picture(
    opened: Callable[..., Page], served: Clip
) -> None:
    page = timeline(opened, served)
    page.fill("#spoken", "zh")
    for at, words in ((1, "他们都不在了。谁知道？"), (5, "五年了")):
        go(page, at)
        page.keyboard.press("Alt+n")
        page.keyboard.insert_text(words)
    go(page, 2)
    page.focus("#cues textarea >> nth=0")
    page.evaluate("document.activeElement.setSelectionRange(7, 7)")
    page.keyboard.press("Alt+s")
    page.keyboard.press("Control+Enter")
    go(page, 6.5)
    page.keyboard.press("Alt+o")
    page.keyboard.press("Alt+.")
    for second, begins in ((7.0, "00:00:07.000"), (5.1, "00:00:05.100")):
        go(page, second)
        page.keyboard.press("Alt+b")
        assert page.locator("#cues > li >> nth=2").locator("input[inputmode=decimal]").first.input_value() == begins
    page.fill("#cues .who >> nth=2", "老师")
    expect(page.locator(".saved")).to_have_text("Saved")
    assert kept(served) == (
        Cue(1000, 2000, "", "他们都不在了。"), Cue(2000, 4000, "", "谁知道？"), Cue(5100, 6600, "老师", "五年了"),
    )  # fmt: skip
    go(page, 6)
    page.keyboard.press("Alt+j")
    assert page.evaluate("Math.round(player.currentTime)") == 4
    page.focus("#cues textarea >> nth=0")
    page.keyboard.press("Alt+m")
    expect(page.locator("#cues textarea")).to_have_count(2)
    page.fill("#cues textarea >> nth=1", "五年了" * 20)
    expect(page.locator("#cues .findings >> nth=1")).to_contain_text("characters a second")
    page.fill("#cues textarea >> nth=1", "五年了")
    page.click("#propose")
    page.wait_for_url("**?done=proposed")
    assert kept(served) == ()
    room = served.room
    latest = room.archive.index.transcripts.latest(served.number)
    assert latest
    assert [each.text for each in latest.cues] == ["他们都不在了。\n谁知道？", "五年了"]
    approve(room.archive, room.bench.key, latest.number)
    page.goto(f"{served.address}/translate/{served.number}/en")
    page.fill("textarea[name=target-1]", "They are gone. Who knows?")
    page.keyboard.press("Alt+k")
    expect(page.locator(".running-target")).to_have_text("They are gone. Who knows?")
    page.keyboard.press("Alt+k")
    assert page.evaluate("player.paused")


def test_who_types_on_after_a_proposal_that_the_desk_did_not_answer_is_saved_again(
    opened: Callable[..., Page], served: Clip
) -> None:
    page = timeline(opened, served)
    page.keyboard.press("Alt+n")
    page.keyboard.insert_text("一")
    expect(page.locator(".saved")).to_have_text("Saved")
    page.route("**/sign-in/state", lambda route: route.abort())
    page.click("#propose")
    expect(page.locator(".not-sent, #not-sent")).to_contain_text("Nothing was sent: the desk does not answer")
    page.unroute("**/sign-in/state")
    page.fill("#cues textarea >> nth=0", "一二")
    expect(page.locator(".saved")).to_have_text("Saved")
    assert "一二" in {each.text for each in kept(served)}


@pytest.mark.long  # test_workbench.py says it of a post
def test_two_tabs_ask_before_one_writes_over_the_other(opened: Callable[..., Page], served: Clip) -> None:
    one = timeline(opened, served, "reviewer")
    two = one.context.new_page()
    two.goto(one.url)
    for page, words in ((one, "a"), (two, "b")):
        ready(page)
        page.keyboard.press("Alt+n")
        page.keyboard.insert_text(words)
        if page is one:
            expect(page.locator(".saved")).to_have_text("Saved")
    expect(two.locator(".clash")).to_contain_text("in another tab")
    two.click("text=Keep mine")
    expect(two.locator(".saved")).to_have_text("Saved")
    draft = served.room.bench.transcript_drafts.read(served.room.accounts["reviewer"], served.number)
    assert draft
    assert "b" in {each.text for each in draft.cues}
    two.fill("#spoken", "bo")
    two.press("#spoken", "Tab")
    one.press("#cues textarea >> nth=0", "c")
    one.click("text=Take this")
    expect(one.locator("#spoken")).to_have_value("bo")


def test_what_is_word_for_word_a_models_is_marked_until_a_person_changes_it(
    opened: Callable[..., Page], served: Clip
) -> None:
    heard = (Cue(0, 1000, "", "one"), Cue(2000, 3000, "", "two"))
    served.room.bench.machine_drafts.keep(MachineDraft(served.number, "en", heard, "small", "ab" * 32, 1_700_000_000))
    page = timeline(opened, served, "editor")
    page.click("text=Begin with it")
    page.wait_for_url("**?done=machine-taken")
    expect(page.locator("#cues .machine-text")).to_have_count(2)
    expect(page.locator("#cues .ordinal >> nth=0")).to_have_text("1 · machine text")
    page.fill("#cues textarea >> nth=0", "won")
    expect(page.locator("#cues .machine-text")).to_have_count(1)
    expect(page.locator("#cues .ordinal >> nth=0")).to_have_text("1")
    expect(page.locator(".saved")).to_have_text("Saved")


def test_without_scripts_cues_are_lines_and_the_screens_fit_a_telephone(
    opened: Callable[..., Page], served: Clip
) -> None:
    page = opened(java_script_enabled=False, viewport={"width": 360, "height": 700})
    sign_in(page, served, "editor")
    page.goto(f"{served.address}/clips/{served.number}")
    page.fill("#plain", "[00:00:01 - 00:00:02] 老师: 五年了\n")
    page.fill("#spoken", "zh")
    page.click("#save")
    assert page.input_value("#plain") == "[00:00:01.000 - 00:00:02.000] 老师: 五年了\n"
    scripted = timeline(opened, served, viewport={"width": 360, "height": 700})
    for path in (f"/clips/{served.number}", "/clips"):
        scripted.goto(f"{served.address}{path}")
        assert scripted.evaluate("document.documentElement.scrollWidth") == 360


def test_the_page_of_the_clip_shows_subtitles_from_a_disk_in_two_languages_and_leads_to_the_second(
    opened: Callable[..., Page], served: Clip
) -> None:
    archive, key = served.room.archive, served.room.bench.key
    number = approve(archive, key, transcribe(archive, key, served.number))
    version = archive.index.texts.version(number)
    assert version
    targets = ("the teacher", "They are gone.", "Who <knows>?", "Five years,\nno answer.")
    whose = tag(LIN, version.post, "en")
    approve(archive, key, propose(archive, key, whose, version, "en", targets, (), DAY))
    bench = served.room.bench
    publish_for(bench.home, archive, bench.accounts, bench.today())
    page = opened()
    page.goto((served.room.bench.site / f"items/{served.number}/index.html").as_uri() + "#t=6.5")
    page.locator(".subtitles select").nth(1).select_option("1")
    said = "each => [...each.textTracks].map((track) => [track.language, track.mode, track.activeCues[0].text])"
    expect(page.locator(".track li.now").first).to_contain_text("no answer.")
    assert page.locator("video").evaluate(said) == [
        ["en", "showing", "the teacher: Five years,\nno answer."], ["zh", "showing", "老师: 五年了，\n没有回音。"],
    ]  # fmt: skip
    page.click("a[href='#t=3.2'] >> nth=0")
    page.evaluate("document.querySelector('video').pause()")
    assert page.evaluate("Math.floor(document.querySelector('video').currentTime)") == 3
    page.evaluate("document.getElementById('proof-report').scrollIntoView()")
    expect(page.locator("#proof-report")).to_contain_text("Nothing is broken", timeout=15_000)
    row = page.locator(f"#proof-report [data-link='item {served.number} tracks']")
    assert row.get_attribute("data-verdict") == "vouched"


def test_a_region_is_drawn_with_the_mouse_moved_by_key_and_approved_by_another_who_sees_what_remains(
    opened: Callable[..., Page], served: Clip
) -> None:
    page, room = opened(), served.room
    sign_in(page, served, "editor")
    page.goto(f"{served.address}/items/{served.number}/cover")
    image = page.locator(".easel img")
    expect(image).to_have_js_property("naturalWidth", 64)
    box = image.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"], steps=3)
    page.mouse.up()
    page.click("[data-step='1000']")
    page.focus(".easel")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.fill(".regions .to", "3.5")
    page.keyboard.press("Tab")
    page.click("[data-new=silence]")
    expect(page.locator("#cover .saved")).to_have_text("Saved")
    page.reload()
    expect(page.locator(".regions > li")).to_have_count(2)  # what was drawn is kept as a draft
    page.click("#cover button.first")
    page.wait_for_url("**?done=proposed")
    found = room.archive.index.redactions.latest(served.number)
    assert found
    [region], [silence] = found.cover.regions, found.cover.silences
    assert (region.cover, region.start, region.end) == ("solid", 0, 3_500)
    first, second = region.keys
    assert (first.at, second.at, second.x - first.x, second.height - first.height) == (0, 1_000, 100, 100)
    assert abs(first.x - 2_500) < 100
    assert (silence.start, silence.end >= 10_000) == (1_000, True), "to the end, until somebody ends it before"
    assert "Another person must approve it" in page.content() or page.locator("[role=status]").count()
    room.bench.jobs.wait()
    if "heron" not in room.accounts:
        room.join("heron", "editor")
    other = opened()
    sign_in(other, served, "heron")
    other.goto(f"{served.address}/items/{served.number}/cover")
    expect(other.locator(".sheet img >> nth=0")).to_have_js_property("naturalWidth", 64)
    assert other.locator(".sheet img").count() == 12  # ten seconds, one end between two of them, and the last frame
    other.click("button[value=approved]")
    expect(other.locator("main")).to_contain_text("then say your word")  # and nothing is approved
    for each in other.locator(".sheet img").all():
        each.scroll_into_view_if_needed()
        expect(each).to_have_js_property("naturalWidth", 64)
    other.evaluate("document.querySelector('video').play()")
    expect(other.locator("video")).to_have_js_property("readyState", 4)
    other.click("button[value=approved]")
    other.wait_for_url("**?done=cover-approved")
    assert room.archive.index.redactions.cover(served.number) == found.cover
    other.fill(".regions .from >> nth=0", "0.5")
    other.keyboard.press("Tab")
    [region] = other.locator("#plain").evaluate("area => JSON.parse(area.value)")["regions"]
    lying = Region("solid", "rectangle", 0, 3_500, (first, second)).at(500)
    assert [each["at"] for each in region["keys"]] == [500, 1_000], "a shorter region lies where it lay"
    assert region["keys"][0]["x"] == pytest.approx(lying[0], abs=1)
