"""Statements by act: one module each, a frozen dataclass with ``to_statement()`` and one strict reader.

=====================  ============================================================  =======================
module                 what is stated                                                about
=====================  ============================================================  =======================
:mod:`.received`       a consignment arrived                                         manifest, inventory
:mod:`.captured`       a file is kept: of a card, or of an export of posts           the file
:mod:`.observed`       a post stood in kept bytes                                    these bytes
:mod:`.sighted`        known versions of posts stood in a later file              the file
:mod:`.parted`         a version is no version of the post it was taken for          its bytes
:mod:`.edited`         two versions of a post say different things                   the later bytes
:mod:`.gone`           the platform says that a post is gone                         the last bytes
:mod:`.catalogued`     what the desk says of an item, post, person, wall or term     file, bytes or entry
:mod:`.translated`     words in another language are proposed                        the words
:mod:`.reviewed`       another account's word on a translation or transcript         the words
:mod:`.transcribed`    what is said in a clip is written down                        the words
:mod:`.redacted`       what is to be covered in a picture, clip or sound             the file and the cover
:mod:`.cleared`        another account's word on that                                the same
:mod:`.recited`        whose name is read in a recording, with consent or not       the file
:mod:`.composed`       a version of a story                                          the story
:mod:`.derived`        what an edition says in public of a picture, clip, person,    the files and texts that
                       (:mod:`.derived_post`) post, (:mod:`.derived_story`) story    are published
:mod:`.published`      an edition                                                    its list of files
:mod:`.withdrawn`      an item is published no more                                  its last statement
:mod:`.forgotten`      what entries said was destroyed                               their commitments
=====================  ============================================================  =======================

Nothing outside this package reads or writes a predicate member by member. ``read(statement)`` raises
:class:`~tamizdat.errors.BadStatement` for a statement of another act or form; a view of the archive passes such a one
over, a verifier reports it. :mod:`tamizdat.ledger.shapes` has the shapes that forms are put together from.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import Statement
from tamizdat.statements import (
    captured,
    catalogued,
    cleared,
    composed,
    derived,
    edited,
    forgotten,
    gone,
    observed,
    parted,
    published,
    received,
    recited,
    redacted,
    reviewed,
    sighted,
    transcribed,
    translated,
    withdrawn,
)  # fmt: skip

Act: TypeAlias = (
    received.Received | captured.CapturedFile | captured.CapturedSource | observed.Observed | sighted.Sighted
    | parted.Parted | edited.Edited | gone.Gone | catalogued.Catalogued | translated.Translated | reviewed.Reviewed
    | transcribed.Transcribed | redacted.Redacted | cleared.Cleared | recited.Recited | composed.Composed
    | derived.Item | published.Edition | withdrawn.Withdrawn | forgotten.Forgotten)  # fmt: skip
#: what a statement says

_READERS: Final[Mapping[str, Callable[[Statement], Act]]] = {
    received.ACT: received.read, captured.ACT: captured.read, observed.ACT: observed.read, sighted.ACT: sighted.read,
    parted.ACT: parted.read, edited.ACT: edited.read, gone.ACT: gone.read, catalogued.ACT: catalogued.read,
    translated.ACT: translated.read, reviewed.ACT: reviewed.read, transcribed.ACT: transcribed.read,
    redacted.ACT: redacted.read, cleared.ACT: cleared.read, recited.ACT: recited.read, composed.ACT: composed.read,
    derived.ACT: derived.read, published.ACT: published.read, withdrawn.ACT: withdrawn.read,
    forgotten.ACT: forgotten.read}  # fmt: skip


def read(statement: Statement) -> Act:
    """Read the predicate of a statement of any act.

    Raises :class:`BadStatement` for an act that is not ours, or a predicate of another form.
    """
    reader = _READERS.get(statement.act)
    if reader is None:
        raise BadStatement(f"Expected one of the acts {', '.join(_READERS)}, found '{statement.act}'.")
    return reader(statement)
