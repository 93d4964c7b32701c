"""What the house itself writes wherever a page has a day, a picture or a way to another page: no secret.

::

    12 May 2013    2013年5月12日, 14:28 (UTC+8)    May 2013    picture-1.jpg    items/4/index.html    days/2013-05-12

A card may hold a file of such a name, and the title of a withheld clip may be a day. Each of these says nothing by
itself, and stands on nearly every page; if it were looked for, no edition could be made any more.
"""

import re
from collections.abc import Iterator
from typing import Final

from tamizdat.text.dates import WRITTEN_IN, day_pattern, month_names, written_month

LONGEST: Final = 64  #: characters
_CLOCK: Final = r"(?:[,،]? ?\u2066?\d{1,2}:\d\d(?: \(UTC(?:[+−-]\d{1,2}(?::\d\d)?)?\))?\u2069?)?"
_ISO: Final = r"\d{4}-\d\d(?:-\d\d(?:[T ][\d:]{5,8}(?:Z|[+-]\d\d:\d\d)?)?)?"
_TAG: Final = r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?"
_FOLDER: Final = (
    rf"items|days|voices|subjects|threads|people|names|stories|all|new|cite|search|feeds|words|edition|files|ledger|check"
    rf"|tile|checkpoints|corrections|contributors|about|[0-9a-f]{{16}}|\d+|\d{{4}}-\d\d-\d\d|{_TAG}"
)
_FILE: Final = (
    rf"index\.html|proof\.js|\d+\.json|[0-9a-f]{{2,3}}\.js|t\d+\.js|facts\.js|items-\d+\.txt|stamps\.json|checkpoint"
    rf"|(?:[a-z-]+\.)?{_TAG}\.(?:xml|json)|(?:take-)?{_TAG}(?:-broken)?\.js|track(?:-\d+)?\.{_TAG}\.vtt"
    r"|(?:picture|clip|sound|poster|small|sheet|wave|reading)(?:-\d+)?\.(?:jpg|mp4|svg)"
)


def _days() -> Iterator[str]:
    """Yield a pattern of a day, and one of a month, for each language that pages are in."""
    for language in WRITTEN_IN:
        names = {*month_names(language), *(written_month(month, language) for month in range(1, 13))}
        month = f"(?:{'|'.join(map(re.escape, sorted(names)))})"
        yield day_pattern(language).format(day=r"\d{1,2}", month=month, year=r"\d{4}") + _CLOCK
        yield rf"{month} \d{{4}}"


_HOUSE: Final = re.compile(
    "|".join((*dict.fromkeys(_days()), r"\d{4}年\d{1,2}月", _ISO, rf"(?:(?:{_FOLDER})/)*(?:{_FOLDER}|{_FILE})"))
)


def is_house_writing(text: str) -> bool:
    """Return whether *text* is nothing but what pages have anyway: a day, a name or a way of a file of any site.

    >>> [is_house_writing(each) for each in ("12 May 2013, 14:28 (UTC+8)", "picture-1.jpg", "IMG_4711.JPG")]
    [True, True, False]
    """
    return len(text) <= LONGEST and _HOUSE.fullmatch(text) is not None
