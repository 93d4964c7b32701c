"""What the house itself writes wherever a page has a day, a picture or a way to another page: no secret.

::

    12 May 2013    2013年5月12日, 14:28 (UTC+8)    May 2013    picture-1.jpg    items/4/index.html    days/2013-05-12

A card may hold a file of such a name, and the title of a withheld clip may be a day. Each of these says nothing by
itself, and stands on nearly every page; if it were looked for, no edition could be made any more.

A way is harmless only where a file's is looked for, and only if it is one that sites have: *li-wei* is formed like the
tag of a language, *110101198001011234* like the number of a page, and either may be somebody's.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from tamizdat.text.dates import WRITTEN_IN, day_pattern, month_names, written_month

LONGEST: Final = 64  #: characters
MOST_SPACES: Final = 6  #: in a day; most lines have more, and need not be held against all months
_YEAR: Final = re.compile(r"\d{4}")  #: every day and month has one; what has none need not be held against them
_CLOCK: Final = r"(?:[,،]? ?\u2066?\d{1,2}:\d\d(?: \(UTC(?:[+−-]\d{1,2}(?::\d\d)?)?\))?\u2069?)?"
_ISO: Final = r"\d{4}-\d\d(?:-\d\d(?:[T ][\d:]{5,8}(?:Z|[+-]\d\d:\d\d)?)?)?"
#: not every tag that there could be: "li-wei" is formed like one
_TAG: Final = r"[a-z]{2,3}(?:-(?:Arab|Cyrl|Hans|Hant|Latn|Mong|Tibt|[A-Z]{2}))*"
_NUMBER: Final = r"\d{1,6}"  #: of an item or a page; longer ones are telephones', and people's
_FOLDER: Final = (
    r"items|days|voices|subjects|threads|people|names|stories|all|new|cite|search|feeds|words|edition|files|ledger|check"
    rf"|tile|entries|checkpoints|stamps|certificates|corrections|contributors|about|[0-9a-f]{{16}}|\d{{4}}-\d\d-\d\d"
    rf"|{_NUMBER}|{_TAG}"
)
_FEED: Final = "what-is-new|corrections-and-removals|pictures-and-clips"
_FILE: Final = (
    rf"index\.html|proof\.js|{_NUMBER}\.json|[0-9a-f]{{2,3}}\.js|t{_NUMBER}\.js|facts\.js|items-{_NUMBER}\.txt"
    rf"|stamps\.json|checkpoint|(?:(?:{_FEED})\.)?{_TAG}\.(?:xml|json)|(?:take-)?{_TAG}(?:-broken)?\.js"
    rf"|track(?:-{_NUMBER})?\.{_TAG}\.vtt"
    rf"|(?:picture|clip|sound|poster|small|sheet|wave|reading)(?:-{_NUMBER})?\.(?:jpg|mp4|svg)"
)


def _days() -> Iterator[str]:
    """Yield a pattern of a day, and one of a month, for each language that pages are in."""
    for language in WRITTEN_IN:
        names = {*month_names(language), *(written_month(month, language) for month in range(1, 13))}
        month = f"(?:{'|'.join(map(re.escape, sorted(names)))})"
        yield day_pattern(language).format(day=r"\d{1,2}", month=month, year=r"\d{4}") + _CLOCK
        yield rf"{month} \d{{4}}"


@cache
def _day() -> re.Pattern[str]:  # compiled when it is needed, as the other: both take as long as a dozen modules
    return re.compile("|".join((*dict.fromkeys(_days()), r"\d{4}年\d{1,2}月", _ISO)))


@cache
def _way() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{_FOLDER})/)*(?:{_FOLDER}|{_FILE})")


def is_day(text: str) -> bool:
    """Return whether *text* is nothing but a day or a month, as pages of any language write it.

    >>> is_day("12 May 2013, 14:28 (UTC+8)"), is_day("12 May")
    (True, False)
    """
    if len(text) > LONGEST or text.count(" ") > MOST_SPACES or not _YEAR.search(text):
        return False
    return _day().fullmatch(text) is not None


def is_way(text: str) -> bool:
    """Return whether *text* is nothing but the path of a file of a site, or the end of one.

    >>> [is_way(each) for each in ("picture-1.jpg", "items/4/index.html", "IMG_4711.JPG", "li-wei", "13912345678")]
    [True, True, False, False, False]
    """
    return len(text) <= LONGEST and _way().fullmatch(text) is not None
