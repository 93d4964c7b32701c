"""Packets in PO, for gettext's editors (Poedit, Lokalize …).

::

    #. @lin, 2013-05-12                         for the translator: who wrote it, who speaks, glossary, memory
    # PUBLISH: [1] …                            a remark of the translator's; only such a one is published
    msgctxt "https://x.com/i/status/57 1 SHA-256-of-the-text none"
    msgid "没有了。"
    msgstr "Gone."

The context tells post, segment, text and the number of the latest translation when the packet went out, so that the
same words in two posts stay two. A translation that is marked *fuzzy* is not finished.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tamizdat.archive import Archive
from tamizdat.errors import BadPacket
from tamizdat.text.languages import LANGUAGE
from tamizdat.translation.packet_xml import MAX_BYTES, fit
from tamizdat.translation.packets import PUBLISH, Packet, PacketPost, PostOut, Unit, packed

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

MARK: Final = b"\xef\xbb\xbf"  #: what editors of Windows put before UTF-8
NONE: Final = "none"
MAX_MESSAGES: Final = 100_000


def export_po(archive: Archive, posts: Sequence[str], language: str, embargoed: bool = False) -> bytes:
    """Write a packet of these posts, the versions that count now, as PO. Raises as :func:`packed`."""
    return written_po(packed(archive, posts, language, embargoed), language)


def written_po(posts: Sequence[PostOut], language: str) -> bytes:
    """Return posts that go out as PO."""
    lines = ['msgid ""', 'msgstr ""']
    lines += [f'"{name}: {value}\\n"' for name, value in (
        ("Project-Id-Version", "tamizdat"), ("Language", language), ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"), ("Content-Transfer-Encoding", "8bit"),
    )]  # fmt: skip
    for post in posts:
        lines += _messages(post)
    return ("\n".join(lines) + "\n").encode()


def _messages(post: PostOut) -> list[str]:
    lines = []
    for unit in post.units:
        first = unit.number == 1
        told = [*(post.told if first else ()), *unit.told]
        told += [f"{each.score} %: {each.source} → {each.target}" for each in unit.recalled]
        lines.append("")
        lines += [f"# {PUBLISH} {' '.join(fit(each).split())}" for each in (post.notes if first else ())]
        lines += [f"#. {' '.join(fit(each).split())}" for each in told]
        context = f"{post.post} {unit.number} {post.text} {NONE if post.after is None else post.after}"
        lines += [f"{name} {_quoted(text)}" for name, text in (
            ("msgctxt", context), ("msgid", unit.source), ("msgstr", unit.target),
        )]  # fmt: skip
    return lines


def _quoted(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return f'"{fit(text)}"'


def import_po(data: bytes) -> Packet:
    """Read the posts of a packet. Raises :class:`BadPacket` for what is damaged or no packet of posts."""
    catalog = _read(data)
    language = str(catalog.locale_identifier or "").replace("_", "-")
    if not LANGUAGE.fullmatch(language):
        raise BadPacket(f"Expected a packet with its language in the header, found {language[:40]!r}. Export it again.")
    found: dict[tuple[str, str, str], list[tuple[int, Message]]] = {}
    for message in catalog:
        if message.id:
            match (message.context or "").split(" "):
                case [post, segment, text, after] if segment.isdecimal() and len(segment) < 10:
                    found.setdefault((post, text, after), []).append((int(segment), message))
                case _:
                    raise BadPacket(
                        "Expected messages with the context (msgctxt) that they were exported with, found "
                        f"{ascii(message.context)[:80]}. Export the packet again."
                    )
    return Packet(language, tuple(_post(*about, messages) for about, messages in found.items()))


def _read(data: bytes) -> "Catalog":
    from babel.messages.pofile import PoFileError, read_po

    if len(data) > MAX_BYTES:
        raise BadPacket(f"Expected a packet of at most {MAX_BYTES >> 20} MiB, found {len(data) >> 20} MiB.")
    try:
        catalog = read_po(io.BytesIO(data.removeprefix(MARK)), abort_invalid=True)
    except (PoFileError, LookupError, UnicodeError, ValueError, TypeError, AttributeError):
        raise BadPacket("Expected a packet in PO and UTF-8, found a damaged one. Export it again.") from None
    if len(catalog) > MAX_MESSAGES:
        raise BadPacket(f"Expected a packet of at most {MAX_MESSAGES:,} messages, found more. Split it.")
    return catalog


def _post(post: str, text: str, after: str, messages: "list[tuple[int, Message]]") -> PacketPost:
    messages.sort(key=lambda each: each[0])
    notes = _published([line for _, message in messages for line in message.user_comments])
    units = tuple(_unit(number, message) for number, message in messages)
    return PacketPost(post, text, units, notes, "" if after == NONE else after)


def _unit(number: int, message: "Message") -> Unit:
    source = message.id if isinstance(message.id, str) else message.id[0]
    target = message.string.strip() if isinstance(message.string, str) and not message.fuzzy else ""
    return Unit(str(number), source, target, not target)


def _published(texts: Sequence[str]) -> tuple[str, ...]:
    """Return those of several remarks that say of themselves that they are to be published, each once."""
    found = (each.strip() for each in texts)
    return tuple(dict.fromkeys(each[len(PUBLISH) :].strip() for each in found if each.upper().startswith(PUBLISH)))
