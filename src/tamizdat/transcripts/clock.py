"""Times as subtitle formats write them, in whole milliseconds.

>>> written(3_723_004), written(3_723_004, ",")
('01:02:03.004', '01:02:03,004')
>>> parsed("1:02:03.5"), parsed("02:03"), parsed("2.5 s")
(3723500, 123000, None)
"""

import re
from typing import Final

CLOCK: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)(?:[.,](\d{1,9}))?", re.ASCII)


def written(milliseconds: int, point: str = ".") -> str:
    """Return hours, minutes, seconds and thousandths, separated as SubRip and WebVTT do."""
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"


def parsed(text: str) -> int | None:
    """Return the milliseconds of ``1:02:03.5``, ``02:03`` or ``02:03,004``; None for what is no such time.

    What is finer than a millisecond is cut off.
    """
    found = CLOCK.fullmatch(text.strip())
    if found is None or int(found[2]) > 59 or int(found[3]) > 59:
        return None
    return ((int(found[1] or 0) * 60 + int(found[2])) * 60 + int(found[3])) * 1000 + int(f"{found[4] or 0:0<3}"[:3])
