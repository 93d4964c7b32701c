"""The reading of names: which recordings read whose name, the sound that they are joined to, and the pages of it.

::

    item N reads    of a recording: the person is one of this edition; that the name is read, and with consent, is the
                    desk's word
    reading         of a whole site: reading/reading.mp4 is what the published recordings give, joined in the order of
                    the wall (:mod:`.joined_sound`), and the pages tell every name at its second, and who is missing

The order of the wall is that of the numbers of people; of several recordings of one name, that of their own. A page
says by ``data-said`` what it tells. Those in ``reading/``, ``reading/2/`` … of a language, and after them those in
``reading/missing/``, ``reading/missing/2/`` …, tell everybody, first who is read::

    <span data-said="reads 77 0 1322">王小明</span>      in recording 77, from and to in milliseconds
    <span data-said="unread 32">李四</span>              nobody has read this name yet
"""

import hashlib
from functools import partial
from itertools import chain, count
from typing import Final

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement, CheckFailed
from tamizdat.ledger.shapes import shown
from tamizdat.statements.derived import SOUND, Footage, Item, Person
from tamizdat.statements.derived import read as read_item
from tamizdat.verifying.evidence import Evidence, needed
from tamizdat.verifying.joined_sound import cues, frames_of, joined
from tamizdat.verifying.page_text import said_on
from tamizdat.verifying.report import Verdict

FOLDER: Final = "reading/"
MISSING: Final = f"{FOLDER}missing/"
JOINT: Final = f"{FOLDER}reading.mp4"

Recording = tuple[int, str]  #: its number, and the SHA-256 of its sound
Said = list[tuple[str, str]]


def judge_reads(evidence: Evidence, name: str, item: Item | None) -> None:
    """Judge the link *name* ``reads`` of a recording in which somebody's name is read."""
    if not isinstance(item, Footage) or item.reads is None:
        return
    with evidence.report.link(f"{name} reads", name) as claim:
        if item.kind != SOUND:
            raise BadStatement(f"Expected a sound in which a name is read, found a {item.kind}.")
        evidence.named_rightly([item.reads.stated])
        whose = item.reads.person
        if evidence.above and not isinstance(_item(evidence, whose), Person):
            raise BadStatement(f"Expected a person of this edition whose name is read, found item {whose}.")
        claim.say(
            f"That it reads the name of person {whose}, and that who speaks consented to be heard, is the desk's word.",
            Verdict.VOUCHED,
        )


def judge_reading(evidence: Evidence) -> None:
    """Judge the link ``reading`` of a whole site that has one, or whose items say that it should."""
    every_language = [each for each in evidence.folder.languages() if evidence.folder.has(f"{each}index.html")]
    below = [each for each in evidence.folder.languages() if evidence.folder.has(f"{each}{FOLDER}index.html")]
    is_read = any(each.name.endswith(" reads") for each in evidence.report.links)
    if not below and not evidence.folder.has(JOINT) and not is_read:
        return
    pages = {each: _pages(evidence, each) for each in below}
    unchanged = not any(map(evidence.folder.is_new, [JOINT, *chain(*pages.values())]))
    if evidence.only is not None and set(below) >= set(every_language) and unchanged:
        return  # its publisher has checked them before
    with evidence.report.link("reading", "items") as claim:
        if lacking := [each for each in every_language if each not in below]:
            raise CheckFailed(
                f"Expected {lacking[0]}{FOLDER}index.html, for names are read in recordings of this site, found no such"
                " file."
            )
        people, recordings = _gathered(evidence)
        every = [(person, each) for person in sorted(people) for each in sorted(recordings.get(person, []))]
        reads = [partial(_sound, evidence, *each) for _, each in every]
        frames = [frames_of(each())[0] for each in reads]
        if every or evidence.folder.has(JOINT):
            state = hashlib.sha256()
            for piece in joined(reads, frames):
                state.update(piece)
            if difference := evidence.folder.difference(JOINT, state.hexdigest()):
                raise CheckFailed(difference)
        heard: dict[int, Said] = {}
        for (person, (number, _)), (start, end) in zip(every, cues(list(map(len, frames))), strict=True):
            heard.setdefault(person, []).append((f"reads {number} {start} {end}", people[person]))
        expected = [said for each in sorted(heard) for said in heard[each]]
        expected += [(f"unread {each}", people[each]) for each in sorted(people.keys() - heard.keys())]
        for language, paths in pages.items():
            found = [said for path in paths for said in said_on(evidence.folder.read(path))]
            if found != expected:
                _tell_apart(f"{language}{FOLDER}", expected, found)
        claim.say(
            f"Joined of the published recordings in the order of the wall (recordings: {len(every)}, names:"
            f" {len(heard)}). The pages tell each at its second, and the names that nobody has read yet"
            f" ({len(people) - len(heard)})."
        )


def _pages(evidence: Evidence, below: str) -> list[str]:
    """Return the paths of the pages in one language, in order."""
    found = list[str]()
    for folder in (f"{below}{FOLDER}", f"{below}{MISSING}"):
        for number in count(1):
            path = f"{folder}{number}/index.html" if number > 1 else f"{folder}index.html"
            if not evidence.folder.has(path):
                break
            found.append(path)
    return found


def _gathered(evidence: Evidence) -> tuple[dict[int, str], dict[int, list[Recording]]]:
    """Return the name of each person, by number, and by that number the recordings in which it is read."""
    people: dict[int, str] = {}
    recordings: dict[int, list[Recording]] = {}
    for number in needed(evidence.items, "the list of items").digests:
        item = _item(evidence, number)
        if isinstance(item, Person):
            people[number] = item.told.name
        elif isinstance(item, Footage) and item.reads:
            recordings.setdefault(item.reads.person, []).append((number, item.media[0].sha256))
    return people, recordings


def _item(evidence: Evidence, number: int) -> Item:
    return read_item(evidence.item_file(f"items/{number}/").envelope.statement())


def _sound(evidence: Evidence, number: int, digest: str) -> bytes:
    """Return the published sound of a recording. Raises :class:`CheckFailed` for another."""
    path = f"items/{number}/sound.mp4"
    data = evidence.folder.read(path)
    if (found := sha256_hex(data)) != digest:
        raise CheckFailed(f"Expected {path} with the SHA-256 {digest}, found {found}.")
    return data


def _tell_apart(pages: str, expected: Said, found: Said) -> None:
    """Raise :class:`CheckFailed` that names the first that a page tells otherwise."""
    at = next((at for at, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), None)
    at = min(len(expected), len(found)) if at is None else at
    wanted, instead = (shown(" ".join(each[at]) if at < len(each) else "nothing more") for each in (expected, found))
    raise CheckFailed(f"Expected the pages in {pages} to tell {wanted} as no. {at + 1}, found {instead}.")
