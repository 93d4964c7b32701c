"""Timed Text Markup Language (``.ttml``, ``.dfxp``): https://www.w3.org/TR/ttml1/, as broadcasters keep subtitles.

::

    <tt xmlns="http://www.w3.org/ns/ttml" …><head><metadata><ttm:agent xml:id="s1"><ttm:name>teacher…</head>
    <body><div><p begin="00:01:02.000" end="00:01:04.500" ttm:agent="s1">They are<br/>gone.</p></div></body></tt>

A time is a clock with a fraction or with frames, or a number of hours, minutes, seconds, milliseconds, frames or ticks;
those of ``body`` and ``div`` are added to those inside. A span with times of its own, and parts that follow each other
by themselves (``timeContainer="seq"``), are refused, since a cue cannot hold them. What is not shown (``tts:display``,
``tts:visibility``, by itself or by its style) is no words, and is told; what is set above letters (``tts:ruby``) stands
in brackets behind them; words in a second language are told, for everything may be said twice. Regions and styles are
told, and times that are those of a time code or of a clock on a wall (``timeBase``), which may begin at ten hours. A
time code counts frames: one that says 01:00:00:00 at 23.976 frames a second is 3.6 seconds behind the clock.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from xml.parsers import expat

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import Found, Told, Written, found, tidied
from tamizdat.transcripts.webvtt import escaped

TTML: Final = "http://www.w3.org/ns/ttml"
_OFFSET: Final = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?(h|ms|m|s|f|t)", re.ASCII)
_FRAMES: Final = re.compile(r"(\d{1,3}:\d\d:\d\d):(\d{1,4})(?:\.\d+)?", re.ASCII)
_MILLISECONDS: Final = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_SHOWING: Final = ("display", "visibility", "ruby")
_TIMING: Final = ("begin", "end", "dur")
_RATES: Final = ("frameRate", "frameRateMultiplier", "tickRate")
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
MAX_DEPTH: Final = 64


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none or cannot be held."""
    reader = _Reader()
    try:
        reader.parser.Parse(re.sub(r"\A\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise BadPacket(
            f"Line {error.lineno}: expected well-formed XML, found {expat.errors.messages[error.code]}. Save the file "
            "anew from the program that made it."
        ) from None
    return found(reader.cues(), reader.told)


def write(cues: Sequence[Cue], language: str = "") -> Written:
    """Write a file in *language*; a speaker is the agent of a paragraph."""
    agents = {name: f"s{number}" for number, name in enumerate(dict.fromkeys(each.speaker for each in cues), 1) if name}
    named = "".join(
        f'      <ttm:agent xml:id="{key}" type="person"><ttm:name type="alias">{_fit(name)}</ttm:name></ttm:agent>\n'
        for name, key in agents.items()
    )
    told = [
        Told(0, f"cue {at}: XML cannot hold U+{ord(odd[0]):04X}; it was left out")
        for at, each in enumerate(cues, 1)
        if (odd := _UNFIT.search(each.speaker + each.text))
    ]
    lines = "".join(_paragraph(each, agents) for each in cues)
    return Written(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="{TTML}" xmlns:ttm="{TTML}#metadata" xml:lang="{_fit(language)}">
  <head>
    <metadata>
{named}    </metadata>
  </head>
  <body>
    <div>
{lines}    </div>
  </body>
</tt>
""".encode(),
        tuple(told),
    )


def _paragraph(cue: Cue, agents: Mapping[str, str]) -> str:
    agent = f' ttm:agent="{agents[cue.speaker]}"' if cue.speaker else ""
    words = "<br/>".join(map(_fit, cue.text.split("\n")))
    times = f'begin="{clock.written(cue.start)}" end="{clock.written(cue.end)}"'
    return f'      <p xml:space="preserve" {times}{agent}>{words}</p>\n'


def _fit(words: str) -> str:
    return escaped(_UNFIT.sub("", words)).replace('"', "&quot;")


class _Seen(NamedTuple):
    """Of an element: whether it is shown, whether it begins what is set above letters, and its language."""

    displayed: bool = True
    visible: bool = True
    above: bool = False
    in_ruby: bool = False
    language: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether anybody sees its words."""
        return self.displayed and self.visible


class _Reader:
    """What is open while a file is read: elements with when they begin and end, agents, the words of a paragraph."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._found: list[tuple[int, int, int, str, str]] = []
        self._agents: dict[str, str] = {}
        self._open: list[tuple[str, int, int | None, bool, str]] = []  #: name, begin, end, white space kept, agent
        self._seen: list[_Seen] = []  #: of each that is open
        self._styles: dict[str, Mapping[str, str]] = {}  #: what they and regions say of being shown
        self._languages: list[str] = []  #: of cues, in the order in which they are met
        self._words: list[str] = []
        self._naming = ""
        self._rate, self._ticks, self._line = 30.0, 0.0, 0
        self._counted, self._dropped = 0.0, False  #: frames in a second of time code, if the times are of one

    def cues(self) -> Iterator[tuple[int, Cue]]:
        """Yield the cues with their lines; agents are named by what they are called."""
        for line, start, end, agent, words in self._found:
            yield line, Cue(start, end, self._agents.get(agent, "").strip(), words)

    @property
    def _here(self) -> int:
        return self.parser.CurrentLineNumber

    def _doctype(self, *_about: object) -> None:
        raise BadPacket(f"Line {self._here}: expected a file without a document type, found one. It was not read.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        said = {each.rpartition(" ")[2]: value for each, value in attributes.items()}
        if not self._open and (local != "tt" or not {"ttml", "ttaf1"} & set(name.lower().split(" ")[0].split("/"))):
            raise BadPacket(f"Line {self._here}: expected the element tt of TTML, found {name[:60]!a}.")
        if len(self._open) >= MAX_DEPTH:
            raise BadPacket(f"Line {self._here}: expected elements at most {MAX_DEPTH} deep, found more.")
        if local == "tt":
            self._set_rates(said)
            if said.get("timeBase") == "smpte":
                self._counted = float(said.get("frameRate", "30"))
                self._dropped = said.get("dropMode") == "dropNTSC"
            if (base := said.get("timeBase", "media")) != "media":
                self.told.append(
                    Told(self._here, f"times of the base {base[:20]!a} are taken as times from the beginning")
                )
        begin, end, kept, agent = self._open[-1][1:] if self._open else (0, None, False, "")
        kept = said.get("space", "preserve" if kept else "default") == "preserve"
        if local in ("body", "div", "p"):
            begin, end = self._span(said, begin, end)
            agent = said.get("agent", agent)
        elif local == "agent":
            self._naming = said.get("id", "")
        elif local == "br" and self._inside("p"):
            self._words.append("\n")
        elif self._inside("p"):
            if any(each in said for each in _TIMING):
                raise BadPacket(f"Line {self._here}: expected a cue with one time, found times inside of it. Split it.")
            self.told.append(Told(self._here, f"formatting is not kept: the element {local[:40]!a}"))
        elif local in ("region", "style", "layout", "styling"):
            self.told.append(Told(self._here, f"a {local} is not kept"))
        if local == "p":
            self._words, self._line = [], self._here
            for each in ("region", "style"):
                if each in said:
                    self.told.append(Told(self._here, f"a {each} of a cue is not kept: {said[each][:40]!a}"))
        self._open.append((local, begin, end, kept, agent))
        self._see(local, said)
        if self._seen[-1].above and self._inside("p"):
            self._words.append("(")

    def _end(self, name: str) -> None:
        local, begin, end, _kept, agent = self._open.pop()
        seen = self._seen.pop()
        if seen.above and self._inside("p"):
            self._words.append(")")
        if local == "agent":
            self._naming = ""
        if local != "p":
            return
        words = tidied("".join(self._words))
        if words and seen.language not in self._languages:
            self._languages.append(seen.language)
            if len(self._languages) > 1:
                before, now = (f"{each[:20]!a}" for each in (self._languages[0], seen.language))
                told = f"words in {now} beside those in {before}: if they say the same, take the file apart"
                self.told.insert(0, Told(self._line, told, True))
        if not words:
            self.told.append(Told(self._line, "a cue without words was left out"))
        elif end is None:
            raise BadPacket(f"Line {self._line}: expected an end of the cue, found none. Add one.")
        else:
            self._found.append((self._line, begin, end, agent, words))

    def _text(self, text: str) -> None:
        if self._inside("metadata") and self._inside("p"):
            return
        if self._inside("p") and not self._seen[-1].is_shown:
            if text.strip():
                told = f"words that are not shown were left out: {len(text.strip()):,} characters"
                self.told.append(Told(self._here, told, True))
        elif self._inside("p"):
            self._words.append(text if self._open[-1][3] else re.sub(r"\s+", " ", text))
        elif self._naming and self._open[-1][0] == "name":
            self._agents[self._naming] = self._agents.get(self._naming, "") + text

    def _see(self, local: str, said: Mapping[str, str]) -> None:
        """Note whether an element that begins is shown, is set above letters, and in which language it is."""
        before = self._seen[-1] if self._seen else _Seen()
        own = dict[str, str]()
        for each in (said.get("region", ""), *said.get("style", "").split()):
            own |= self._styles.get(each, {})
        own |= {each: said[each] for each in _SHOWING if each in said}
        if local in ("style", "region") and "id" in said:
            self._styles[said["id"]] = own
        displayed = before.displayed and own.get("display") != "none"
        visible = own.get("visibility", "visible" if before.visible else "hidden") != "hidden"
        above = own.get("ruby") in ("text", "textContainer") and not before.in_ruby
        language = said.get("lang", before.language)
        self._seen.append(_Seen(displayed, visible, above, before.in_ruby or above, language))

    def _inside(self, local: str) -> bool:
        return any(each[0] == local for each in self._open)

    def _set_rates(self, said: Mapping[str, str]) -> None:
        try:
            over, under = [*said.get("frameRateMultiplier", "1 1").replace(":", " ").split(), "1"][:2]
            self._rate = float(said.get("frameRate", "30")) * float(over) / float(under)
            self._ticks = float(said.get("tickRate", "0")) or (self._rate if "frameRate" in said else 1.0)
            if not (0 < self._rate < 10_000 and 0 < self._ticks < 1e12):
                raise ValueError
        except (ValueError, ZeroDivisionError):
            found = ", ".join(f"{name} {said[name][:40]!r}" for name in _RATES if name in said)
            raise BadPacket(
                f"Line {self._here}: expected rates of frames and ticks, found {found}. Correct them."
            ) from None

    def _span(self, said: Mapping[str, str], begin: int, end: int | None) -> tuple[int, int | None]:
        """Return when an element begins and ends, of what it says and what it is in."""
        if said.get("timeContainer") == "seq":
            raise BadPacket(f"Line {self._here}: expected times in every cue, found parts that follow each other.")
        start = begin + (self._time(said["begin"]) if "begin" in said else 0)
        ends = [end] if end is not None else []
        ends += [begin + self._time(said["end"])] if "end" in said else []
        ends += [start + self._time(said["dur"])] if "dur" in said else []
        return start, min(ends, default=None)

    def _time(self, text: str) -> int:
        text = text.strip()
        if offset := _OFFSET.fullmatch(text):
            value, unit = float(f"{offset[1]}.{offset[2] or 0}"), offset[3]
            each = _MILLISECONDS.get(unit) or 1000 / (self._rate if unit == "f" else self._ticks)
            return round(value * each)
        if frames := _FRAMES.fullmatch(text):
            whole = clock.parsed(frames[1])
            if whole is not None and self._counted and int(frames[2]) < self._counted:
                return self._of_time_code(whole // 1000, int(frames[2]))
            if whole is not None and int(frames[2]) < self._rate:
                return whole + round(int(frames[2]) * 1000 / self._rate)
        found_out = clock.parsed(text) if text.count(":") == 2 else None
        if found_out is None:
            raise BadPacket(f"Line {self._here}: expected a time such as 00:01:02.500 or 62.5s, found {text[:40]!a}.")
        return found_out

    def _of_time_code(self, seconds: int, frames: int) -> int:
        """Return when the frame of a time code is shown; of a dropping one two numbers a minute were never used."""
        minutes = seconds // 60
        unused = 2 * (minutes - minutes // 10) if self._dropped else 0
        return round((seconds * self._counted + frames - unused) * 1000 / self._rate)
