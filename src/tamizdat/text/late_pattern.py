"""A regular expression that is compiled when it is first used.

Python takes a millisecond to compile one with a large class of characters, and up to three for one that names those of
Chinese. A command loads some two hundred, and uses a few.

>>> late_pattern("[\u4e00-\u9fff]+").sub("…", "May 五月")
'May …'
"""

import re
from typing import Final, cast

_METHODS: Final = ("search", "match", "fullmatch", "sub", "findall", "finditer", "split")


class _Late:
    """Stands for a pattern, and has its methods once one of them was asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> object:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._text, self._flags)
        vars(self).update((each, getattr(compiled, each)) for each in _METHODS)
        found: object = vars(self)[name]
        return found


def late_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what does as ``re.compile`` of this would, for whoever calls its methods."""
    return cast("re.Pattern[str]", _Late(text, flags))
