"""HTML's tokens, as far as text needs them: start tags, end tags and the words between.

Tags and comments end where browsers end them (HTML Standard, 13.2.5): a comment, or a tag, that nothing closes takes
the rest with it, and ``<![CDATA[x]]>`` is a comment up to the first ``>``. The standard library's ``html.parser`` is
not used for new posts: it raises on some marked sections, takes more than linear time on some unfinished tags, and
reads differently from one Python to the next. Here every character is looked at a bounded number of times: each search
starts where the last one ended, and one that finds nothing ends the reading.

>>> attributes_of(' href="https://a.example/?a=1&amp;b=2" rel=tag hidden')
{'href': 'https://a.example/?a=1&b=2', 'rel': 'tag', 'hidden': ''}
"""

import re
from typing import Final, Protocol

from tamizdat.text.references import resolve_references

MAX_MARKUP: Final = 1 << 20  #: characters; four times what a post may say, so that nobody's words are lost to tags
TAGS: Final = re.compile(r"</?[A-Za-z][^<>]*>|<!--")

_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_NAME: Final = re.compile(r"[A-Za-z][^ \t\r\n\f/>]*")
#: a tag as most are written; what it does not match is read step by step, to the same end
_PLAIN_TAG: Final = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9]*+)((?:[ \t\r\n\f]++[A-Za-z_][A-Za-z0-9_:-]*+(?:=(?:\"[^\"]*+\"|'[^']*+'))?+)*+[ ]?/?)>"
)
_BEFORE_ATTRIBUTE: Final = re.compile(r"[ \t\r\n\f/]*")
_ATTRIBUTE: Final = re.compile(r"=?[^ \t\r\n\f/>=]*[ \t\r\n\f]*")
_UNQUOTED: Final = re.compile(r"[^ \t\r\n\f>]*")
_COMMENT_END: Final = re.compile(r"--!?>")
#: a name and, behind ``=``, a value; nothing is given back
_PAIR: Final = re.compile(
    r"([^ \t\r\n\f/>=][^ \t\r\n\f/>=]*+)(?:[ \t\r\n\f]*+=[ \t\r\n\f]*+(\"[^\"]*+\"?|'[^']*+'?|[^ \t\r\n\f>]*+))?"
)
#: where the text of an element ends in which tags mean nothing
_RAW_END: Final = {name: re.compile(rf"</{name}(?=[ \t\r\n\f/>])", re.I) for name in ("script", "style")}


class MarkupTooLong(ValueError):
    """Markup of more characters than any post needs; its text was not read."""

    def __init__(self, found: int) -> None:
        super().__init__(f"markup of {found:,} characters; at most {MAX_MARKUP:,} are read")


class Writer(Protocol):
    """What is told of each token, in order. *attributes* is what stands in a start tag behind its name."""

    def open(self, tag: str, attributes: str) -> None:
        """Take a start tag."""

    def close(self, tag: str) -> None:
        """Take an end tag."""

    def add(self, words: str) -> None:
        """Take the words between two tags, references resolved."""


def write(markup: str, writer: Writer) -> None:
    """Tell *writer* the tokens of HTML; raise :class:`MarkupTooLong` above :data:`MAX_MARKUP`."""
    bound(markup)
    _Tokens(markup.replace("\0", ""), writer).run()


def bound(markup: str) -> None:
    """Raise :class:`MarkupTooLong` for markup of more than :data:`MAX_MARKUP` characters."""
    if len(markup) > MAX_MARKUP:
        raise MarkupTooLong(len(markup))


def attributes_of(tag: str) -> dict[str, str]:
    """Return the attributes of a start tag, names in lower case; of two with one name the first, as browsers do."""
    found: dict[str, str] = {}
    if not tag:
        return found
    for name, value in _PAIR.findall(tag):
        quote = value[:1]
        bare = value[1:].removesuffix(quote) if quote and quote in "\"'" else value
        found.setdefault(name.lower(), resolve_references(bare))
    return found


class _Tokens:
    def __init__(self, markup: str, writer: Writer) -> None:
        self._markup = markup
        self._out = writer

    def run(self) -> None:
        markup, at, words = self._markup, 0, 0  # words: where those begin that were not given out yet
        while (at := markup.find("<", at)) >= 0:
            end = self._token(words, at)
            words, at = (words, at + 1) if end is None else (end, end)
        self._words(words, len(markup))

    def _words(self, start: int, end: int) -> None:
        if start < end:
            self._out.add(resolve_references(self._markup[start:end]))

    def _token(self, words: int, at: int) -> int | None:
        """Take what begins with the ``<`` at *at*, after the words before it; None if it is but a ``<``."""
        markup = self._markup
        if plain := _PLAIN_TAG.match(markup, at):
            if words < at:
                self._words(words, at)
            return self._plain(plain)
        following = markup[at + 1 : at + 2]
        closes = following == "/"
        name = _NAME.match(markup, at + 2 if closes else at + 1)
        if name:
            self._words(words, at)
            return self._tag(name[0].lower(), closes, name.end())
        if following in ("!", "?") or (closes and at + 2 < len(markup)):
            self._words(words, at)
            return self._comment(at)
        return None

    def _plain(self, found: re.Match[str]) -> int:
        closes, name, attributes = found.groups()
        name, end = name.lower(), found.end()
        if closes:
            self._out.close(name)
            return end
        self._out.open(name, attributes)
        if name in _RAW_END:
            raw = _RAW_END[name].search(self._markup, end)
            return raw.start() if raw else len(self._markup)
        return end

    def _comment(self, at: int) -> int:
        markup = self._markup
        if not markup.startswith("<!--", at):
            end = markup.find(">", at)
            return len(markup) if end < 0 else end + 1
        for short in ("<!-->", "<!--->"):  # both are whole comments, without anything in them
            if markup.startswith(short, at):
                return at + len(short)
        found = _COMMENT_END.search(markup, at + 4)
        return found.end() if found else len(markup)

    def _tag(self, name: str, closes: bool, at: int) -> int:
        end = self._tag_end(at)
        if end is None:
            return len(self._markup)
        if closes:
            self._out.close(name)
            return end
        self._out.open(name, self._markup[at : end - 1])
        if name in _RAW_END:
            found = _RAW_END[name].search(self._markup, end)
            return found.start() if found else len(self._markup)
        return end

    def _tag_end(self, at: int) -> int | None:
        """Return where the tag ends whose name ended at *at*: behind the first ``>`` in no quoted value.

        None if nothing ends it.
        """
        markup = self._markup
        while (at := _after(_BEFORE_ATTRIBUTE, markup, at)) < len(markup):
            if markup[at] == ">":
                return at + 1
            at = _after(_ATTRIBUTE, markup, at)
            if markup[at : at + 1] != "=":
                continue
            at = _after(_SPACES, markup, at + 1)
            quote = markup[at : at + 1]
            if quote and quote in "\"'":
                closing = markup.find(quote, at + 1)
                if closing < 0:
                    return None
                at = closing + 1
            else:
                at = _after(_UNQUOTED, markup, at)
        return None


def _after(pattern: re.Pattern[str], markup: str, at: int) -> int:
    found = pattern.match(markup, at)
    return found.end() if found else at
