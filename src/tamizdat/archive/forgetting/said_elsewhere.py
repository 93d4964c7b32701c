"""What stays and still tells of what goes: the same words, the same bytes, a name that is read aloud.

Nothing of it is touched: somebody else said it, or something that stays needs it. Whoever forgets is told, looks at it,
and forgets it too or not.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.archive.forgetting.blanked_files import MANY
from tamizdat.archive.forgetting.dependents import Dependents
from tamizdat.archive.forgetting.traces import telling_lines
from tamizdat.errors import BadArchive, BadStatement, Forgotten
from tamizdat.statements import captured, read
from tamizdat.statements.catalogued import CataloguedPerson
from tamizdat.statements.observed import Observed
from tamizdat.statements.transcribed import Transcribed
from tamizdat.statements.translated import Translated

Naming = Callable[[Sequence[str]], Callable[[str], bool]]

ROWS: Final = 10_000  #: entries of the ledger whose words are held at a time
MOST_LINES: Final = 50  #: that are looked for, the longest
LEAST_NAME: Final = 6  #: bytes of a person's name that is looked for anywhere: two Chinese characters
LEAST_WORD: Final = 2  #: letters of one that is looked for as a whole word, as it is written
_LETTER: Final = r"[^\W\d_\u2e80-\uffff]"  #: of a script that parts words
POSTS: Final = "posts"
#: tables of the index with words: the number that is told, by what versions of one are put together, the words
_WORDS: Final = (
    (POSTS, "max(number)", "post", "text || char(10) || coalesce(summary, '')"),
    ("translated", "max(number)", "post, language", "target"),
    ("transcribed", "max(number)", "clip, language", "words"),
    ("composed", "coalesce(story, number)", "coalesce(story, number)", "words"),
    (
        "people",
        "person",
        "person",
        "name || char(10) || names || char(10) || coalesce(note, '') || char(10) || known_as || char(10) || elsewhere",
    ),
    (
        "catalogued",
        "item",
        "item",
        "coalesce(title, '') || char(10) || coalesce(caption, '') || char(10) || coalesce(alt, '')",
    ),
    ("terms", "coalesce(term, number)", "coalesce(term, number)", "said"),
    ("walls", "number", "number", "sentence"),
    ("pages", "number", "number", "coalesce(title, '') || char(10) || coalesce(text, '')"),
)


def nobody(names: Sequence[str]) -> Callable[[str], bool]:
    """Return the question whether a text has one of the *names* in another form: none has."""
    return lambda text: False


def say_the_same(archive: Archive, found: Dependents, naming: Naming = nobody) -> Iterator[tuple[str, int]]:
    """Yield what stays and says a line of what goes, or names a person who goes: the table it is in, and its number.

    A name is found as it is written; *naming* gives the question, of names, whether a text has one in another form.
    """
    lines, names = set[str](), set[str]()
    for number in [*found.versions[:MANY], *found.worded[:MANY]]:
        with suppress(BadStatement, BadArchive, Forgotten):
            match said := read(archive.statement(number)):
                case Observed():
                    post = archive.observed(number).post
                    for words in (post.summary, post.text, *(each.text for each in post.choices)):
                        lines |= telling_lines(words)
                case Translated():
                    lines |= telling_lines(said.target)
                case Transcribed():
                    for cue in said.cues:
                        lines |= telling_lines(cue.text)
                case CataloguedPerson():
                    names |= {said.entry.name, *said.entry.names.values(), *(said.entry.known_as or ())}
    wanted = sorted(lines, key=len)[-MOST_LINES:]
    short = [each for each in names if len(each) >= LEAST_WORD and len(each.encode()) < LEAST_NAME]
    wanted += sorted(each for each in names if len(each.encode()) >= LEAST_NAME)
    telling = re.compile("|".join((*map(re.escape, wanted), *(_as_a_word(each) for each in sorted(short)))))
    asked = [*wanted, *short]
    for table, shown, one, text in _WORDS if asked else ():
        says_it = " OR ".join([f"instr({text}, ?)"] * len(asked))
        question = f"SELECT {shown}, group_concat({text}, char(10)) FROM {table} WHERE {says_it} GROUP BY {one}"  # noqa: S608 -- tables of ours
        for number, found_in in archive.index.ask(question, *asked):
            if int(str(number)) not in found.entries and telling.search(str(found_in)):
                yield table, int(str(number))
    if names:
        yield from _named(archive, found, naming(sorted(names)))


def _named(archive: Archive, found: Dependents, is_named: Callable[[str], bool]) -> Iterator[tuple[str, int]]:
    """Yield likewise what stays and names somebody, some rows at a time: all words of all posts are looked at."""
    for table, shown, one, text in _WORDS:
        rows = f"SELECT number, {text} FROM {table} WHERE number >= ? AND number < ?"  # noqa: S608 -- tables of ours
        same = f"({one}) = (SELECT {one} FROM {table} WHERE number = ?)"  # noqa: S608 -- tables of ours
        told = f"SELECT {shown} FROM {table} WHERE {same}"  # noqa: S608 -- likewise
        for first in range(0, archive.size, ROWS):
            for number, words in archive.index.ask(rows, first, first + ROWS):
                if is_named(str(words)):
                    [(which,)] = archive.index.ask(told, number)
                    if int(str(which)) not in found.entries:
                        yield table, int(str(which))


def _as_a_word(name: str) -> str:
    return f"(?<!{_LETTER}){re.escape(name)}(?!{_LETTER})"


def with_the_same_bytes(archive: Archive, found: Dependents) -> Iterator[int]:
    """Yield what stays and has the bytes of a file that goes: items, files, posts that show it."""
    stay, shown = set[int](), set(found.files)
    for version in found.versions:
        asked = archive.index.ask("SELECT capture FROM media WHERE number = ? AND capture IS NOT NULL", version)
        shown |= {int(str(capture)) for (capture,) in asked}
    for entry in sorted(shown):  # those too that another post keeps here: a card may have the same picture
        with suppress(BadStatement, Forgotten):
            about = set(archive.index.about(archive.capture(entry).original)) - found.entries
            stay |= {other for other in about if archive.statement(other).act == captured.ACT}
    for capture in sorted(stay):
        posts = archive.index.ask(
            "SELECT min(number) FROM posts WHERE post IN (SELECT post FROM posts JOIN media USING (number) WHERE "
            "media.capture = ?) GROUP BY post",
            capture,
        )
        yield from {int(str(post)) for (post,) in posts} - found.entries or {capture}


def recordings_left(archive: Archive, found: Dependents) -> Iterable[int]:
    """Return the recordings that stay in which the name of a person who goes is read."""
    return {archive.instead_of(each) for each in found.recordings} - found.entries
