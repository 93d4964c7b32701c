"""The statuses that Pixelfed gives to its users: ``pixelfed-statuses.json``.

::

    [{"_v": 1, "id": "7", "uri": "https://p.example/p/lin/7", "content": "…", "content_text": "…", "pf_type": "photo",
      "place": null, "account": {…}, "media_attachments": [{"url": "https://…", "mime": "image/jpeg", …}], …}]

They are those of Mastodon's API (:mod:`.statuses`) with some members of their own. ``content`` is HTML if the server
made it so, else the caption as it was typed, which is always in ``content_text``. There are no pictures in the export:
their addresses die with the server.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from tamizdat.posts.elements import JsonValue, NotJson, Window, decode
from tamizdat.posts.export import BadExport, Export
from tamizdat.posts.formats import members
from tamizdat.posts.formats.fediverse import has_markup
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, checked_size, one_post
from tamizdat.posts.formats.statuses import account_author, first_status, plan_of, read_file, read_status
from tamizdat.posts.post import Author, Post
from tamizdat.posts.report import IngestReport

NAME: Final = "pixelfed/v1"
EXPORT: Final = "pixelfed-statuses.json"


def recognises(export: Export) -> bool:
    """Tell whether there is a file of Pixelfed's statuses."""
    return any(True for _ in _sources(export))


def _sources(export: Export) -> Iterator[str]:
    return (path for path in export.names() if (found := first_status(export, path)) and "pf_type" in found)


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files of statuses, and whose the export is: of that name there is only an account's own."""
    made = plan_of(NAME, export, list(_sources(export)))
    for path in made.sources:
        first = first_status(export, path) if path.rsplit("/", 1)[-1] == EXPORT else None
        if first is not None:
            author = _author(first, account_author(first["account"], members.text(first, "uri")))
            made.contexts[path] = {"id": author.id, "handle": author.handle, "name": author.name}
    return made


def owner(context: Context) -> str:
    """Return the id of the account that was given the export; "" for statuses alone, which anybody can fetch."""
    return members.text(context, "id")


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every status."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from read_file(path, Window(file), plan, report, read_pixelfed)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))
        except NotJson:
            report.problem("form", path, 0, "no statuses")


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a status."""
    with one_post():
        return read_pixelfed(decode(raw[0]))


def read_pixelfed(status: JsonValue) -> Post:
    """Return the post of a status. Raises :class:`BadPost`."""
    made = read_status(status)
    written, shown = members.text(status, "content_text"), members.text(status, "content")
    text = written or ("" if not shown or has_markup(shown) else shown)
    archived = members.text(status, "visibility") in ("archived", "draft")
    if made.kind == "Announce":
        raise BadPost("a repost, which Pixelfed's exports do not hold")
    return replace(
        made,
        author=_author(status, made.author),
        text=checked_size(text.replace("\r\n", "\n")) if text else made.text,
        links=made.links if not text else tuple(link for link in made.links if link[0] in text),
        audience="unknown" if archived else made.audience,
    )


def _author(status: JsonValue, known: Author) -> Author:
    """Return the account under the id that its own server has for it: its page is another address."""
    address = members.text(status, "uri")
    try:
        parts = urlsplit(address)
    except ValueError:
        return known
    local = "@" not in members.text(status, "account", "acct").lstrip("@")
    if not (local and known.handle and parts.netloc and parts.path.startswith(f"/p/{known.handle}/")):
        return known
    return Author(f"{parts.scheme}://{parts.netloc}/users/{known.handle}", known.handle, known.name)
