r"""A story as plain text, to be written in any editor, and the way back.

::

    # A list
    language: en
    credit: Robin

    ## The first day

    They asked for names.

    {41 0:01 - 0:09}

    {57}

    {map}
    Beichuan: 31.83, 104.46

    {wall}

Pieces are parted by empty lines. ``{57}`` is what has this number, ``{41 0:01 - 0:09}`` a part of a clip or sound. A
paragraph that begins with ``#`` or ``{`` has a backslash before it.

>>> told = read_text("# A list\nlanguage: en\n\n## One\n\nThey asked.\n\n{57}\n")
>>> told.title, [each.kind for each in told.chapters[0].elements]
('A list', ['prose', 'item'])
>>> read_text(written_text(told)) == told
True
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from tamizdat.errors import BadEncoding, UsageError
from tamizdat.ledger.shapes import members_of
from tamizdat.statements.composed import (
    GAP,
    ITEM,
    MAP,
    PROSE,
    STORY_FORM,
    WALL,
    Chapter,
    Element,
    Map,
    Place,
    Plain,
    Prose,
    Shown,
    Story,
)
from tamizdat.text.excerpt import shorten
from tamizdat.transcripts import clock

_BLOCKS: Final = re.compile(r"\n(?:[ \t]*\n)+")
_ITEM: Final = re.compile(r"\{(\d{1,15})(?: +([\d:.,]+) *[-–] *([\d:.,]+))?\}", re.ASCII)
_PLACE: Final = re.compile(r"(.+?): *(-?[\d.]+) *, *(-?[\d.]+)", re.ASCII)
EXCERPT: Final = 40  #: columns of what is repeated of a line
_FACT: Final = re.compile(r"(language|credit): *(.*)")


def read_text(text: str) -> Story:
    """Read a story from its text.

    Raises :class:`UsageError`, which names the line.
    """
    chapters: list[tuple[str, list[Element]]] = []
    head: tuple[str, str, str] | None = None
    for line, block in _blocks(text):
        if head is None:
            head = _head(line, block)
        elif block.startswith("## "):
            chapters.append((_one_line(line, block[3:]), []))
        elif block == "##":
            raise UsageError(
                f"Line {line}: expected a chapter's title, found none. Write one, or take the chapter out."
            )
        elif not chapters:
            raise UsageError(
                f"Line {line}: expected the first chapter, like '## The first day', found "
                f"{shorten(block, EXCERPT)!r}. Begin a chapter before it."
            )
        else:
            _add(chapters[-1][1], line, block)
    if head is None:
        raise UsageError("Expected a story that begins with its title, like '# A list', found an empty text.")
    title, language, credit = head
    return Story(title, language, credit, tuple(Chapter(name, tuple(elements)) for name, elements in chapters))


def written_text(story: Story) -> str:
    """Return the text from which :func:`read_text` reads the story; prose that follows prose becomes one element."""
    head = [f"# {story.title}", f"language: {story.language}"] + ([f"credit: {story.credit}"] if story.credit else [])
    blocks = ["\n".join(head)]
    for chapter in story.chapters:
        blocks.append(f"## {chapter.title}")
        blocks += (block for each in chapter.elements for block in _written(each))
    return GAP.join(blocks) + "\n"


def read_document(text: str) -> Story:
    """Read a story from its JSON, as a statement says it.

    Raises :class:`UsageError`.
    """
    try:
        return STORY_FORM(json.loads(text))
    except json.JSONDecodeError as error:
        raise UsageError(
            f"Expected a story as JSON, found none from line {error.lineno}, column {error.colno} on. 'tamizdat story "
            "--help' shows a story as text."
        ) from error
    except (ValueError, RecursionError, BadEncoding) as error:
        raise UsageError(f"Expected a story as JSON. {error}") from error


def written_document(story: Story) -> str:
    """Return the JSON from which :func:`read_document` reads the story."""
    return json.dumps(members_of(story), ensure_ascii=False, indent=1) + "\n"


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield each piece between empty lines, with the number of its first line."""
    text, at = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"), 0
    for block in _BLOCKS.split(text):
        line = text.count("\n", 0, at := text.index(block, at)) + 1
        if words := block.strip():
            yield line + (len(block) - len(block.lstrip("\n"))), words
        at += len(block)


def _head(line: int, block: str) -> tuple[str, str, str]:
    first, *facts = block.split("\n")
    if not first.startswith("# "):
        raise UsageError(
            f"Line {line}: expected the title, like '# A list', found {shorten(first, EXCERPT)!r}. Begin with one."
        )
    if not first[2:].strip():
        raise UsageError(f"Line {line}: expected a title of the story, found none. Write one.")
    said = {"language": "", "credit": ""}
    for at, each in enumerate(facts, line + 1):
        found = _FACT.fullmatch(each.strip())
        if found is None:
            raise UsageError(f"Line {at}: expected 'language: en' or 'credit: NAME' below the title, found neither.")
        said[found[1]] = found[2].strip()
    if not said["language"]:
        raise UsageError(f"Line {line}: expected 'language: en', or another tag, below the title, found none.")
    return first[2:].strip(), said["language"], said["credit"]


def _one_line(line: int, title: str) -> str:
    if "\n" in title:
        raise UsageError(f"Line {line}: expected an empty line below the chapter's title, found none.")
    return title.strip()


def _add(elements: list[Element], line: int, block: str) -> None:
    if not block.startswith(("{", "#")):
        words = block[1:] if block.startswith(("\\{", "\\#", "\\\\")) else block
        if elements and isinstance(elements[-1], Prose):
            elements[-1] = Prose(PROSE, f"{elements[-1].text}{GAP}{words}")
        else:
            elements.append(Prose(PROSE, words))
    elif block == "{wall}":
        elements.append(Plain(WALL))
    elif block.startswith("{map}"):
        elements.append(Map(MAP, tuple(_place(at, each) for at, each in enumerate(block.split("\n")[1:], line + 1))))
    elif found := _ITEM.fullmatch(block):
        start, end = (None if each is None else clock.parsed(each) for each in found.group(2, 3))
        if found[2] is not None and (start is None or end is None or end <= start):
            raise UsageError(f"Line {line}: expected a part like {{41 0:01 - 0:09}}, found {block!r}.")
        elements.append(Shown(ITEM, int(found[1]), start, end))
    else:
        raise UsageError(
            f"Line {line}: expected {{57}}, {{41 0:01 - 0:09}}, {{wall}} or {{map}}, found {block[:60]!r}. Put a "
            "backslash before a paragraph that begins so."
        )


def _place(line: int, text: str) -> Place:
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"Line {line}: expected a place like 'Beichuan: 31.83, 104.46', found none.")
    return Place(found[1].strip(), found[2], found[3])


def _written(element: Element) -> Iterator[str]:
    match element:
        case Prose():
            for each in element.text.split(GAP):
                yield f"\\{each}" if each.startswith(("{", "#", "\\")) else each
        case Shown():
            times = (element.start, element.end)
            part = "" if element.start is None else " " + " - ".join(clock.written(each or 0) for each in times)
            yield f"{{{element.item}{part}}}"
        case Map():
            yield "\n".join(["{map}", *(f"{each.name}: {each.north}, {each.east}" for each in element.places)])
        case Plain():
            yield f"{{{element.kind}}}"
