"""Looking into JSON that strangers wrote: a member of the expected kind, or nothing.

Numbers are often strings, strings numbers, objects lists; each of these asks for one kind and takes no other for it.
"""

import re
from collections.abc import Iterator
from typing import Final

from tamizdat.posts.elements import JsonValue

LONE: Final = re.compile("[\ud800-\udfff]")


def text(value: JsonValue, *path: str) -> str:
    """Return the string at *path*, empty if there is none; unpaired surrogates are replaced."""
    found = at(value, *path) if path else value
    if type(found) is not str:
        return ""
    return LONE.sub("\ufffd", found) if has_unpaired(found) else found


def has_unpaired(value: JsonValue) -> bool:
    """Tell whether a string holds unpaired surrogates, which UTF-8 cannot hold."""
    if not isinstance(value, str) or value.isascii():
        return False
    try:
        value.encode()  # sooner than looking at each letter
    except UnicodeEncodeError:
        return True
    return False


def digits(value: JsonValue, *path: str) -> str:
    """Return a number of the platform's, which may be written as a string; empty if it is none."""
    found = at(value, *path) if path else value
    if type(found) is int:  # and no bool, which is one
        found = str(found) if abs(found) < 1 << 64 else ""
    elif type(found) is not str:
        return ""
    return found if found.isascii() and found.isdigit() and len(found) <= 20 else ""


def whole(value: JsonValue, *path: str) -> int | None:
    """Return a count, which may be written as a string; None if it is none."""
    found = digits(value, *path)
    return int(found) if found else None


def at(value: JsonValue, *path: str) -> JsonValue:
    """Return what lies at *path*, None if the way there is none."""
    for name in path:
        if type(value) is not dict:  # which is what the library makes of an object, and asked for sooner
            return None
        value = value.get(name)
    return value


def each(value: JsonValue, *path: str) -> Iterator[JsonValue]:
    """Return an iterator over the list at *path*; none if it is no list."""
    found = at(value, *path)
    return iter(found if isinstance(found, list) else ())
