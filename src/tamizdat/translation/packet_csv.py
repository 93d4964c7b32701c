"""Packets as tables, for helpers with a spreadsheet: a line for each segment (:mod:`.tables`).

::

    source,into:en,told,publish,post,segment,text,after
    没有了。,,"@lin, 2013-05-12",,https://x.com/i/status/57,1,SHA-256 of the text,
    “五年了”,“Five years on”,Spoken by @wang,,https://x.com/i/status/57,2,…,41

Only ``into:…`` and ``publish`` (notes that are published with the translation) are for the helper to fill in. Lines may
be sorted, cells be left empty; what else was changed is told and not believed.
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.errors import BadPacket
from tamizdat.text.languages import LANGUAGE
from tamizdat.translation.packets import Packet, PacketPost, PostOut, Unit, packed
from tamizdat.translation.tables import read_table, write_table

INTO: Final = "into:"
COLUMNS: Final = ("source", INTO, "told", "publish", "post", "segment", "text", "after")


def export_packet_csv(archive: Archive, posts: Sequence[str], language: str, embargoed: bool = False) -> bytes:
    """Write a packet of these posts, the versions that count now, as a table. Raises as :func:`packed`."""
    return written_table(packed(archive, posts, language, embargoed), language)


def written_table(posts: Sequence[PostOut], language: str) -> bytes:
    """Return posts that go out as a table."""
    rows = [[each + language if each == INTO else each for each in COLUMNS]]
    for post in posts:
        rows += _rows(post)
    return write_table(rows)


def _rows(post: PostOut) -> list[list[str]]:
    rows = []
    for unit in post.units:
        first = unit.number == 1
        told = [*(post.told if first else ()), *unit.told]
        told += [f"{each.score} %: {each.source} → {each.target}" for each in unit.recalled]
        after = "" if post.after is None else str(post.after)
        about = [post.post, str(unit.number), post.text, after]
        rows.append([unit.source, unit.target, "\n".join(told), "\n\n".join(post.notes) if first else "", *about])
    return rows


def import_packet_csv(data: bytes) -> Packet:
    """Read the posts of a packet. Raises :class:`BadPacket` for what is damaged or no packet of posts."""
    table = read_table(data, "a packet")
    names = [each.strip() for each in table[0]] if table else []
    language = next((each.removeprefix(INTO) for each in names if each.startswith(INTO)), "")
    wanted = ", ".join(f"{INTO}en" if each == INTO else each for each in COLUMNS)
    columns = [INTO + language if each == INTO else each for each in COLUMNS]
    if not LANGUAGE.fullmatch(language) or not set(columns) <= set(names):
        lacking = ", ".join(each for each in columns if each not in names) or f"a language after {INTO}"
        raise BadPacket(
            f"Expected a packet with the columns {wanted}; found {ascii(', '.join(names))[:200]}, "
            f"without {lacking}. Leave the first line as it was exported."
        )
    places = [names.index(each) for each in columns]
    found: dict[tuple[str, str, str], list[tuple[str, str, str, str]]] = {}
    for row in table[1:]:
        cells = [row[place] if place < len(row) else "" for place in places]
        if any(cells):
            source, target, _, publish, post, segment, text, after = cells
            found.setdefault((post, text.strip(), after.strip()), []).append((segment.strip(), source, target, publish))
    return Packet(language, tuple(_post(*about, rows) for about, rows in found.items()))


def _post(post: str, text: str, after: str, rows: list[tuple[str, str, str, str]]) -> PacketPost:
    rows = sorted(rows, key=lambda row: (len(row[0]), row[0]))  # whoever translates may have sorted them
    units = tuple(Unit(segment, source, target.strip(), not target.strip()) for segment, source, target, _ in rows)
    notes = [each.strip() for row in rows for each in row[3].split("\n\n") if each.strip()]
    return PacketPost(post, text, units, tuple(dict.fromkeys(notes)), after)
