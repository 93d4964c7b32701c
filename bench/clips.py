"""Clips: how long publishing one takes beside plain ffmpeg, finding what is said, opening the timeline of an hour.

    .venv/bin/python bench/clips.py [publish|search|timeline]

*publish*: a clip of 1080p with sound, made anew and its renditions made of it, in the box and looked at; beside ffmpeg
with the same settings, which writes the same files: the clip, a frame in two sizes, then from the clip what stands
beside it. *search*: the site's search over 1,000 transcripts of 200 cues in two languages, from a disk, in Chromium;
from the question to the first hit on the page, with nothing loaded and with all. *timeline*: the workbench's timeline
of a clip of an hour with 1,000 cues in Chromium, from the click until cues and wave form are drawn. Each is told with
the load average that it was taken at.
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from playwright.sync_api import sync_playwright

from support.sample_site import content, file, reference, write
from support.served_room import Served, sign_in
from support.transcribing_desk import capture, transcribe
from tamizdat.archive.acts.items import catalogue
from tamizdat.footage.contact_sheet import Sheet
from tamizdat.footage.decode import clip as settings
from tamizdat.footage.decode import rendition
from tamizdat.footage.decode.box import BOXES
from tamizdat.footage.decode.ffmpeg import fit
from tamizdat.footage.decode.mix import ENCODED
from tamizdat.footage.probe import CLIP
from tamizdat.footage.reencode import remake
from tamizdat.footage.renditions import make_renditions
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.statements.catalogued import NOBODY, CataloguedItem, Release
from tamizdat.statements.derived import Footage, Track
from tamizdat.statements.transcribed import Cue
from tamizdat.workbench.content.levels import levels_of

CHROMIUM = "/usr/bin/chromium"
SECONDS = 5  #: of the clip that is published
CLIPS, CUES = 1000, 200
HOUR = 3600
TURNS = 3
WORDS = (
    "school", "list", "names", "police", "morning", "gate", "children", "father", "street", "answer", "court", "letter",
    "water", "night", "nobody", "knows", "why", "they", "closed", "it", "again", "this", "year", "stood", "dark",
)  # fmt: skip


def ffmpeg(*arguments: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


def publish(folder: Path) -> None:
    source = folder / "source.mp4"
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=1920x1080:rate=25:duration={SECONDS}", "-f", "lavfi", "-i",
           f"sine=frequency=300:duration={SECONDS}", "-c:v", "libx264",
           "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac", source)  # fmt: skip
    ours, theirs = list[tuple[float, float]](), list[tuple[float, float]]()

    def publish_one(turn: int) -> None:
        out = folder / f"ours-{turn}"
        (out / "renditions").mkdir(parents=True)
        [made, *_] = remake(source, CLIP, out)
        make_renditions(made, out / "renditions")
        BOXES.close()  # the processor time of a box is counted when it has ended

    for turn in range(TURNS):
        ours.append(taken(lambda: publish_one(turn)))  # noqa: B023 -- called at once
        theirs.append(taken(lambda: plain(source, folder / f"theirs-{turn}")))  # noqa: B023
        told = ", ".join(f"{each[-1][0]:.1f} s ({each[-1][1]:.2f} CPU s)" for each in (ours, theirs))
        print(f"  turn {turn + 1}: ours, ffmpeg: {told}; load {os.getloadavg()[0]:.0f}", flush=True)
    print(f"{SECONDS} s of 1080p, median of {TURNS}, load average {os.getloadavg()[0]:.0f}:")
    for what, at in (("time", 0), ("processor time", 1)):
        mine, plainly = (statistics.median(each[at] for each in runs) for runs in (ours, theirs))
        speed = f"{SECONDS / mine:.2f} min a minute" if at == 0 else ""
        print(f"  {what:15} {mine:6.2f} s beside {plainly:6.2f} s: {mine / plainly:.2f} (aim 1.1) {speed}")


def taken(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds, and processor seconds of this process and of what it started and what ended."""

    def used() -> float:
        every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(each.ru_utime + each.ru_stime for each in every)

    begun, before = time.perf_counter(), used()
    work()
    return time.perf_counter() - begun, used() - before


def plain(source: Path, out: Path) -> None:
    """The same files by ffmpeg alone, with our settings and nothing around them."""
    out.mkdir()
    clip, sheet = out / "clip.mp4", Sheet(SECONDS)
    ffmpeg(
        "-i",
        source,
        "-map",
        "0:V:0",
        *settings._VIDEO,
        "-vf",
        fit(1920),
        "-map",
        "0:a:0",
        *ENCODED,
        *settings.NOTHING_ELSE,
        clip,
    )
    for name, longest in (("poster", 1920), ("small", 720)):
        ffmpeg(
            "-ss", SECONDS / 10, "-i", clip, "-frames:v", "1", "-vf", fit(longest), "-update", "1", out / f"{name}.jpg"
        )
    rows = -(-sheet.frames // sheet.columns)
    every = rf"fps={2 * sheet.frames}/{SECONDS}:round=up:start_time=0,select=mod(n\,2)"
    cells = f"{every},{fit(240)},tile={sheet.columns}x{rows}"
    ffmpeg("-i", clip, "-filter_complex", f"[0:v]split[a][b];[a]{fit(426)}[small];[b]{cells}[sheet]", "-map", "[small]",
           *rendition._SMALL_VIDEO, "-map", "0:a:0", *rendition._SMALL_SOUND, *settings.NOTHING_ELSE, out / "small.mp4",
           "-map", "[sheet]", "-frames:v", "1", "-update", "1", out / "sheet.jpg",
           "-map", "0:a:0", *settings.as_samples(), out / "levels")  # fmt: skip


def search(folder: Path) -> None:
    dice = random.Random(7)
    items = []
    for number in range(CLIPS):
        tracks = []
        for language in ("zh", "en"):
            cues = tuple(
                Cue(
                    9000 * at,
                    9000 * at + 8000,
                    "",
                    sentence(dice, language) + (" Tangshan" if at == number % CUES else ""),
                )
                for at in range(CUES)
            )
            tracks.append(
                Track(language, f"track.{language}.vtt", cues, "", "", "2026-11-24", reference(1), (reference(2),))
            )
        files, media = zip(*(file(name, b"") for name in ("clip.mp4", "poster.jpg", "small.jpg")), strict=True)
        items.append(Footage(3 * number, reference(3 * number), "clip", f"Clip {number}", "", "", "en", "", files,
                             "2026-11-20", media, tracks=tuple(tracks)))  # fmt: skip
    begun = time.perf_counter()
    site = write(folder / "site", content(items=tuple(items)))
    size = sum(each.stat().st_size for each in (site / "search").rglob("*.js"))
    took = time.perf_counter() - begun
    print(f"{CLIPS:,} transcripts of {CUES} cues in two languages: {took:.0f} s, {size / 1e6:.0f} MB")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for query in ("tangshan", "nobody knows why", "学校", "children court water"):
            first, again = list[float](), list[float]()
            for _turn in range(5):
                page = browser.new_page()
                page.goto((site / "search/index.html").as_uri())
                for times in (first, again):
                    times.append(page.evaluate(_ASK, query))
                hits = page.locator("#search-count").inner_text()
                page.close()
            print(f"  {query:24} {statistics.median(first):6.0f} ms, again {statistics.median(again):6.0f} ms; {hits}")
        browser.close()


#: from the event that typing ends with until the first hit stands on the page
_ASK = """async (query) => {
  document.getElementById("query").value = query;
  document.getElementById("search-found").replaceChildren();
  const begun = performance.now();
  const hit = new Promise((done) => new MutationObserver((_, seen) => { seen.disconnect(); done(); })
    .observe(document.getElementById("search-found"), { childList: true }));
  document.getElementById("search").requestSubmit();
  await hit;
  return performance.now() - begun;
}"""


def sentence(dice: random.Random, language: str) -> str:
    if language == "zh":
        return "".join(
            dice.choices("学校名单警察早上孩子父亲街道回答法院信水夜晚没有人知道为什么", k=dice.randint(8, 20))
        )
    return " ".join(dice.choices(WORDS, k=dice.randint(5, 12)))


def timeline(folder: Path) -> None:
    clip = folder / "hour.mp4"
    ffmpeg("-f", "lavfi", "-i", f"testsrc=size=64x48:rate=1:duration={HOUR}", "-f", "lavfi", "-i",
           f"anullsrc=duration={HOUR}", "-pix_fmt", "yuv420p", "-c:a", "aac", clip)  # fmt: skip
    served = Served(folder / "room")
    try:
        archive, key = served.room.archive, served.room.bench.key
        number = capture(archive, key, clip.read_bytes())
        catalogue(archive, key, CataloguedItem(number, release=Release.PUBLIC, covering=NOBODY, alt="An hour"))
        item = archive.index.item(number)
        assert item
        copy = BareCopies(archive).make(item.original, CLIP)["clip.mp4"]
        begun = time.perf_counter()
        levels_of(copy)
        print(f"levels of an hour, once: {time.perf_counter() - begun:.1f} s")
        dice = random.Random(7)
        cues = tuple(Cue(3600 * at, 3600 * at + 3000, "", sentence(dice, "en")) for at in range(1000))
        transcribe(archive, key, number, cues=cues)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page()
            sign_in(page, served, "translator")
            took = [opening(page, f"{served.address}/clips/{number}") for _turn in range(5)]
            each = ", ".join(f"{one:.0f}" for one in took)
            print(f"timeline of an hour with 1,000 cues: {each} ms, load {os.getloadavg()[0]:.0f}")
            browser.close()
    finally:
        served.stop()
        served.room.close()


#: waits, frame by frame, until the cues stand there and the canvas shows more than its paper
_DRAWN = """() => new Promise((done) => {
  const look = () => {
    const wave = document.getElementById("wave");
    const drawn = wave && !wave.hidden && wave.width ? wave.getContext("2d") : null;
    const pixels = drawn ? drawn.getImageData(0, 0, wave.width, wave.height).data : [];
    if (document.querySelectorAll("#cues textarea").length === 1000 && new Set(pixels).size > 2) done();
    else requestAnimationFrame(look);
  };
  look();
})"""


def opening(page: object, address: str) -> float:
    """Milliseconds from the click until cues and wave form are drawn."""
    begun = time.perf_counter()
    page.goto(address, wait_until="domcontentloaded")  # type: ignore[attr-defined]
    page.evaluate(_DRAWN)  # type: ignore[attr-defined]
    return 1000 * (time.perf_counter() - begun)


def main(asked: Sequence[str]) -> None:
    for name, part in (("publish", publish), ("search", search), ("timeline", timeline)):
        if not asked or name in asked:
            with tempfile.TemporaryDirectory() as folder:
                part(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
