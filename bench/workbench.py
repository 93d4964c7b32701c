"""Thirty at work: 30 translators, 3 reviewers and an editor at a workbench of 20,000 posts, in their own pace.

    .venv/bin/python bench/workbench.py [posts [seconds [folder]]]

A desk is made up (20,000 posts by default, as in ``find.py``; 400 of them translated and approved, 120 terms in the
glossary, 300 clips with 50 cues each, 500 people, a story), served by ``tamizdat desk`` in a process of its own, and
used over real connections for 60 seconds. A translator asks for the next post, reads its page, sends each sentence
twice as a script does while somebody types (autosave and check), proposes, and now and then looks at the queue,
*Today*, the search, people, glossary, an item, the clips and the timeline of one. The editor goes through all screens
that only editors have. Between two requests everybody waits 0.4 to 1.6 seconds, so some 25 requests come in a second.

Told are the median and the 95th percentile of each screen, the CPU time of the server and, beside it, of this load
itself, and the most memory the server held; then, by an editor alone, the CPU time of each screen, as the mean of
five looks behind a first. In the end the server is killed (SIGKILL) while everybody types, and every word that was
answered with "saved" or "proposed" is looked for in what is left.
"""

import asyncio
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

from find import text, write_archive

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.transcribing_desk import approve, capture, transcribe
from tamizdat.archive import Archive
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_people
from tamizdat.archive.acts.stories import state_story
from tamizdat.archive.acts.story_text import read_text
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.views.posts import Version
from tamizdat.home.home import ARCHIVE, Home
from tamizdat.home.setup import create_desk
from tamizdat.keys import SigningKey
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport
from tamizdat.statements import translated
from tamizdat.statements.catalogued import NOBODY, CataloguedItem, PersonEntry, Release, TermEntry
from tamizdat.statements.transcribed import Cue
from tamizdat.translation.glossary import state_term
from tamizdat.translation.proposals import propose, review, tag
from tamizdat.translation.queue import waiting, whole_text_of
from tamizdat.translation.segments import segments, segments_of
from tamizdat.translation.transcripts import name_of
from tamizdat.workbench.auth.accounts import Accounts

POSTS = 20_000
SECONDS = 60
TRANSLATORS, REVIEWERS = 30, 3
CLIPS, CUES, PEOPLE = 300, 50, 500
WAITING = 15  #: clips of which a part waits to be translated
LOOKS = 5  #: at a screen, of which the mean is told
PASSPHRASE = "correct horse battery staple"
PAUSE = (0.4, 1.6)  #: seconds
SEARCHED = ["地震", "遇难学生", "四川地震", "school", "children list", "警察", "السجن", "@lin"]


#: what only editors have, and an editor's view of what others have, too
SCREENS = [
    ("publish", "/publish"), ("release", "/publish/release"), ("stamps", "/publish/stamps"), ("export", "/export"),
    ("deliveries", "/deliveries"), ("backups", "/backups"), ("collect", "/collect"), ("cards", "/cards"),
    ("people", "/people"), ("readings", "/readings"), ("stories", "/stories"), ("covers", "/covers"),
    ("clips", "/clips"), ("accounts", "/accounts"), ("glossary", "/glossary"), ("memories", "/glossary/files"),
    ("models", "/models"), ("packets", "/translate/packets"), ("search", f"/search?{urlencode({'q': '地震'})}"),
    ("account", "/account"),
]  # fmt: skip


# -- the desk --------------------------------------------------------------------------------------------------------


def make(folder: Path, posts: int) -> Home:
    """A desk with posts, approved translations, a glossary and accounts."""
    home = create_desk(folder, "desk", b"", 8)
    dice = random.Random(1)
    key = home.keyring.signing["desk"]
    with tempfile.TemporaryDirectory(dir=folder) as exported, Archive.open(folder / ARCHIVE) as archive:
        write_archive(Path(exported), [text(number, dice) for number in range(posts)])
        report = IngestReport()
        export = open_export(Path(exported), report)
        ingest(archive, key, export, recognise(export), datetime(2026, 1, 1, tzinfo=UTC), report)
        export.close()
        for number in range(120):
            words = "".join(dice.choices("地震学校名单警察法院律师监狱水灾校舍孩子", k=3)) + chr(0x4E00 + number)
            state_term(archive, key, TermEntry("zh", (words,), {"en": (f"term {number}",)}, "", "term", False))
        for each in waiting(archive, "en", "translator", limit=400):
            found, _ = segments(whole_text_of(archive, each.version), each.version.language)
            put(archive, key, each.version, len(found))
        film(folder, archive, key, dice)
        archive.search.catch_up()
    accounts = Accounts.open(home)
    for number in range(TRANSLATORS + REVIEWERS + 1):
        accounts.join(
            accounts.invite([role_of(number)], ["en"], date.today()), called(number), PASSPHRASE, date.today()
        )
    return home


def put(archive: Archive, key: SigningKey, version: Version, sentences: int) -> None:
    """An approved translation of a text."""
    by = [tag(bytes([who]) * 32, version.post, "en") for who in (1, 2)]
    said = [f"Sentence {place} of {version.number}." for place in range(sentences)]
    number = propose(archive, key, by[0], version, "en", said, [], "2026-01-02")
    review(archive, key, by[1], number, "reviewed", "2026-01-02")
    review(archive, key, by[1], number, "approved", "2026-01-02")


def translate(archive: Archive, key: SigningKey, clip: int) -> None:
    """An approved translation of what is said in a clip."""
    version = archive.index.texts.versions(name_of(clip))[-1]
    put(archive, key, version, len(segments_of(version, version.text)[0]))


def film(folder: Path, archive: Archive, key: SigningKey, dice: random.Random) -> None:
    """Clips that are released (the first plays), with what is said in them; people; a story of both."""
    real = folder / "real.mp4"
    made = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=6", "-f", "lavfi", "-i", "sine=duration=6"]
    subprocess.run(["ffmpeg", "-v", "error", *made, "-c:v", "libx264", "-c:a", "aac", real], check=True)
    clips = []
    for number in range(CLIPS):
        data = real.read_bytes() if not number else b"\0\0\0\x18ftypmp42" + number.to_bytes(64)
        clips.append(capture(archive, key, data, f"DCIM/{number:04}.MP4"))
        catalogue(archive, key, CataloguedItem(clips[-1], Release.PUBLIC, covering=NOBODY))
        cues = [Cue(3000 * at, 3000 * at + 2500, "", text(dice.randrange(9_000), dice)[:80]) for at in range(CUES)]
        if number % 3 != 2:
            approve(archive, key, transcribe(archive, key, clips[-1], cues))
            if number >= WAITING:
                translate(archive, key, clips[-1])
    real.unlink()
    names = ["".join(dice.choices("李王张刘陈杨黄赵周吴徐孙马朱胡", k=3)) for _ in range(PEOPLE)]
    entries = [
        (None, PersonEntry(name, "zh", age=f"{number % 15}", release="public")) for number, name in enumerate(names)
    ]
    people = state_people(archive, key, entries)
    told = "\n\n".join(
        f"They asked for names, {number}. Nobody answered.\n\n{number}" for number in (*people[:9], *clips[:9])
    )
    state_story(archive, key, read_text(f"# A list\nlanguage: en\n\n## The day\n\n{told}\n"), "draft", "2026-01-02")


def role_of(number: int) -> str:
    """The last one edits, three before review."""
    return "translator" if number < TRANSLATORS else "reviewer" if number < TRANSLATORS + REVIEWERS else "editor"


def called(number: int) -> str:
    """A pseudonym."""
    return f"{role_of(number)}{number}"


@dataclass
class Served:
    """A running workbench."""

    process: subprocess.Popen[str]
    port: int

    @property
    def cpu(self) -> float:
        """Seconds of CPU time it took so far."""
        values = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")

    def begin(self) -> None:
        """The most memory is counted from here on."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    @property
    def megabytes(self) -> float:
        """The most memory it held since."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found
        return int(found[1]) / 1000


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serves the desk's workbench at a free port."""
    command = [str(Path(sys.executable).with_name("tamizdat")), "desk", "--home", str(folder), "--json", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("{") and "port" in (said := json.loads(line)):
                yield Served(process, said["port"])
                return
        raise SystemExit("The workbench did not start.")
    finally:
        process.kill()
        process.wait()


# -- whoever works ---------------------------------------------------------------------------------------------------


@dataclass
class Times:
    """How long each kind of request took, in milliseconds; and which were refused."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    odd: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Visitor:
    """A browser with one connection that is kept."""

    number: int
    port: int
    times: Times
    screens: list[tuple[str, str]] = field(default_factory=list)  #: of an editor
    until: float = 0.0
    cookie: str = ""
    token: str = ""
    saved: dict[tuple[str, int], str] = field(default_factory=dict)  #: acknowledged, by place; "" once proposed
    sent: dict[tuple[str, int], str] = field(default_factory=dict)  #: sent and perhaps not acknowledged
    seen: dict[tuple[str, int], int] = field(default_factory=dict)  #: revisions
    proposed: list[str] = field(default_factory=list)
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def __post_init__(self) -> None:
        self.dice = random.Random(self.number)

    async def ask(
        self, what: str, method: str, path: str, form: dict[str, str] | None = None, script: bool = False
    ) -> str:
        """The body of an answer; of a redirect where it leads."""
        body = urlencode({"form-token": self.token, **form}).encode() if form is not None else b""
        head = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{self.port}", f"cookie: {self.cookie}"]
        head += ["accept: application/json"] if script else []
        head += ["content-type: application/x-www-form-urlencoded", f"content-length: {len(body)}"] if body else []
        begun = time.perf_counter()
        said, reader = await self._sent("\r\n".join([*head, "", ""]).encode() + body)
        length = re.search(r"content-length: (\d+)", said, re.I)
        answer = (await reader.readexactly(int(length[1]))).decode() if length else ""
        status = int(said.split()[1])
        if what:
            self.times.took[what].append(1000 * (time.perf_counter() - begun))
        if status >= 400:
            self.times.odd[f"{what} {status}"] += 1
        if cookie := re.search(r"set-cookie: ([^;]+)", said, re.I):
            self.cookie = cookie[1]
        if token := re.search(r'name="form-token" value="([^"]+)"', answer):
            self.token = token[1]
        leads = re.search(r"^location: (\S+)", said, re.I | re.M)
        return leads[1] if leads else answer

    async def _sent(self, request: bytes) -> tuple[str, asyncio.StreamReader]:
        """The head of the answer; over a new connection where the server closed the one that was kept."""
        kept = self.streams is not None
        reader, writer = self.streams = self.streams or await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            return (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"), reader
        except (asyncio.IncompleteReadError, ConnectionError):
            self.streams = None
            if not kept:
                raise
            return await self._sent(request)

    async def pause(self) -> None:
        """Somebody reads, or types."""
        if time.perf_counter() > self.until:
            raise TimeoutError
        await asyncio.sleep(self.dice.uniform(*PAUSE))

    async def sign_in(self) -> None:
        """Before the time is taken."""
        await self.ask("", "GET", "/sign-in")
        await self.ask("", "POST", "/sign-in", {"name": called(self.number), "passphrase": PASSPHRASE})

    async def work(self) -> None:
        """Until it is enough."""
        try:
            await asyncio.sleep(self.dice.uniform(0, PAUSE[1]))
            await self.ask("today", "GET", "/")
            while True:
                await {"translator": self.translate, "reviewer": self.review, "editor": self.edit}[
                    role_of(self.number)
                ]()
                await self.look_around()
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            return

    async def translate(self) -> None:
        """One post."""
        await self.pause()
        path = (await self.ask("next", "GET", "/translate/next?language=en")).partition("?")[0]
        if not re.fullmatch(r"/translate/\d+/en", path):
            await self.ask("queue", "GET", "/translate?language=en")
            return
        await self.pause()
        page = await self.ask("work page", "GET", path)
        places = [int(each) for each in re.findall(r'name="target-(\d+)"', page)]
        self.seen |= {
            (path, int(place)): int(seen) for place, seen in re.findall(r'name="seen-(\d+)" value="(\d+)"', page)
        }
        for place in places:
            for words in ("The school", f"The school fell, {self.number} and {self.dice.random():.9f} said."):
                await self.pause()
                await self.save(path, place, words)
                await self.ask("check", "POST", f"{path}/checks/{place}", {"target": words}, script=True)
        form = {f"target-{place}": self.sent[path, place] for place in places}
        form |= {f"seen-{place}": str(self.seen[path, place]) for place in places}
        version = re.search(r'name="version" value="(\d*)"', page)
        latest = re.search(r'name="latest" value="(\d*)"', page)
        await self.pause()
        answer = await self.ask(
            "propose", "POST", f"{path}/propose",
            {**form, "notes": "", "version": version[1] if version else "", "latest": latest[1] if latest else ""},
        )  # fmt: skip
        if answer.startswith("/translate"):
            self.proposed.append(form[f"target-{places[0]}"])
            for place in places:
                self.saved.pop((path, place), None)

    async def save(self, path: str, place: int, words: str) -> None:
        """One autosave."""
        self.sent[path, place] = words
        form = {f"target-{place}": words, f"seen-{place}": str(self.seen[path, place])}
        answer = json.loads(await self.ask("autosave", "POST", f"{path}/draft", form, script=True))
        if str(place) in answer.get("revisions", ()):
            self.seen[path, place], self.saved[path, place] = answer["revisions"][str(place)], words

    async def review(self) -> None:
        """One translation of somebody else."""
        await self.pause()
        path = (await self.ask("next", "GET", "/translate/next?language=en")).partition("?")[0]
        if not path.endswith("/review"):
            await self.ask("work page", "GET", path)
            return
        await self.pause()
        page = await self.ask("review page", "GET", path)
        await self.pause()
        latest = re.search(r'name="translated" value="(\d+)"', page)
        form = {"verdict": "reviewed", "translated": latest[1] if latest else "", "note": ""}
        await self.ask("mark reviewed", "POST", path, form)

    async def edit(self) -> None:
        """What an editor looks at: the screens that all have, then two of those that only editors do."""
        for what, path in (("today", "/"), ("queue", "/translate?language=en"), *self.dice.sample(self.screens, 2)):
            await self.pause()
            await self.ask(f"{what} (editor)", "GET", path)

    async def find_screens(self) -> None:
        """The screens of an editor; those of a clip, a story and a post with numbers that this desk has."""
        clips = re.findall(r'href="(/clips/\d+)"', await self.ask("", "GET", "/clips"))
        [story, *_] = re.findall(r'href="(/stories/\d+)"', await self.ask("", "GET", "/stories"))
        clip = min(clips, key=lambda each: int(each.rpartition("/")[2]))
        self.screens = [*SCREENS, ("timeline", clip), ("story board", story), ("story, read", f"{story}/read"),
                        ("cover", f"/items/{clip.rpartition('/')[2]}/cover")]  # fmt: skip

    async def look_around(self) -> None:
        """Now and then another screen."""
        await self.pause()
        match self.dice.randrange(10):
            case 0:
                await self.ask("today", "GET", "/")
            case 1:
                await self.ask("queue", "GET", "/translate?language=en")
            case 2 | 3:
                await self.ask("search", "GET", f"/search?{urlencode({'q': self.dice.choice(SEARCHED)})}")
            case 4:
                await self.ask("people", "GET", "/people")
            case 5:
                await self.ask("glossary", "GET", "/glossary")
            case 6:
                await self.ask("item", "GET", f"/items/{self.dice.randrange(10, 9_000)}")
            case 7:
                await self.ask("account", "GET", "/account")
            case 8:
                clips = re.findall(r'href="(/clips/\d+)"', await self.ask("clips", "GET", "/clips"))
                await self.pause()
                await self.ask("timeline", "GET", self.dice.choice(clips))
            case 9:
                await self.ask("packets", "GET", "/translate/packets")


# -- the report ------------------------------------------------------------------------------------------------------


async def load(server: Served, seconds: float) -> list[Visitor]:
    """Everybody at once; the server is killed when the time is over, in the middle of their work."""
    times = Times()
    everybody = [Visitor(number, server.port, times) for number in range(TRANSLATORS + REVIEWERS + 1)]
    for each in everybody:
        await each.sign_in()
    await everybody[-1].find_screens()
    server.begin()
    cpu, own, begun = server.cpu, time.process_time(), time.perf_counter()
    for each in everybody:
        each.until = begun + seconds + 10
    working = [asyncio.create_task(each.work()) for each in everybody]
    await asyncio.sleep(seconds)
    spent, own, took = server.cpu - cpu, time.process_time() - own, time.perf_counter() - begun
    memory = server.megabytes
    server.process.send_signal(signal.SIGKILL)
    await asyncio.gather(*working)
    total = sum(map(len, times.took.values()))
    print(f"{total:,} requests in {took:.0f} s, {total / took:.1f} a second")
    one = 1000 * spent / total
    print(f"the server: {spent:.1f} CPU s, {100 * spent / took:.0f} % of a core, {one:.1f} ms a request, at most "
          f"{memory:.0f} MB")  # fmt: skip
    print(f"this load: {own:.1f} CPU s, {100 * own / took:.0f} % of a core; load average {os.getloadavg()[0]:.1f}")
    for what, all_of in sorted(times.took.items()):
        ranked = sorted(all_of)
        p95 = ranked[int(0.95 * (len(ranked) - 1))]
        print(f"  {what:<16} {len(ranked):5,} × {statistics.median(ranked):7.0f} ms {p95:7.0f} ms {ranked[-1]:7.0f} ms")
    print(f"refused: {dict(times.odd) or 'nothing'}")
    return everybody


async def alone(server: Served) -> None:
    """What each screen costs an editor who is alone at it."""
    editor = Visitor(TRANSLATORS + REVIEWERS, server.port, Times())
    await editor.sign_in()
    await editor.find_screens()
    for what, path in [("today", "/"), ("queue", "/translate?language=en"), *editor.screens]:
        await editor.ask("", "GET", path)
        cpu = server.cpu
        for _ in range(LOOKS):
            await editor.ask(what, "GET", path)
        took = statistics.median(editor.times.took[what])
        print(f"  {what:<16} {1000 * (server.cpu - cpu) / LOOKS:6.0f} ms of CPU time, {took:6.0f} ms")


async def lost(home: Home, server: Served, everybody: list[Visitor]) -> int:
    """How many words were acknowledged and are shown neither in a draft nor as a translation."""
    with Archive.open(home.folder / ARCHIVE) as archive:
        every = (translated.read(archive.statement(number)) for number in archive.index.by_act(translated.ACT))
        said = {pair.target for each in every for pair in each.segments}
    missing = 0
    for each in everybody:
        missing += sum(words not in said for words in each.proposed)
        each.port, each.streams = server.port, None
        for (path, place), words in each.saved.items():
            page = await each.ask("", "GET", path)
            missing += not ({words, each.sent[path, place]} & said or words in page or each.sent[path, place] in page)
    return missing


def main() -> None:
    """Makes the desk if it is not there, and works at it."""
    given = sys.argv[1:]
    posts = int(given[0]) if given else POSTS
    seconds = float(given[1]) if len(given) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as made:
        folder = Path(given[2]) if len(given) > 2 else Path(made) / "desk"
        home = Home.open(folder, "desk", b"") if folder.exists() else make(folder, posts)
        with served(folder) as server:
            everybody = asyncio.run(load(server, seconds))
        with served(folder) as server:
            print(f"acknowledged and lost by the kill: {asyncio.run(lost(home, server, everybody))}")
            print("alone:")
            asyncio.run(alone(server))


if __name__ == "__main__":
    main()
