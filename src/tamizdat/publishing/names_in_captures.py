"""Withheld names in captured web pages, which are given out whole: looked for as in what the desk says.

Others wrote these pages, so nothing is refused: whoever gives one out is told of each name and decides. A short name is
looked for in the words of a page, its tags, addresses and scripts (:mod:`.leaks.page_words`); among the letters of a
program any two stand.
"""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.publishing.leaks.file_words import FileWords, Text
from tamizdat.publishing.leaks.names import is_looked_for_everywhere, withheld_now
from tamizdat.publishing.leaks.names_in_bytes import NamesInBytes
from tamizdat.publishing.leaks.page_words import (
    texts_of,
    words_of_address,
    words_of_json,
    words_of_page,
    words_of_script,
)  # fmt: skip
from tamizdat.statements.catalogued import Release

_MARKUP: Final = re.compile(r"(?:application|text|image)/(?:[a-z0-9.-]+\+)?(?:html|xml)|image/svg.*")
_JSON: Final = re.compile(r"(?:application|text)/(?:[a-z0-9.-]+\+)?(?:json|ndjson|jsonl|json5|x-ndjson)")
_SCRIPT: Final = re.compile(r"(?:application|text)/(?:x-)?(?:css|javascript|ecmascript)")
_TEXT: Final = re.compile(r"|text/.*|application/(?:http|warc-fields|x-www-form-urlencoded|x-subrip)|message/.*")


class NamesInCaptures:
    """The names of all who are not shown, and those by which others are not, for a search of captured bytes."""

    def __init__(self, archive: Archive) -> None:
        self._shown = {each.number for each in archive.index.people.all(Release.PUBLIC)}
        self._search = withheld_now(archive)
        self._names = NamesInBytes(self._search)
        self._known, self._is_cut = set[int](), False  #: where something is first is told, and not where else

    def __call__(self, data: bytes, media_type: str = "", charset: str = "") -> Iterator[str]:
        """Yield what is told of each name that was not met before and stands in *data*; without a type it is a head."""
        if not self._search.names:
            return
        kinds = (_MARKUP, _JSON, _SCRIPT, _TEXT)
        kind = next((each for each in kinds if each.fullmatch(media_type)), None)
        markup, is_json, script, plain = (kind is each for each in kinds)
        if kind is None:
            file = FileWords(io.BytesIO(data))
            for held in file:
                yield from self._told(self._names.found(held))
            if (file.is_cut or self._names.is_cut) and not self._is_cut:
                self._is_cut = True
                yield "a part that nobody searched for withheld names, for it is too large, locked or damaged"
            return
        for text in texts_of(data, media_type, charset):
            yield from self._found(text, plain)
            said = words_of_page(text) if markup else words_of_json(text) if is_json else ()
            for words in (*said, words_of_script(text)) if script else said:
                yield from self._found(words, True)
            if plain:
                yield from self._found(words_of_address(text), True)

    def _found(self, text: str, words: bool) -> Iterator[str]:
        """Yield what is told of each name in a text; of short ones if these are the *words* of somebody."""
        found = self._names.found(Text(text))
        yield from self._told(
            number for number in found if words or is_looked_for_everywhere(self._search.names[number].text)
        )

    def _told(self, found: Iterable[int]) -> Iterator[str]:
        for number in sorted({*found} - self._known):
            name = self._search.names[number]
            self._known.add(number)
            is_shown = name.person in self._shown
            whose = "a name by which they are not shown of" if is_shown else "the name of"
            yield f"{whose} person {name.person}{'' if is_shown else ', who is not released'} ({name.text})"
