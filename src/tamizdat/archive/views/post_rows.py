"""The rows that statements about posts add to the index (:mod:`.posts` has their tables, and the questions)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tamizdat.archive.views import sights
from tamizdat.archive.views.authors_clock import on_clock, zone_of
from tamizdat.archive.views.observed import ObservedPost
from tamizdat.archive.views.post_details import details_column, read_details, web
from tamizdat.archive.views.rows import Row, insertion
from tamizdat.errors import BadEncoding
from tamizdat.posts.identity import instant, is_reference
from tamizdat.posts.post import Attachment, fetchable_address, with_whole_characters
from tamizdat.statements import Act
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.edited import Edited
from tamizdat.statements.gone import Gone as Removal
from tamizdat.statements.observed import Observed
from tamizdat.text.languages import normal_language

NUMBERED: Final = "https://x.com/i/status/"  #: before the number of a post whose versions are numbered too
MEDIA: Final = "media"  #: the kind of a captured file that belongs to posts
_as_json: Final = json.JSONEncoder(ensure_ascii=False).encode
#: gives attachments the files that were fetched from their addresses, whichever of the two was stated first
_FETCHED: Final = (
    "INSERT OR IGNORE INTO media SELECT unfetched.number, unfetched.position, sources.number, sources.object,"
    " sources.path, unfetched.alt, unfetched.media_type FROM unfetched JOIN sources ON sources.url = unfetched.url"
    " AND sources.kind = 'media' AND unfetched.url <> '' WHERE {}.number = ?"
)


def rows_of_a_version(number: int, observed: ObservedPost) -> Iterator[Row]:
    """Yield what an ``observed`` statement adds; nothing, if its bytes only name a post and hold none.

    What is stated stays: a character that no table can hold must not keep all that follows from being read.
    """
    if is_reference(observed.post):
        return
    try:
        rows = [*_rows_of_all(number, observed)]
        for _, values in rows:
            "".join(each for each in values if isinstance(each, str)).encode()
    except (UnicodeEncodeError, BadEncoding):
        anew = observed.anew and with_whole_characters(observed.anew)
        rows = [*_rows_of_all(number, replace(observed, post=with_whole_characters(observed.post), anew=anew))]
    yield from rows


def _rows_of_all(number: int, observed: ObservedPost) -> Iterator[Row]:
    yield from observed_rows(number, observed.said, observed)
    yield from sights.observed_rows(number, observed)


def observed_rows(number: int, said: Observed, observed: ObservedPost) -> Iterator[Row]:
    """Return the rows that an ``observed`` statement adds to the index, with the post as it was read from its bytes."""
    post, lacking = observed.post, _without_file(observed)
    details, tags = details_column(post, lacking), _as_json(post.tags) if post.tags else None
    capture = said.slices[0].capture if observed.told_by is None else observed.told_by
    who = (post.id, post.author.id, post.author.handle, post.author.name, post.kind)
    written = (on_clock(post.published, zone_of(observed.capture.context)), instant(post.published) or None)
    version = (said.seen, said.as_of, post.version, post.said, capture)
    around = (normal_language(post.language), post.reply_to, post.thread, post.audience, post.url)
    words = (post.summary, post.text, tags)
    came = (observed.source, observed.owner)
    yield insertion("posts", (number, *who, *written, *version, *around, *words, *came, details))
    if post.version and post.id.startswith(NUMBERED) and not post.id.endswith(f"/{post.version}"):
        yield insertion("renumbered", (number, f"{NUMBERED}{post.version}", post.id))
    repeats = read_details(details).inner if post.shared or post.quotes else None
    for place, inner in enumerate(repeats or ()):
        yield insertion("repeated", (number, place, post.id, inner.post))
    if observed.media or lacking:
        yield from _media_rows(number, observed, lacking)


def _without_file(observed: ObservedPost) -> list[Attachment]:
    """Return the attachments that came without a file; a file that no address names is taken for one of theirs."""
    if not observed.post.attachments:
        return []
    files = {each.path: each for each in observed.media}
    lacking = [each for each in observed.post.attachments if files.pop(each.file_among(files), None) is None]
    return lacking[len(files) :]


def _media_rows(number: int, observed: ObservedPost, lacking: list[Attachment]) -> Iterator[Row]:
    """Yield a row for each attachment with its file, in order; then for files that no attachment asks for.

    What came without a file stands behind these, with its address; a file that was fetched from there becomes its row.
    """
    files = {each.path: each for each in observed.media}
    position = 0
    for attachment in observed.post.attachments:
        file = files.pop(attachment.file_among(files), None)
        if file:
            about = (attachment.alt, attachment.media_type)
            yield insertion("media", (number, position, file.capture, file.object, file.path, *about))
            position += 1
    for file in files.values():
        yield insertion("media", (number, position, file.capture, file.object, file.path, "", ""))
        position += 1
    for place, each in enumerate(lacking):
        address = web(fetchable_address(each, observed.post.id))
        yield insertion("unfetched", (number, place, position + place, address, each.alt, each.media_type))
    if lacking:
        yield _FETCHED.format("unfetched"), (number,)


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that the other statements about posts add to the index."""
    match said:
        case CapturedSource() if said.kind not in ("web", "page"):  # of these, views/pages.py has the rows
            origin = (said.url, said.etag, said.modified)
            about = (said.original, said.kind, said.format, said.path)
            yield insertion("sources", (number, *about, *origin, said.seen))
            if said.kind == MEDIA and said.url:
                yield _FETCHED.format("sources"), (number,)
        case Edited():
            yield insertion("edited", (number, said.post, said.before.index, said.after.index, said.seen))
        case Removal():
            told = (said.status, said.deleted, said.seen, said.as_of)
            yield insertion("gone", (number, said.post, said.observed, said.word, *told))
