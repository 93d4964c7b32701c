"""The parts of what an item says: what each is called, its words, and how an editor changes them.

A message that only tells an item's number sends whoever reads it through everything that is said of it. So each part
has the command that changes it::

    the caption of item 10     tamizdat publish release 10 --caption TEXT
    the note of person 31      tamizdat people set 31 note=TEXT
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tamizdat.statements import derived
from tamizdat.statements.derived import Item
from tamizdat.statements.transcribed import Track

TRANSLATE: Final = "propose other words on its page for translators in the workbench, and have them approved"
CREDIT: Final = "whoever goes by it chooses another in the workbench, under Account"
TAKE_BACK: Final = "'tamizdat publish withdraw {}'"
OF_THE_DESK: Final = (
    "no command does. It was chosen with 'tamizdat setup desk --name', and every edition says it; only a new desk can "
    "have another"
)


class Part(NamedTuple):
    """What it is, its words, and how they are changed; empty if it is not known."""

    what: str
    words: str
    remedy: str = ""


def parts_of(item: Item) -> Iterator[Part]:
    """Yield the parts of an item's statement that somebody wrote, but for what the author of a post did."""
    number = item.number
    if isinstance(item, derived.Footage):
        for member in ("title", "caption", "alt"):
            yield Part(
                f"the {'description (alt)' if member == 'alt' else member} of item {number}",
                getattr(item, member),
                f"'tamizdat publish release {number} --{member} TEXT'",
            )
        yield from _of_tracks(item.tracks or (), number)
    elif isinstance(item, derived.Person):
        yield from _of_person(item)
    elif isinstance(item, derived.Post):
        yield from _of_post(item)
    else:
        yield from _of_story(item)


def _of_person(item: derived.Person) -> Iterator[Part]:
    said, number = item.told, item.number
    for member in ("name", "age", "place", "school", "note"):
        yield Part(
            f"the {member} of person {number}", getattr(said, member), f"'tamizdat people set {number} {member}=TEXT'"
        )
    for language, name in said.names.items():
        remedy = f"'tamizdat people set {number} name:{language}=TEXT'"
        yield Part(f"the name of person {number} ({language})", name, remedy)


def _of_post(item: derived.Post) -> Iterator[Part]:
    number = item.number
    remedy = f"'tamizdat publish release {number} --tag WORD', once for each that stays; --tag '' for none"
    yield Part(f"the tags of post {number}", "\n".join(item.tags), remedy)
    for at, picture in enumerate(item.pictures, 1):
        remedy = f"'tamizdat publish release {number} --alt TEXT', once for each picture, in their order"
        yield Part(f"the description (alt) of picture {at} of post {number}", picture.alt, remedy)
        yield from _of_tracks(picture.tracks or (), number)
    for each in item.translations:
        where = f"the translation of post {number} ({each.language})"
        yield Part(where, each.target, TRANSLATE)
        yield Part(f"a note on {where}", "\n".join(each.notes), TRANSLATE)
        yield Part(f"a name under {where}", f"{each.credit}\n{each.reviewer}", CREDIT)
    account = "\n".join((item.voice.name, item.voice.handle, item.voice.id, item.url, item.post))
    yield Part(f"the account or the address of post {number}", account, TAKE_BACK.format(number))


def _of_tracks(tracks: tuple[Track, ...], number: int) -> Iterator[Part]:
    """Yield the parts of subtitles: first those in the language that is spoken, then translations of these."""
    for at, each in enumerate(tracks):
        where = f"the subtitles of {number} ({each.language})"
        spoken = (
            f"'tamizdat transcript export {number} FILE.srt'; change them, and propose them on the clip's page in the "
            f"workbench, or with 'transcript add {number} FILE.srt --language {each.language} --account NAME'"
        )
        words = "\n".join(f"{cue.speaker}\n{cue.text}" for cue in each.cues)
        yield Part(where, words, TRANSLATE if at else spoken)
        yield Part(f"a name under {where}", f"{each.credit}\n{each.reviewer}", CREDIT)


def _of_story(item: derived.PublishedStory) -> Iterator[Part]:
    number = item.number
    remedy = (
        f"'tamizdat story show {number} FILE.md', change it, 'tamizdat story add FILE.md --story {number}', "
        f"'tamizdat story release {number}'"
    )
    yield Part(f"the story {number}", item.told.words, remedy)
    yield Part(f"who wrote the story {number}", item.told.credit, remedy)
    for each in item.translations:
        where = f"the translation of story {number} ({each.language})"
        yield Part(where, each.words, TRANSLATE)
        yield Part(f"a name under {where}", f"{each.credit}\n{each.reviewer}", CREDIT)
