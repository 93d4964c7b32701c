"""What an item's ``proof.js`` holds, read without our verifier."""

import base64
import json
from pathlib import Path
from typing import Any

from support.site_maker import item_script, parts_of
from tamizdat.encoding import canonical
from tamizdat.ledger.statement import Statement, peek_envelope


def facts(folder: Path) -> dict[str, Any]:
    """What the file in an item's *folder* is called with."""
    line = (folder / "proof.js").read_text("utf-8")
    assert (line[:13], line[-3:]) == ("tamizdatItem(", ");\n")
    found: dict[str, Any] = json.loads(line[13:-3])
    return found


def envelope_of(folder: Path) -> bytes:
    """The bytes of the envelope."""
    return canonical(facts(folder)["envelope"])


def statement_of(folder: Path) -> Statement:
    """The public statement of an item."""
    return peek_envelope(envelope_of(folder))


def statements_in(site: Path) -> list[Statement]:
    """The public statements of all items of a site."""
    return [statement_of(path.parent) for path in site.glob("items/*/proof.js")]


def opened_in(folder: Path) -> list[tuple[bytes, bytes]]:
    """Salt and envelope of everything that is opened with an item."""
    return [(base64.b64decode(each["salt"]), canonical(each["envelope"])) for each in facts(folder)["openings"]]


def captured_in(folder: Path) -> bytes | None:
    """The captured bytes that are shown with an item."""
    raw = facts(folder)["bytes"]
    return None if raw is None else base64.b64decode(raw)


def put_part(folder: Path, name: str, data: bytes) -> None:
    """Write one part of an item's file (``statement.json``, ``statement.tlog-proof``, ``openings.json``) anew."""
    path = folder / "proof.js"
    path.write_bytes(item_script({**parts_of(path.read_bytes()), name: data}))
