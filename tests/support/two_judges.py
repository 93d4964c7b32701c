"""The command's judge of stamps and the page's, given the same files."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Page

from support.malformed_stamps import LINES
from tamizdat.publishing import site
from tamizdat.verifying.report import Report
from tamizdat.verifying.stamps import Stamps
from tamizdat.verifying.trust import Trust

STATIC: Final = Path(site.__file__).parent / "static"
AT_ONCE: Final = 200
JUDGE: Final = """async ([cases, lines, root]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), found = [];
  for (const each of cases) {
    const files = new Map(Object.entries(each).map(([path, text]) => [path, bytes(text)]));
    const report = new tamizdat.Report();
    const stamps = new tamizdatStamps.Stamps({ report }, async (path) => files.get(path), { roots: new Set([root]) });
    await stamps.readCertificates([...files.keys()].sort());
    await stamps.judge(256, ["token.tsr"], null, bytes(lines));
    found.push(report.links.map(({ name, verdict }) => [name, verdict]));
  }
  return found;
}"""
Verdicts = list[tuple[str, str]]


def in_a_site(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Where a site has these files."""
    return {
        "ledger/checkpoints/256/stamps/token.tsr" if name.endswith(".tsr")
        else f"ledger/certificates/{sha256(data).hexdigest()}.{name.rpartition('.')[2]}": data
        for name, data in files.items()
    }  # fmt: skip


def by_the_command(files: Mapping[str, bytes], root: x509.Certificate) -> Verdicts:
    """What the command says of a token and what lies beside it: links and verdicts."""
    held = in_a_site(files)
    folder = SimpleNamespace(read=lambda path, most=0: held[path], has=lambda path: path in held)
    evidence: Any = SimpleNamespace(folder=folder, report=Report(), whole=False)
    stamps = Stamps(evidence, Trust((root,)), sorted(held))
    stamps.read_certificates()
    stamps.judge(256, ["token.tsr"], LINES)
    return [(each.name, str(each.verdict)) for each in evidence.report.links]


def by_the_page(page: Page, cases: Sequence[Mapping[str, bytes]], root: x509.Certificate) -> list[Verdicts]:
    """What a page says of each case; *page* is at an address where a browser computes digests."""
    for name in ("verify.js", "stamps.js"):
        page.add_script_tag(content=(STATIC / name).read_text("utf-8"))
    known = sha256(root.public_bytes(Encoding.DER)).hexdigest()
    found: list[Verdicts] = []
    for at in range(0, len(cases), AT_ONCE):
        some = [
            {path: b64encode(data).decode() for path, data in in_a_site(each).items()}
            for each in cases[at : at + AT_ONCE]
        ]
        told = page.evaluate(JUDGE, [some, b64encode(LINES).decode(), known])
        found += [[(name, verdict) for name, verdict in each] for each in told]
    return found


def differing(names: Sequence[str], one: Sequence[Verdicts], other: Sequence[Verdicts]) -> dict[str, Any]:
    """The cases in which two judges do not agree, with what each says."""
    return {name: (a, b) for name, a, b in zip(names, one, other, strict=True) if sorted(a) != sorted(b)}
