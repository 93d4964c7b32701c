"""In which encoding bytes are words, where nothing says it: told by the commonest letters of the languages it is for.

A decoder that finds no fault tells little: what was saved in Big5 or KOI8-R is sound in GB 18030, too, and means other
words there. But in every text of some length a few dozen characters are a fourth of all (Chinese, Korean), half of all
(the kana of Japanese) or more (a dozen letters of Russian), and read in a wrong encoding they hardly occur.
An alphabet for an alphabet is nearer: Hebrew and Greek read as Russian have half of its common letters, but full of
what Russian seldom has, which counts against it. Where two readings come near each other, or none near its language,
there is no answer.

>>> likely_encoding("校舍塌了，没有人说话。我们在河边等了一个晚上，什么也没有等到。".encode("gbk"))
'gb18030'
>>> likely_encoding("Школа рухнула. Никто не говорит.".encode("koi8-r"))
'koi8-r'
>>> likely_encoding("café – the gate".encode("cp1252"))
''
"""

import codecs
import re
from typing import Final

from tamizdat.text.late_pattern import late_pattern

LEAST: Final = 12  #: characters beyond ASCII that there must be
LARGEST: Final = 1 << 20  #: bytes that are looked at
AHEAD: Final = 2  #: times that the best reading must be nearer its language than the next
_HANZI: Final = "的一是了在人有我他大来上个国们为和你地出道时年得就那要下以生会着过家学里后"
_HANT: Final = "的一是了在人有我他大來上個國們為和你地出道時年得就那要下以生會著過家學裡後"
_BOTH: Final = (
    "不這中到說说這子也去之可她小么麼没沒心都天多然于於起還还發发成事只作当當想看文无無開开手十用主行方又"
    "如前所本見见經经頭头面"
)
_KANA: Final = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC)))
_HANGUL: Final = "이다는의에을하고가지한은로도기사를인어대서리시나자아있니들그라게해정수여습보만전일부라면무없오"
_CYRILLIC: Final = "оеаинтсрвлкмі"
#: what Russian, Ukrainian and Bulgarian seldom have: some letters, a capital within a word; how much each takes away
_SELDOM: Final = ((re.compile("[йфщшъ]"), 2), (re.compile("(?<=[а-яі])[А-ЯЀ-Џ]"), 10))
_UKRAINIAN: Final = re.compile(rb"[\xa4\xa6\xa7\xad\xb4\xb6\xb7\xbd]")  #: letters in KOI8-U, frames in KOI8-R
_RUN: Final = late_pattern(r"[^\x00-\x7f]{2,}")  #: a letter alone among those of ASCII is one of Latin, with an accent
#: by encoding: the commonest characters, and the share of those beyond ASCII that they have at least in its language
_COMMON: Final = {
    "gb18030": (frozenset(_HANZI + _BOTH), 0.12),
    "big5hkscs": (frozenset(_HANT + _BOTH), 0.12),
    "cp932": (frozenset(_KANA), 0.25),
    "euc_jp": (frozenset(_KANA), 0.25),
    "cp949": (frozenset(_HANGUL), 0.2),
    "koi8-u": (frozenset(_CYRILLIC), 0.55),
    "cp1251": (frozenset(_CYRILLIC), 0.55),
}


def likely_encoding(data: bytes, least: int = LEAST) -> str:
    """Return the encoding in which *data* is everyday words, by Python's name; "" if none is, or two could be."""
    beyond = bytes(byte for byte in data[:LARGEST] if byte > 0x7F)
    found = sorted(((_nearness(data, each), each) for each in _COMMON if len(beyond) >= least), reverse=True)
    if not found or found[0][0] < 1 or found[0][0] < AHEAD * found[1][0]:
        return ""
    name = found[0][1]
    return "koi8-r" if name == "koi8-u" and not _UKRAINIAN.search(data) else name


def _nearness(data: bytes, encoding: str) -> float:
    """Return how near a reading is to its language; 1 is near enough, 0 is none."""
    common, share = _COMMON[encoding]
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data[:LARGEST], final=len(data) <= LARGEST)
    except UnicodeDecodeError:
        return 0
    beyond = sum(each > "\x7f" for each in text)
    near = sum(each in common for run in _RUN.findall(text) for each in run)
    far = sum(weight * len(seldom.findall(text)) for seldom, weight in _SELDOM)
    return (near - far) / beyond / share if beyond else 0
