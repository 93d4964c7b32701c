"""Numbers in a text, whatever they are written with: which values a reader may take them for.

A figure can be read in more than one way (``1.234`` is 1234 in Moscow), and a translation may write it in another: so
a :class:`Figure` of the source lists every value that would do in the translation, and :func:`values` collects every
value that the translation may be read to hold. A check that compares these stays silent when in doubt.

>>> [sorted(each.values) for each in figures("3.5万人，2008年")]
[[35000.0], [8.0, 2008.0]]
>>> 120_000_000 in values("120 million people"), 512 in values("五百一十二人")
(True, True)

Only what is written in digits, of any script, or in a Chinese numeral of some length, is a figure: "五年" may become
"five years", "a lustrum" or nothing at all.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.translation.placeables import masked

_DIGITS: Final = r"(?<![\d.,٫٬])\d+(?:[.,:：٫٬'’ \u00a0\u202f]\d+|，\d{3}(?!\d))*(?!\ufe0f?\u20e3)"
_SCALES: Final = {
    "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "千": 1e3, "百": 1e2,
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "mn": 1e6, "m": 1e6,
    "k": 1e3, "тыс": 1e3, "млн": 1e6, "миллион": 1e6, "млрд": 1e9, "миллиард": 1e9, "трлн": 1e12, "триллион": 1e12,
    "ألف": 1e3, "آلاف": 1e3, "الف": 1e3, "مليون": 1e6, "ملايين": 1e6, "مليار": 1e9, "بليون": 1e9, "تريليون": 1e12,
}  # fmt: skip
_FIGURE: Final = re.compile(
    rf"(?P<digits>{_DIGITS})(?P<scale>[ \u00a0-]?(?:[百千]?[万萬亿億]亿?|[百千](?![瓦米克卡赫帕字位])|"
    r"(?i:hundred|thousand|million|billion|trillion|bn|mn|[mk]\b)|тыс(?!ячел)|млн|миллион|млрд|миллиард|трлн|триллион|"
    r"(?:ال)?(?:ألف|آلاف|الف|مليون|ملايين|مليار|بليون|تريليون)))?(?P<unit>\s*(?:年代|世纪|世紀|年|月|[点點时時]|后|後))?"
)
_CHINESE: Final = "〇零○一二两兩三四五六七八九十百千万萬亿億"
_NUMERAL: Final = re.compile(f"[{_CHINESE}]+")
_VALUE: Final = {each: "零一二三四五六七八九".index(each) for each in "零一二三四五六七八九"}
_VALUE.update(dict.fromkeys("〇○", 0), **dict.fromkeys("两兩", 2))
_TEN: Final = {"十": 10, "百": 100, "千": 1000}
_GREAT: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_WORDS: Final = {  # English, with what also says so many; one line for each value
    **dict.fromkeys(("zero",), 0),
    **dict.fromkeys(("one", "first", "single", "once"), 1),
    **dict.fromkeys(("two", "second", "twice", "both", "couple", "pair", "double"), 2),
    **dict.fromkeys(("three", "third", "triple"), 3),
    **dict.fromkeys(("ten", "tenth"), 10),
    **dict.fromkeys(("twelve", "twelfth", "dozen"), 12),
    **{f"{stem}th": number for number, stem in enumerate(("four", "fif", "six", "seven", "eigh", "nin"), 4)},
    **{stem: number for number, stem in enumerate(("four", "five", "six", "seven", "eight", "nine"), 4)},
    **dict.fromkeys(("eleven", "eleventh"), 11),
    **{
        f"{stem}teen{end}": number
        for number, stem in enumerate(("thir", "four", "fif", "six", "seven", "eigh", "nine"), 13)
        for end in ("", "th")
    },
    **{
        f"{stem}t{end}": 10 * number
        for number, stem in enumerate(("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine"), 2)
        for end in ("y", "ieth", "ies")
    },
}
_MONTHS: Final = (
    r"янв|\bjan|يناير|كانون الثاني", r"фев|\bfeb|فبراير|شباط", r"март|\bmar|مارس|آذار", r"апр|\bapr|[اأإ]بريل|نيسان",
    r"\bма[йяею]|\bmay|مايو|أيار", r"июн|\bjun|يونيو|حزيران", r"июл|\bjul|يوليو|تموز", r"авг|\baug|[اأ]غسطس|آب",
    r"сент|\bsep|سبتمبر|[اأ]يلول", r"окт|\boct|[اأ]كتوبر|تشرين ال[اأ]ول", r"ноя|\bnov|نوفمبر|تشرين الثاني",
    r"дек|\bdec|ديسمبر|كانون ال[اأ]ول",
)  # fmt: skip
_NAMED: Final = tuple(re.compile(f"(?i){names}") for names in _MONTHS)
_CENTURY: Final = re.compile(f"(?<![\\d{_CHINESE}])([{_CHINESE}]+|\\d+)[世][纪紀]([{_CHINESE}]+|\\d+)年代")
_ALONE: Final = re.compile(
    r"(?i)\b(hundred|thousand|million|billion)|(тысяч|миллион|миллиард)|(ألف|مليون|مليار)(?!\w\w\w)"
)


@dataclass(frozen=True)
class Figure:
    """A number as it stands in the source, and the values of which one should stand in the translation.

    Or else all of its *parts* should, as of a time or a date.
    """

    written: str
    values: frozenset[float]
    parts: frozenset[float] = frozenset()
    plain: float = 0.0  #: as it is written
    decade: bool = False  #: it means ten or a hundred years: "1960s", "19世纪", which many languages spell

    def is_among(self, held: frozenset[float]) -> bool:
        """Return whether the figure stands in a translation that holds these values."""
        return not held.isdisjoint(self.values) or (len(self.parts) > 1 and self.parts <= held)


def _exact(values: Iterable[float]) -> frozenset[float]:
    """Return *values* rounded so that they can be compared: 3.3 × 10,000 is not 33,000 in a computer."""
    return frozenset(float(f"{value:.9g}") for value in values)


def figures(text: str) -> list[Figure]:
    """Find the numbers of a source text that a translation should have too."""
    text = masked(text)
    found = list(_written(text))
    for numeral in _NUMERAL.finditer(text):
        value = _chinese(numeral[0])
        if value is not None and len(numeral[0]) > 2 and not text[numeral.start() - 1 : numeral.start()].isdigit():
            found.append((numeral.start(), Figure(numeral[0], frozenset({float(value)}))))
    return [
        figure
        for _, figure in sorted(found, key=lambda each: each[0])
        if figure.values != {0.0} and (figure.values or figure.parts)
    ]


def values(text: str) -> frozenset[float]:
    """Return every value that stands in a translation, in any way it may be read."""
    text = masked(text)
    found = {value for _, figure in _written(text) for value in (*figure.values, *figure.parts)}
    found |= {float(_ascii(run)) for run in re.findall(r"\d+", text)}
    for numeral in _NUMERAL.finditer(text):
        value = _chinese(numeral[0])
        found |= {float(value)} if value is not None else set()
    found |= {number for number, named in enumerate(_NAMED, 1) if named.search(text)}
    found |= {_decade(each) for each in _CENTURY.finditer(text)}
    for each in _ALONE.finditer(text):
        scale = next(value for name, value in _SCALES.items() if each[0].lower().startswith(name))
        found |= {scale, 2 * scale, scale / 2}  # a million, two million in one word, half a million
    return _exact(found | set(_english(text)))


def _written(text: str) -> Iterator[tuple[int, Figure]]:
    """Yield the figures in digits, each with its place: "16万8千" is one, and so is "20世纪80年代"."""
    found = list(_FIGURE.finditer(text))
    centuries = {each.start(): each for each in _CENTURY.finditer(text)}
    skipped = -1
    for each, after in itertools.zip_longest(found, found[1:]):
        if each.start() <= skipped:
            continue
        if each.start() in centuries:
            century = centuries[each.start()]
            skipped = century.end() - 1
            yield each.start(), Figure(century[0], frozenset({_decade(century)}), decade=True)
            continue
        figure, _ = _figure(text, each)
        if after and after["scale"] and not each["unit"] and after.start() - each.end() < 6:
            next_figure, scale = _figure(text, after)
            if each["scale"] and after.start() == each.end():
                skipped = after.start()
                sums = {one + other for one in figure.values for other in next_figure.values}
                figure = Figure(text[each.start() : after.end()], _exact(sums), plain=max(sums, default=0.0))
            elif not each["scale"]:  # "3 to 10 million"
                figure = replace(figure, values=figure.values | _exact(scale * value for value in figure.values))
        yield each.start(), figure


def _figure(text: str, match: re.Match[str]) -> tuple[Figure, float]:
    """Return a figure, and what its digits are multiplied by."""
    digits, unit = match["digits"], (match["unit"] or "").strip()
    scale = 1.0
    for name in re.findall(r"[百千万萬亿億]|[^\W\d_百千万萬亿億]+", (match["scale"] or "").lower()):
        scale *= _SCALES.get(name) or _SCALES.get(name.removeprefix("ال"), 1.0)
    plain = [value * scale for value in _readings(digits)]
    found = set(plain)
    for value in plain:
        found |= set(_otherwise(value, unit, text[max(0, match.start() - 2) : match.start()]))
    if (match["scale"] or "").strip().lower() in ("k", "m"):
        found |= set(_readings(digits))  # of metres, perhaps
    parts = frozenset(float(_ascii(run)) for run in re.findall(r"\d+", digits) if not match["scale"])
    decade = unit in ("年代", "世纪", "世紀") or bool(re.match(r"['’]?s\b|-?[еxх]", text[match.end() :]))
    return Figure(match[0].strip(), _exact(found), parts, max(plain, default=0.0), decade), scale


def _decade(match: re.Match[str]) -> float:
    century, decade = (
        float(_ascii(each)) if each.isdecimal() else float(_chinese(each) or 0) for each in (match[1], match[2])
    )
    return (century - 1) * 100 + decade


def _otherwise(value: float, unit: str, before: str) -> Iterator[float]:
    """Yield other values for the same: of years, hours, centuries."""
    if unit in ("年", "年代", "后", "後"):
        yield value % 100
        if value < 100:
            yield from (1900 + value, 2000 + value)
        if before in ("民国", "民國"):
            yield value + 1911
    if unit[:1] in ("点", "點", "时", "時") and value <= 24:
        yield from (value + 12, value - 12)
    if unit in ("世纪", "世紀"):
        yield (value - 1) * 100


def _readings(digits: str) -> Iterator[float]:
    """Yield what digits with separators in them may mean; those of a date or time mean nothing as one number."""
    runs = re.split(r"\D", digits)
    numbers = [_ascii(run) for run in runs]
    if all(len(run) == 3 for run in runs[1:]):
        yield float("".join(numbers))
    if len(numbers) == 2 and (len(numbers[1]) != 3 or ("." in digits and numbers[1] != "000")):
        yield float(f"{numbers[0]}.{numbers[1]}")
    if len(numbers) > 2 and all(len(run) == 3 for run in runs[1:-1]):
        yield float(f"{''.join(numbers[:-1])}.{numbers[-1]}")


def _ascii(digits: str) -> str:
    return "".join(str(unicodedata.decimal(each)) for each in digits)


def _chinese(numeral: str) -> int | None:
    """Return the value of a Chinese numeral; None for what is none, like 一一 or 千万."""
    if all(each in _VALUE for each in numeral):
        digits = "".join(str(_VALUE[each]) for each in numeral)
        return int(digits) if len(numeral) == 1 or len(numeral) == 4 else None  # a digit, or a year
    total = section = 0
    digit: int | None = None
    last = 10**9
    for each in numeral:
        if each in _VALUE:
            if digit not in (None, 0):
                return None
            digit = _VALUE[each]
        elif each in _TEN:
            if _TEN[each] >= last or (digit is None and each != "十"):
                return None
            last = _TEN[each]
            section += (1 if digit is None else digit) * last
            digit = None
        else:
            section += digit or 0
            if not section:
                return None
            total, section, digit, last = (total + section) * _GREAT[each], 0, None, 10**9
    return total + section + (digit or 0)


def _english(text: str) -> Iterator[float]:
    """Yield the numbers written in English words: each run of them as a whole, and each word."""
    total = section = 0.0
    running = False
    for word in [*re.findall(r"[a-z]+", text.lower()), ""]:
        singular = word.removesuffix("s")
        if word in _WORDS or singular in _WORDS:
            value = float(_WORDS.get(word, _WORDS.get(singular, 0)))
            yield value
            if running and (section >= 100 or (section % 10 == 0 and section % 100 and value < 10)):
                section += value
            else:
                section = value
            running = True
            yield total + section
        elif singular in ("hundred", "thousand", "million", "billion"):
            scale = _SCALES[singular]
            section = (section or 1) * scale
            yield section
            if scale > 100:
                total, section = total + section, 0.0
            running = True
            yield total + section
        elif word not in ("and", "a") or not running:
            if word == "half":
                yield from (0.5, 50.0)
            total, section, running = 0.0, 0.0, False
