"""Versions of one post: what is stated when two differ, and when a post counts as gone.

``edited`` names two versions in a row, ``gone`` the last one, each by index and salted commitment, so that the
statements may be disclosed without what they speak of. The raw bytes are named by their SHA-256, as in ``observed``.
Two versions are in a row only if their source tells which came first, and only within one source.
"""

from collections.abc import Sequence

from tamizdat.archive.archive import Archive
from tamizdat.archive.released import whose_word
from tamizdat.archive.views.current_version import first_source, own_versions
from tamizdat.archive.views.observed import source_name
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.version_difference import PICTURES, are_in_order, are_numbered, at_hand, difference, pairs
from tamizdat.statements import edited as edited_act
from tamizdat.statements import gone as gone_act
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.edited import Edited
from tamizdat.statements.gone import Gone


def differences(archive: Archive, post: str, seen: str) -> list[Edited]:
    """Return an ``edited`` act for every two versions in a row that differ and of which none is stated."""
    versions = archive.index.posts.versions(post)
    if len(versions) < 2:
        return []
    compared = archive.index.sights.compared(each.number for each in versions)
    stated = {(edit.before, edit.after) for edit in archive.index.posts.edits(post)}
    found = []
    for before, after in pairs(versions):
        if (before.number, after.number) not in stated and are_in_order(before, after):
            sides, numbered = (compared[before.number], compared[after.number]), are_numbered(before, after)
            what = difference(*sides, at_hand(before.text, after.text), numbered)
            if what and raw_of(archive, before) != raw_of(
                archive, after
            ):  # else we learnt to read the same bytes better
                found.append(edited(archive, before, after, seen, what == PICTURES))
    return found


def edited(archive: Archive, before: Version, after: Version, seen: str, pictures: bool = False) -> Edited:
    """Return the ``edited`` act about two versions in a row that differ; *pictures*: in these alone."""
    sides = (_side(archive, before), _side(archive, after))
    return Edited(after.post, *sides, after.as_of, seen, pictures or None, raw_of(archive, after))


def _side(archive: Archive, version: Version) -> edited_act.Side:
    named = archive.reference(version.number)
    return edited_act.Side(named.index, named.commitment, version.text, version.summary or None)


def gone(
    archive: Archive, post: str, word: str, as_of: str, seen: str, capture: CapturedSource | None = None
) -> Gone | None:
    """Return the ``gone`` act about a post that the platform says is gone, in *capture* or at the post's own address.

    It is None if the post is not here, known to be gone, or was seen later than that. Of a post that is known from
    another alone, which quotes it, the act is about that one's bytes: what they hold of it is not shown any more.
    """
    every = archive.index.posts.versions(post)
    holder = None if every or archive.index.posts.gone(post) else archive.index.posts.holder(post)
    if holder is not None:
        held = archive.reference(holder.number)
        return Gone(post, held.index, held.commitment, word, as_of, seen, raw=raw_of(archive, holder))
    versions = own_versions(every) if every else []  # what a stranger gives out keeps no removal from being known
    if not versions or not _is_news(archive, every, versions[-1], capture):
        return None
    last_seen = archive.index.sights.last([versions[-1].number]).get(versions[-1].number, "")
    if max(versions[-1].as_of, last_seen) > as_of:
        return None
    last = archive.reference(versions[-1].number)
    return Gone(post, last.index, last.commitment, word, as_of, seen, raw=raw_of(archive, versions[-1]))


def is_gone_by_its_own_word(archive: Archive, version: Version) -> bool:
    """Return whether the source of *version*, or where the post came from first, says that it is gone."""
    said = _said_to_be_gone(archive, version)
    return bool(said) and not said.isdisjoint(
        (version.source, first_source(archive.index.posts.versions(version.post)))
    )


def _said_to_be_gone(archive: Archive, version: Version) -> frozenset[str]:
    """Return who says that the post is gone, since *version*, the last of its source."""
    words = archive.index.posts.gone(version.post) if version.state == "gone" else []
    said = (gone_act.read(archive.statement(each.number)) for each in words if each.as_of >= version.as_of)
    return frozenset(whose_word(archive, each, version) for each in said)


def _is_news(archive: Archive, every: Sequence[Version], last: Version, capture: CapturedSource | None) -> bool:
    """Return whether nobody has said yet that it is gone; or strangers have, and now one does who gave it out."""
    known = _said_to_be_gone(archive, last)
    whose = source_name(capture, last.author, last.url, last.name) if capture else last.source
    return not known or (whose not in known and whose in {each.source for each in every})


def raw_of(archive: Archive, version: Version) -> str:
    """Return the SHA-256 of a version's own bytes, in hexadecimal."""
    return archive.statement(version.number).subjects[0].sha256
