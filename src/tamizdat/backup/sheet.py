"""The recovery sheet: the recovery key, or a share of it, on paper. As text for a terminal, or a page to print.

A whole sheet has the words, the key's own text, and that text as a QR code; a share has its words, and these as a QR
code. What is scanned may be typed in where words are asked for. Codes hold capitals, digits, spaces and hyphens only,
which every reader of codes gives back as they are.
"""

import html
import io
from collections.abc import Iterator
from textwrap import fill
from typing import Final

import segno

from tamizdat.backup.recovery_key import WORDS, divide, short_name
from tamizdat.dataclass import dataclass
from tamizdat.keys import SealingKey

COLUMNS: Final = 3  #: of words in a row
WIDTH: Final = 80  #: of a terminal
_BLOCKS: Final = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}  #: dark above, below


@dataclass(frozen=True)
class Sheet:
    """One sheet. *needed* of *shares* give the key; a whole sheet is number 1 of 1."""

    desk: str
    fingerprint: str  #: of the desk, as it is read aloud
    key: str  #: eight letters and digits that tell this key from others
    day: str
    words: str
    text: str  #: the key itself; empty on a share
    number: int = 1
    needed: int = 1
    shares: int = 1

    @property
    def scanned(self) -> str:
        """What the QR code holds."""
        return self.text or self.words.upper()

    @property
    def title(self) -> str:
        """The first line."""
        if self.shares == 1:
            return f"Recovery sheet of the desk “{self.desk}”"
        return f"Recovery share {self.number} of {self.shares} (any {self.needed} are enough) of the desk “{self.desk}”"

    def rows(self) -> list[str]:
        """Return the words, numbered, row by row."""
        words = [f"{number:>2} {word:<12}" for number, word in enumerate(self.words.split(), 1)]
        return ["".join(words[at : at + COLUMNS]).rstrip() for at in range(0, WORDS, COLUMNS)]

    def facts(self) -> list[str]:
        """Return what tells this sheet from others."""
        return [f"Key {self.key}, made on {self.day}.", f"The desk's fingerprint: {self.fingerprint}"]

    def advice(self) -> str:
        """Return what the finder of the sheet should know who may have it, and what its owner should."""
        alone = "Who has this sheet" if self.shares == 1 else f"Who has {self.needed} of these shares"
        return (
            f"{alone} and a backup reads everything the desk has and can sign in its name. Keep it in another house "
            "than the backup, dry, and show it to no camera. To make the desk again on a new computer: tamizdat setup "
            "desk --restore FOLDER, where FOLDER holds the backup. To try it without harm: tamizdat keys rehearse "
            "FOLDER."
        )

    def as_text(self) -> str:
        """Return the sheet as lines for a terminal of 80 columns."""
        facts = [line for fact in self.facts() for line in fill(fact, WIDTH, break_on_hyphens=False).split("\n")]
        lines = [self.title, *facts, "", *self.rows(), ""]
        return "\n".join([*lines, *_drawn(self.scanned), *([self.text, ""] if self.text else [])])


def make_sheets(
    key: SealingKey, desk: str, fingerprint: str, day: str, needed: int = 1, shares: int = 1
) -> list[Sheet]:
    """Return the sheets of a recovery key: one, or one for each share. Raises UsageError for other numbers."""
    name = short_name(key.recipient)
    words = divide(key, needed, shares)
    text = key.to_text() if shares == 1 else ""
    return [
        Sheet(desk, fingerprint, name, day, each, text, number, needed, shares) for number, each in enumerate(words, 1)
    ]


def page(sheets: list[Sheet]) -> str:
    """Return an HTML page that prints a sheet of paper for each; it loads nothing and runs nothing."""
    style = (
        "body{font:12pt/1.4 serif;margin:2cm}section{break-after:page}pre{font:13pt/1.6 monospace}"
        "svg{width:7cm;height:7cm}p.key{font:9pt monospace;overflow-wrap:anywhere}"
    )
    body = "".join(_section(sheet) for sheet in sheets)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Print this page</title>'
        f"<style>{style}</style></head><body>{body}</body></html>\n"
    )


def _section(sheet: Sheet) -> str:
    out = io.BytesIO()
    segno.make(sheet.scanned, micro=False, error="m").save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True)
    facts = "".join(f"<p>{html.escape(fact)}</p>" for fact in sheet.facts())
    key = f'<p class="key">{html.escape(sheet.text)}</p>' if sheet.text else ""
    rows = html.escape("\n".join(sheet.rows()))
    return (
        f"<section><h1>{html.escape(sheet.title)}</h1>{facts}<pre>{rows}</pre>{out.getvalue().decode()}{key}"
        f"<p>{html.escape(sheet.advice())}</p></section>"
    )


def _drawn(text: str) -> Iterator[str]:
    """Yield the lines of a QR code in half blocks, light on a dark terminal as on paper dark on light."""
    rows = [[bool(cell) for cell in row] for row in segno.make(text, micro=False, error="l").matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    for above, below in zip(rows[::2], rows[1::2], strict=True):
        yield "".join(_BLOCKS[pair] for pair in zip(above, below, strict=True))
    yield ""
