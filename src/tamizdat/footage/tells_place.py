"""Texts that a device wrote about a file of its own: where somebody stood, when, with what. No words for readers.

A text of a card may be published as its words. These would tell what is taken out of every picture, so none of them is.
"""

from tamizdat.footage.device_proof import LARGEST, read


def told_by(text: bytes) -> str:
    """Return what wrote a text that tells where its file was made, "" if it is nothing of the kind."""
    said = read(text[:LARGEST])
    return said.kind if said else ""


def why_not(text: bytes) -> str:
    """Return why a text may not be published, "" if nothing speaks against it."""
    if not (by := told_by(text)):
        return ""
    return (
        f"Expected words for readers, found what {by} noted of a file: where it was made, when, in which networks and "
        "with which device. It stays evidence: 'tamizdat export --evidence --with said' hands it to a court."
    )
