"""A publication whose export does not say which one it is: the desk does, by its domain.

``--owner a.example`` gives a post the address, or the id, that it has in the publication's feed. Services that give
everybody a subdomain are known by the name before it. With the posts come lists of who reads them; these are never
kept.
"""

import re
from typing import Final

from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import Context

HOST: Final = re.compile(r"(?=.{4,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
READERS: Final = "lists of readers, with their addresses of mail; they are not kept"


def host(context: Context, service: str = "") -> str:
    """Return the domain that the desk named, or that of a name on *service* (``substack.com``); "" if neither."""
    handle = members.text(context, "handle").lower()
    found = handle if "." in handle or not service else f"{handle}.{service}"
    return found if handle and HOST.fullmatch(found) else ""


def site(context: Context, service: str = "") -> str:
    """Return the address of the publication; "" if the desk named none."""
    named = host(context, service)
    return f"https://{named}" if named else ""
