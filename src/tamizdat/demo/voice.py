"""The demonstration's second half: a voice is kept, translated by one person and reviewed by another; names are listed.

Every step is a command, or a form of the workbench, that anyone can use on their own material.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Final, Protocol

from tamizdat.demo import sample_story
from tamizdat.demo.sample_feed import ACCOUNT, write_first, write_second
from tamizdat.demo.sample_names import table
from tamizdat.demo.sample_voices import spoken
from tamizdat.demo.sample_words import NOTES, TARGETS
from tamizdat.demo.two_people import Person, fill_in, workbench
from tamizdat.errors import CheckFailed

LANGUAGES: Final = ("en", "ar", "bo")
SENTENCE: Final = "每个名字都有人在等"


class Command(Protocol):
    """The command ``tamizdat`` as the demonstration runs it: with these words, shown; what it said is returned."""

    def __call__(self, *words: str, expect: int = 0, quiet: bool = False) -> str:
        """Run the command, require the exit code *expect*, and return its standard output."""


class Out(Protocol):
    """Where the demonstration tells what it does: ``tamizdat.cli.console.Out`` is one."""

    def say(self, text: str = "") -> None:
        """Print words for people, with long lines broken."""

    def show(self, text: str) -> None:
        """Print *text* as it is."""


def collect(tamizdat: Command, folder: Path, out: Out) -> None:
    """Collect the account's archive as the platform gave it out in January, and again in March."""
    for name, write in (("january", write_first), ("march", write_second)):
        write(folder / name)
        shutil.make_archive(str(folder / f"linxia-{name}"), "zip", folder / name)
        shutil.rmtree(folder / name)
        tamizdat("collect", f"linxia-{name}.zip", "--home", "desk")
    out.say("\nBetween the two visits one post was edited and two were deleted. All three texts are kept.")


def translate(tamizdat: Command, folder: Path, passphrase: str, out: Out) -> int:
    """Translate posts, a clip and a story with two accounts at the workbench; return the number of the story.

    magpie translates, linden reviews and approves. Raises :class:`CheckFailed` if a language got no reviewed
    translation.
    """
    tamizdat("publish", "release", "--voice", ACCOUNT["username"], "--bytes", "--home", "desk")
    listed = tamizdat("publish", "list", "--json", "--home", "desk", quiet=True)
    gone = [str(each["item"]) for each in map(json.loads, listed.splitlines()) if each.get("state") == "gone"]
    tamizdat("publish", "release", *gone, "--bytes", "--home", "desk")
    invited = [
        _invite(tamizdat, "translator", *LANGUAGES),
        _invite(tamizdat, "reviewer", *LANGUAGES, also="editor"),
    ]
    argv = [sys.executable, "-P", "-m", "tamizdat.cli.main", "desk", "--port", "0", "--home", "desk"]
    out.show("\n$ tamizdat desk --home desk")
    with workbench(argv, str(folder)) as address:
        magpie, linden = Person(address), Person(address)
        for person, name, link in ((magpie, "magpie", invited[0]), (linden, "linden", invited[1])):
            person.join(link, name, passphrase)
            out.say(f"{name} joins with an invitation that works once.")
        magpie.look("/account")
        magpie.send("/account", do="credit", credit="Magpie")
        story = sample_story.compose(tamizdat, folder, linden)
        for language in LANGUAGES:
            _packet(tamizdat, folder, language)
        done = {language: linden.review_all(language) for language in LANGUAGES}
    tamizdat("story", "release", str(story), "--home", "desk")
    out.say(
        "linden, who wrote none of them, reviews and approves at the workbench: "
        + ", ".join(f"{number} into {language}" for language, number in done.items())
        + "."
    )
    if not all(done.values()):
        none = ", ".join(language for language, number in done.items() if not number)
        raise CheckFailed(f"Expected reviewed translations into {', '.join(LANGUAGES)}, found none into {none}.")
    return story


def _invite(tamizdat: Command, role: str, *languages: str, also: str = "") -> str:
    words = ["desk", "invite", "--role", role]
    words += ["--role", also] if also else []
    words += [word for language in languages for word in ("--language", language)]
    said = tamizdat(*words, "--home", "desk", "--json", quiet=True)
    return str(json.loads(said.splitlines()[-1])["invitation"])


def _packet(tamizdat: Command, folder: Path, language: str) -> None:
    """Export a packet, fill it in, and import it."""
    name = f"packet-{language}.xlf"
    tamizdat("translate", "export", name, "--to", language, "--home", "desk", quiet=True)
    every = TARGETS | sample_story.TARGETS
    targets = {source: into[language] for source, into in every.items() if language in into}
    notes = {post_sentence(number): said for (number, spoken), said in NOTES.items() if spoken == language}
    data, _ = fill_in((folder / name).read_bytes(), targets, notes)
    (folder / name).write_bytes(data)
    tamizdat("translate", "import", name, "--account", "magpie", "--home", "desk")


def post_sentence(number: int) -> str:
    """Return the first sentence of a made-up post, where its notes are written."""
    return {9004: "三、所以我们自己数，自己写，自己念。", 9009: "我把名单又抄了一遍。"}[number]


def names(tamizdat: Command, folder: Path, out: Out) -> None:
    """Import the list of people from a table, and choose the sentence their tiles spell."""
    (folder / "names.csv").write_text(table(), encoding="utf-8")
    tamizdat("people", "import", "names.csv", "--home", "desk")
    tamizdat("people", "wall", "--sentence", SENTENCE, "--language", "zh-Hans", "--home", "desk")


def read_aloud(tamizdat: Command, folder: Path, out: Out) -> None:
    """Take in recordings in which two names are read, match them, and tell who is missing."""
    listed = tamizdat("reading", "missing", "--json", "--home", "desk", quiet=True)
    people = [each for each in map(json.loads, listed.splitlines()) if "person" in each]
    chosen = [people[0], people[-1]]
    files = [f"{each['name']}.wav" for each in chosen]
    for file, each, pitch in zip(files, chosen, (210, 140), strict=True):
        (folder / file).write_bytes(spoken(each["name"], pitch))
    taken = re.findall(r"Recording (\d+)", tamizdat("reading", "add", *files, "--home", "desk"))
    for recording, each in zip(taken, chosen, strict=True):
        tamizdat("reading", "match", recording, str(each["person"]), "--consented", "--home", "desk")
    out.say(f"\nNames of the list that nobody has read yet: {len(people) - len(chosen)}. The site tells each of them.")


def one_sentence(tamizdat: Command, folder: Path, root: str, out: Out) -> None:
    """Follow one sentence back to the bytes that were captured, then verify a mirror that changes one word of it."""
    words = TARGETS["今天去了三户人家，警察在楼下等我们。"]["en"]
    page = next(path for path in sorted((folder / "mirror").glob("items/*/index.html")) if words in path.read_text())
    item = page.parent.relative_to(folder / "mirror")
    out.say(f"\nOne sentence, “{words}”, back to the bytes that were captured:")
    tamizdat("verify", f"desk/site/{item}", "--root", root, "--no-memory")
    page.write_text(page.read_text().replace("police were waiting", "neighbours were waiting"))
    out.say("\nThe mirror changes one word of it:")
    tamizdat("verify", f"mirror/{item}", "--root", root, "--no-memory", expect=1)
