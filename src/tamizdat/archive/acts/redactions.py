"""Covering: what is to be covered in a file of a card or of a post, and another account's word on it.

::

    redact(…, by=tag A)  ──►  proposed ──► approved         clear(…, by=tag B)
                                  └──► returned (redact again), also by tag A

A cover is lifted as it is laid: by proposing another, or an empty one, which a second account approves. Who may do this
at all (an editor) is for whoever calls to know.

A file of a post is named by the number of the ``captured`` statement that first was about its bytes, as its transcript
is (:mod:`tamizdat.archive.views.transcripts`): what is covered in it is covered in every post that shows it.
"""

from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views.items import Item
from tamizdat.covering import Cover, checked
from tamizdat.errors import BadMedia, UsageError
from tamizdat.footage.probe import CLIP, PICTURE, SOUND, form_of, moves, recognise
from tamizdat.keys import SigningKey
from tamizdat.statements.cleared import VERDICTS, Cleared
from tamizdat.statements.redacted import Redacted
from tamizdat.statements.reviewed import APPROVED, RETURNED
from tamizdat.text.rules import checked_choice

SEEN_OR_HEARD: Final = (PICTURE, CLIP, SOUND)
LANGUAGE: Final = "zxx"  #: of the tags of such work: no words (ISO 639)
MEDIA: Final = "media"  #: the kind of a captured file that came with a post


def name_of(item: int) -> str:
    """Return what the covering of an item is called where a post's id would stand in a tag."""
    return f"cover/{item}"


def kind_seen(archive: Archive, item: Item) -> str:
    """Return "picture", "clip" or "sound" for a file in which somebody may be seen or heard, by its bytes; else ""."""
    if not archive.objects.has(item.original):
        return ""
    with archive.objects.open(item.original) as file:
        form = form_of(file)
        if form is None or form.kind not in SEEN_OR_HEARD:
            return ""
        return CLIP if form.decoder == "GIF" and moves(file) else form.kind


def of_post(archive: Archive, number: int) -> Item | None:
    """Return a file that came with a post, by its number, released as its post is; None if it is none.

    Its consignment is "", its path says of which post it is, its title is its description.
    """
    held = archive.index.transcripts.of_post(number)
    if held is None:
        return None
    release = archive.index.releases.of(held.post).release
    return Item(
        number, "", f"a file of post {held.page}", 0, None, "whole", MEDIA, held.object, release, title=held.alt
    )


def number_in_post(archive: Archive, post: int, place: int) -> int:
    """Return the number of a post's file by its *place* among them, the first of which is 1.

    Raises :class:`UsageError` for a number that is no post's, and for a place at which it has no file.
    """
    version = archive.index.posts.version(post)
    counting = version_that_counts(archive, version.post) if version else None
    if counting is None:
        raise UsageError(
            f"Expected the number of a post with --media, found {post}, which is none. 'tamizdat publish list' lists "
            "them."
        )
    files = archive.index.posts.media(counting.version.number)
    if not 1 <= place <= len(files):
        raise UsageError(f"Expected one of the {len(files)} files of post {post}, found no. {place}.")
    number = archive.index.transcripts.number_of(files[place - 1][0])
    assert number is not None, "it is one of a post"
    return number


def coverable(archive: Archive, number: int) -> tuple[Item, str]:
    """Return a file in which something can be covered, and its kind. Raises :class:`UsageError` for any other."""
    item = archive.index.item(number) or of_post(archive, number)
    if item is None:
        raise UsageError(
            f"Expected the number of a picture, clip or sound of a card, found {number}, which is none. "
            "'tamizdat publish list' lists them; a file of a post is named with --media."
        )
    if item.kind == "preview":
        of = archive.index.shown_by(item)
        raise UsageError(
            f"Expected the number of a picture, clip or sound, found {number}, the preview of one, which no edition "
            f"shows. {f'Say it of {of.number}, the file itself.' if of else 'The file itself is not here yet.'}"
        )
    kind = kind_seen(archive, item)
    if not kind:
        raise UsageError(
            f"Expected a picture, clip or sound whose original is here, found item {number}, which is none. "
            "What people say of themselves in a document or a text is read before it is released."
        )
    return item, kind


def length_of(archive: Archive, digest: str) -> int:
    """Return the length of a clip or sound in milliseconds, as its container tells it; 0 if it does not."""
    from tamizdat.footage import decode  # it loads Pillow, and whoever publishes asks for no length

    with archive.objects.whole(digest) as path:
        form = recognise(path)
        try:
            return int(1000 * decode.probe_clip(path, form).seconds) if form else 0
        except BadMedia:
            return 0


def redact(
    archive: Archive, desk: SigningKey, by: str, number: int, cover: Cover, day: str, length: int = 0, dry: bool = False
) -> int | None:
    """State what is to be covered in an item, which lasts *length* milliseconds, if that is known.

    With *dry* only look whether it may be stated. Returns the index of the statement; if the newest says the same, its
    index. Raises :class:`UsageError` for what cannot be covered.
    """
    item, kind = coverable(archive, number)
    checked(cover, kind != PICTURE, length)
    if kind == SOUND and cover.regions:
        raise UsageError(f"Expected silences alone in a sound, found {len(cover.regions)} regions.")
    latest = archive.index.redactions.latest(number)
    if latest and latest.cover == cover and latest.state != "returned":
        return latest.number
    if latest is None and not cover:
        raise UsageError(
            "Expected a region or a silence, found none. If nobody is to be covered, say so: "
            f"'tamizdat redact {number} --nobody'."
        )
    if dry:
        return None
    after = archive.reference(latest.number) if latest else None
    said = Redacted(archive.reference(number), cover.regions, cover.silences, by, day, after, item.original)
    return state(archive, desk, [said.to_statement()])[0]


def clear(
    archive: Archive, desk: SigningKey, by: str, redacted: int, verdict: str, day: str, dry: bool = False
) -> None:
    """State *verdict*, ``approved`` or ``returned``, of what is to be covered; with *dry* only look whether one may.

    Raises :class:`UsageError` where this account, or anybody now, may not say so.
    """
    checked_choice("verdict", verdict, VERDICTS)
    found = archive.index.redactions.redaction(redacted)
    if found is None:
        raise UsageError(f"Expected the number of a proposal to cover something, found {redacted}, which is none.")
    if found.by == by and verdict == APPROVED:
        raise UsageError(
            "Expected another account than the one that drew what is covered, found the same one. Have another editor "
            "look at it; 'tamizdat desk invite --role editor' invites one."
        )
    newest = archive.index.redactions.latest(found.item)
    if newest is not None and newest.number != redacted:
        raise UsageError(
            f"Expected a word on the newest proposal for item {found.item}, no. {newest.number}, found one on no. "
            f"{redacted}. Look at that one."
        )
    if found.state == APPROVED and verdict == RETURNED:
        raise UsageError(
            f"Expected a proposal to return, found no. {redacted}, which was approved and lies over item {found.item}. "
            "Propose another that covers more, or an empty one that lifts it; either takes two accounts."
        )
    if not dry:
        said = Cleared(archive.reference(redacted), verdict, by, day, found.original, found.cover.digest)
        state(archive, desk, [said.to_statement()])
