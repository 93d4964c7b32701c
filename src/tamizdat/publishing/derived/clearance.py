"""Whether a picture, clip or sound of a card may be shown, as far as the people in it are concerned; and under what.

An editor says of each that nobody in it can be recognised, or that all who can be have consented; or somebody draws
what is to be covered, and another account approves it. Without one of these nothing is made of the original for an
edition. What an edition showed before anybody was asked stays, and is told (``docs/adr/0050``).

================================  ============================  ============================
what was said                     not shown yet                 shown before
================================  ============================  ============================
nothing, or it was taken back     waits                         stays, and is told
nobody, or all consented          shown                         shown
a cover was proposed              waits                         stays, and is told
a cover was approved              shown under it                made anew under it
================================  ============================  ============================

A cover that was approved lies over the item whatever else is said: some consented, others are covered. It is lifted
only by an approved cover without anything in it, and a word of an editor.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.redactions import kind_seen
from tamizdat.archive.views.redactions import PROPOSED
from tamizdat.covering import Cover
from tamizdat.errors import BadMedia
from tamizdat.publishing.derived.item_words import Words
from tamizdat.statements.catalogued import CONSENTED, NOBODY

SAID = (NOBODY, CONSENTED)
RECIPE: Final = "recipe cover/1"  #: what how a covered file is published tells


def covered_by(archive: Archive, take: Sequence[Item]) -> str:
    """Return what the public statement adds to how the files of a *take* are published; "" if nothing lies over them.

    It tells how much is covered, which is to be seen, and names the private statements that tell where.
    """
    approved = filter(None, (archive.index.redactions.approved(each.number) for each in take))
    found = [each for each in approved if each.cover]
    if not found:
        return ""
    regions, silences = sum(len(each.cover.regions) for each in found), sum(len(each.cover.silences) for each in found)
    stated = ", ".join(f"{each.number} {archive.reference(each.number).commitment.hex()}" for each in found)
    told = f"regions covered: {regions}, stretches silenced: {silences}"
    return f"; before that, {told} ({RECIPE}, as stated in {stated})"


class Clearance:
    """What was said of the people in each item: *said* are the words of items, by number."""

    def __init__(self, archive: Archive, said: Mapping[int, Words]) -> None:
        self._archive = archive
        self._said = said

    def cover(self, item: Item) -> Cover:
        """Return what lies over an item."""
        return self._archive.index.redactions.cover(item.number)

    def is_open(self, item: Item) -> bool:
        """Return whether the whole of it may be seen and heard by others than editors."""
        return not self.why_not(item) and not self.cover(item)

    def is_lifted(self, item: Item) -> bool:
        """Return whether something was to be covered in an item once, and nothing is now."""
        return not self.cover(item) and bool(self._archive.index.redactions.history(item.number))

    def why_not(self, item: Item) -> str:
        """Return why nothing may be made of an item for others than editors; "" if it may."""
        latest = self._archive.index.redactions.latest(item.number)
        proposed = latest is not None and latest.state == PROPOSED
        if self.cover(item) or (self._said.get(item.number, Words()).covering in SAID and not proposed):
            return ""
        if not kind_seen(self._archive, item):  # last, for the original may have to be fetched
            return ""
        if proposed:
            return (
                f"Expected what is to be covered in it to be approved by another account, found it proposed. "
                f"'tamizdat redact {item.number}' shows it, and so does 'Cover people in it' on its page."
            )
        return (
            "Expected an editor's word on the people in it, found none. Say it with 'tamizdat redact "
            f"{item.number}' --nobody, --consented or a file of what is to be covered, or on its page in the workbench."
        )

    def require(self, files: Sequence[Item]) -> None:
        """Raise :class:`BadMedia` if one of the *files* of an item may not be shown yet."""
        for each in files:
            if why := self.why_not(each):
                raise BadMedia(why)
