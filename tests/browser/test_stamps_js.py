"""Stamps in a browser: the same links as the command's, word for word, from the same bytes."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Browser, Page

from support.kinds import some_of
from support.malformed_stamps import MalformedStamps
from support.published_desk import House
from support.shared import VECTORS, needs_shared
from support.stamped_desk import StampedDesk
from support.stamping import VERSION_3, StampServers
from support.static_server import static_server
from support.two_judges import by_the_command, by_the_page, differing
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.encoding import b64, sha256_hex
from tamizdat.errors import BadProof
from tamizdat.timestamps.ots import BITCOIN, MAGIC, PENDING, Proof, block_time
from tamizdat.timestamps.token import Token

CHECK = """async ([base, paths, roots, headers]) => {
  const fetched = async (path) => new Uint8Array(await (await fetch(base + path, { cache: "no-store" })).arrayBuffer());
  const files = new Map(paths.map((path) => [path, { size: 1, bytes: () => fetched(path) }]));
  const trust = { roots: new Set(roots), headers: headers.map((each) => Uint8Array.from(each)) };
  const report = await tamizdat.checkSite(files, null, trust);
  return { holds: report.holds, links: report.links.map(({ name, verdict, detail }) => [name, verdict, detail.en]) };
}"""
UNREAD = """async ([base, paths, known]) => {
  const broken = {}, fetched = async (path) => new Uint8Array(await (await fetch(base + path)).arrayBuffer());
  const sound = new Map();
  for (const path of paths) sound.set(path, await fetched(path));
  for (const one of paths.filter((path) => /^ledger\\/(certificates|checkpoints)\\//.test(path))) {
    const read = async (path) => {
      if (path === one) throw new DOMException("", "NotReadableError");
      return sound.get(path);
    };
    const files = new Map(paths.map((path) => [path, { bytes: () => read(path) }]));
    const report = await tamizdat.checkSite(files, null, { roots: new Set(known), headers: [] });
    broken[one] = report.links.filter((each) => each.verdict === "broken").map((each) => each.name);
  }
  return broken;
}"""
ROWS = """[...document.querySelectorAll("#proof-report [data-link]")].map((row) =>
  [row.dataset.link, row.dataset.verdict, row.querySelector("h3").textContent, row.textContent])"""
ABOUT = ("stamp", "checkpoint ", "file ")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StampedDesk]:
    """Two editions, each stamped; the roots lie with the certificates, as those that a computer knows do."""
    house = House(tmp_path_factory.mktemp("published"))
    house.picture()
    house.publish()
    house.archive.close()
    with StampServers(tmp_path_factory.mktemp("servers")) as servers:
        servers.authority("One")
        servers.authority("Two", is_rsa=True)
        desk = StampedDesk.copy_of(house, tmp_path_factory.mktemp("desk"), servers)
        for each in (desk.one, desk.two):
            Checkpoints(desk.house.archive.folder).add_certificate(each.local.root.public_bytes(Encoding.DER), "der")
        desk.stamp()
        desk.calendar.bury(datetime.now(UTC))
        desk.house.picture("b.jpg")
        desk.house.publish()
        desk.stamp()
        yield desk


@pytest.fixture(scope="module")
def base(desk: StampedDesk) -> Iterator[str]:
    with static_server(desk.house.site) as base:
        yield base


@pytest.fixture(scope="module")
def page(browser: Browser, base: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{base}check/index.html")
    yield page
    page.close()


def in_browser(page: Page, base: str, desk: StampedDesk, roots: int = 2, *headers: bytes) -> dict[str, Any]:
    """What the browser finds who knows as many of the two roots, and has these blocks' headers."""
    known = [sha256_hex(each.local.root.public_bytes(Encoding.DER)) for each in (desk.one, desk.two)[:roots]]
    paths = sorted(
        path.relative_to(desk.house.site).as_posix() for path in desk.house.site.rglob("*") if path.is_file()
    )
    found: dict[str, Any] = page.evaluate(CHECK, [base, paths, known, [list(each) for each in headers]])
    return found


def about_stamps(links: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return sorted((name, verdict, detail) for name, verdict, detail in links if name.startswith(ABOUT))


def both(page: Page, base: str, desk: StampedDesk, roots: int = 2, *headers: bytes) -> list[tuple[str, str, str]]:
    """What both find, which is the same."""
    command = desk.verify(*headers, roots=roots)
    mine = about_stamps([(link.name, str(link.verdict), link.detail) for link in command.links])
    browser = in_browser(page, base, desk, roots, *headers)
    theirs = about_stamps([(name, verdict, detail) for name, verdict, detail in browser["links"]])
    assert [each[:2] for each in theirs] == [each[:2] for each in mine]
    assert browser["holds"] == command.holds
    same = [(one, two) for one, two in zip(mine, theirs, strict=True) if "nobody here vouches" not in one[2]]
    assert [two for _, two in same] == [one for one, _ in same]
    return mine


def test_the_browser_finds_what_the_command_finds(page: Page, base: str, desk: StampedDesk) -> None:
    found = {name: (verdict, detail) for name, verdict, detail in both(page, base, desk)}
    assert len(found) == 7
    assert found["stamps"][0] == "proved"
    assert "names Bitcoin's block 800000" in found["stamp 256 opentimestamps.ots"][1]
    alone = {name: verdict for name, verdict, _ in both(page, base, desk, roots=1)}
    assert alone["stamps"] == "vouched"
    assert sorted(alone.values()).count("unknown") == 4


def test_a_revoked_key_is_told_by_both(page: Page, base: str, desk: StampedDesk) -> None:
    kept, later = Checkpoints(desk.house.archive.folder), datetime.now(UTC) + timedelta(days=1)
    desk.one.crl = desk.one.local.revoked(x509.ReasonFlags.key_compromise, later)
    desk.stamp()
    assert [name for name in kept.certificates() if name.endswith(".crl")]
    found = {name: (verdict, detail) for name, verdict, detail in both(page, base, desk)}
    assert found["stamps"][0] == "vouched"
    assert any("keyCompromise" in detail for _, detail in found.values())
    desk.one.crl = desk.one.local.revoked(None)
    for name, _ in kept.certificates().items():
        if name.endswith(".crl"):
            kept.remove_certificate(name)
    desk.stamp()


@pytest.mark.long  # the vectors are read by both
def test_a_blocks_header_proves_it_to_both_and_one_of_another_block_does_not(
    page: Page, base: str, desk: StampedDesk
) -> None:
    header = desk.calendar.headers[800_000]
    found = {name: (verdict, detail) for name, verdict, detail in both(page, base, desk, 0, header)}
    assert found["stamp 256 opentimestamps.ots"][0] == "proved"
    assert "Look that block up" in found["stamp 256 opentimestamps.ots"][1]
    assert found["stamps"][0] == "vouched"  # Bitcoin alone
    found = {name: (verdict, detail) for name, verdict, detail in both(page, base, desk, 1, header)}
    assert found["stamps"][0] == "proved"
    without_work = header[:72] + bytes.fromhex("ffff001d") + header[76:]
    found = {name: (verdict, detail) for name, verdict, detail in both(page, base, desk, 1, without_work)}
    assert found["stamp 256 opentimestamps.ots"][0] == "broken"
    found = {
        name: (verdict, detail) for name, verdict, detail in both(page, base, desk, 1, desk.calendar.mined(bytes(32)))
    }
    assert found["stamp 256 opentimestamps.ots"][0] == "unknown"
    assert found["stamps"][0] == "vouched"


def test_an_answer_about_a_revoked_key_is_judged_by_both(page: Page, base: str, desk: StampedDesk) -> None:
    kept, later = Checkpoints(desk.house.archive.folder), datetime.now(UTC) + timedelta(days=1)
    kept.add_certificate(desk.one.local.answered(x509.ReasonFlags.key_compromise, later), "ocsp")
    kept.add_certificate(desk.two.local.answered(None, None), "ocsp")  # good
    desk.stamp()
    found = {name: (verdict, detail) for name, verdict, detail in both(page, base, desk)}
    assert found["stamps"][0] == "vouched"
    assert sum("keyCompromise" in detail for _, detail in found.values()) == 2
    for name in [each for each in kept.certificates() if each.endswith(".ocsp")]:
        kept.remove_certificate(name)
    desk.stamp()


def test_no_stamp_or_certificate_that_could_not_be_read_is_called_broken(
    page: Page, base: str, desk: StampedDesk
) -> None:
    site = desk.house.site
    paths = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    known = [sha256_hex(each.local.root.public_bytes(Encoding.DER)) for each in (desk.one, desk.two)]
    found = page.evaluate(UNREAD, [base, paths, known])
    assert {path.rpartition(".")[2] for path in found} >= {"der", "json", "ots", "tsr"}
    assert not any(found.values()), {path: broken for path, broken in found.items() if broken}


@pytest.mark.parametrize("at", some_of([5, 12, 60, 200, 400, -3], 12, 400))
def test_altered_bytes_are_told_by_both(page: Page, base: str, desk: StampedDesk, at: int) -> None:
    folder = desk.house.site / "ledger"
    middle = sha256_hex(desk.two.local.middle.public_bytes(Encoding.DER))
    paths = [*folder.glob("checkpoints/256/stamps/*"), folder / f"certificates/{middle}.der"]
    sound = {path: path.read_bytes() for path in paths}
    try:
        for path, data in sound.items():
            altered = bytearray(data)
            altered[at % len(data)] ^= 0x01
            path.write_bytes(altered)
        command = {link.name: str(link.verdict) for link in desk.verify().links if link.name.startswith(ABOUT)}
        browser = {name: verdict for name, verdict, _ in in_browser(page, base, desk)["links"]}
        assert {name: browser.get(name) for name in command} == command
        assert "broken" in command.values()
    finally:
        for path, data in sound.items():
            path.write_bytes(data)


VERSIONS = [b"\2\1\0", b"\2\1\1", b"\2\1\3", b"\2\2\0\2", b"\2\1\2\5\0"]


@pytest.mark.parametrize("version", some_of(VERSIONS, VERSIONS[1], VERSIONS[-1]), ids=bytes.hex)
def test_a_certificate_of_another_version_is_none_for_both(
    page: Page, base: str, desk: StampedDesk, version: bytes
) -> None:
    own = desk.two.local.middle.public_bytes(Encoding.DER)
    more, at = len(version) - 3, own.index(VERSION_3)
    data = bytearray(own[:at] + bytes([0xA0, len(version)]) + version + own[at + len(VERSION_3) :])
    for place in (2, 6):  # the lengths of the certificate and of what is signed
        data[place : place + 2] = (int.from_bytes(data[place : place + 2], "big") + more).to_bytes(2, "big")
    planted = desk.house.site / f"ledger/certificates/{sha256_hex(bytes(data))}.der"
    try:
        planted.write_bytes(data)
        name = f"file {planted.relative_to(desk.house.site).as_posix()}"
        assert name in {link.name for link in desk.verify().broken}
        found = {link: verdict for link, verdict, _ in in_browser(page, base, desk)["links"]}
        assert found.get(name) == "broken"
    finally:
        planted.unlink()


def test_the_page_of_an_item_tells_its_stamps_and_that_nobody_here_knows_their_root(
    browser: Browser, base: str, desk: StampedDesk
) -> None:
    page = browser.new_page()
    page.goto(f"{base}items/1/index.html")
    page.evaluate("document.querySelector('#proof-report').scrollIntoView()")
    page.wait_for_function("() => document.querySelector('#proof-report').dataset.outcome")
    rows = page.evaluate(ROWS)
    told = {link: (verdict, title, said) for link, verdict, title, said in rows}
    page.close()
    assert told["item 1 stamps"][:2] == ("unknown", "No. 1: before when it existed")
    tokens = [said for link, (_, _, said) in told.items() if link.endswith(".tsr")]
    assert len(tokens) == 2
    assert all("which is no root that this page knows" in said for said in tokens)


@needs_shared
def test_vectors_are_read_by_both_alike(page: Page) -> None:
    ran = 0
    for path in [*VECTORS.glob("rfc3161/**/*.tsr"), *VECTORS.glob("ots/**/*.ots")]:
        data = path.read_bytes()
        is_token = path.suffix == ".tsr"
        try:
            if is_token:
                token = Token.parse(data)
                expected = [token.stamped.imprint.hex(), len(token.certificates), token.signature.hex()]
            else:
                proof = Proof.parse(data)
                heights = sorted({end.height for end, _ in proof.tree.ways() if end.height is not None})
                expected = [
                    proof.digest.hex(),
                    heights,
                    sorted({e.calendar for e, _ in proof.tree.ways() if e.calendar}),
                ]
        except BadProof as error:
            expected = [str(error)]
        found = page.evaluate(
            """async ([data, isToken]) => {
              const bytes = Uint8Array.from(data), hex = tamizdat.hex;
              try {
                if (isToken) {
                  const token = await tamizdatStamps.readToken(bytes);
                  return JSON.stringify([hex(token.imprint), token.certificates.length, hex(token.signature)]);
                }
                const proof = tamizdatStamps.readOts(bytes);
                return JSON.stringify([hex(proof.about), proof.blocks.map(Number), proof.calendars]);
              } catch (error) { return JSON.stringify([error.message]); }
            }""",
            [list(data), is_token],
        )
        assert json.loads(found) == expected, path.name
        ran += 1
    assert ran > 20


@pytest.mark.parametrize("every", some_of([1, 41], 41))
def test_whatever_is_written_in_another_way_gets_one_verdict_by_the_page_and_the_command(
    opened: Callable[..., Page], tmp_path: Path, every: int
) -> None:
    made, page = MalformedStamps(tmp_path / "authority"), opened()
    cases = dict(list(made.cases())[::every])
    (tmp_path / "blank.html").write_text("<!doctype html>")
    page.goto((tmp_path / "blank.html").as_uri())
    command = [by_the_command(each, made.root) for each in cases.values()]
    browser = by_the_page(page, list(cases.values()), made.root)
    assert differing(list(cases), command, browser) == {}
    assert {verdict for told in command for _, verdict in told} == {"vouched", "unknown", "broken"}


def test_a_certificate_in_a_form_that_is_none_is_none_for_both(opened: Callable[..., Page], tmp_path: Path) -> None:
    """Each is met by a check that it alone meets: whoever takes that away reads the certificate."""
    made, page = MalformedStamps(tmp_path / "authority"), opened()
    cases = dict(made.written())
    (tmp_path / "blank.html").write_text("<!doctype html>")
    page.goto((tmp_path / "blank.html").as_uri())
    command = [by_the_command(each, made.root) for each in cases.values()]
    assert differing(list(cases), command, by_the_page(page, list(cases.values()), made.root)) == {}
    for name, told in zip(cases, command, strict=True):
        [(link, verdict), *others] = told
        if ": " in name:
            expected = {"sound": "vouched", "in no chain": "unknown"}[name.partition(": ")[0]]
            assert (link, verdict, others) == ("stamp 256 token.tsr", expected, []), name
        else:
            assert (link.startswith("file ledger/certificates/"), verdict) == (True, "broken"), name


def test_a_token_that_says_what_is_none_is_broken_for_both_though_its_signature_holds(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    made, page = MalformedStamps(tmp_path / "authority"), opened()
    cases = dict(made.signed())
    (tmp_path / "blank.html").write_text("<!doctype html>")
    page.goto((tmp_path / "blank.html").as_uri())
    command = [by_the_command(each, made.root) for each in cases.values()]
    assert differing(list(cases), command, by_the_page(page, list(cases.values()), made.root)) == {}
    assert [verdict for [(_, verdict)] in command] == ["vouched", "broken", "broken"]


def _ots(*steps: bytes, kind: bytes = b"\x08", version: bytes = b"\x01") -> bytes:
    return MAGIC + version + kind + bytes(32) + b"".join(steps)


def _number(value: int) -> bytes:
    more = value >> 7
    return bytes([value & 0x7F | (0x80 if more else 0)]) + (_number(more) if more else b"")


def _said(kind: bytes, data: bytes) -> bytes:
    return b"\0" + kind + _number(len(data)) + data


def _calendar(address: bytes) -> bytes:
    return _said(PENDING, _number(len(address)) + address)


BLOCK = _said(BITCOIN, _number(800_000))
MALFORMED_OTS = {
    "nothing": b"", "another file": b"%PDF-1.7\n" + bytes(60), "another version": _ots(BLOCK, version=b"\x02"),
    "no digest": _ots(BLOCK, kind=b"\x09"), "cut short": _ots(BLOCK)[:-1], "cut in its digest": _ots()[:-1],
    "without an end": _ots(b"\x08"), "more behind its end": _ots(BLOCK, b"\0"), "no step": _ots(b"\x05", BLOCK),
    "a number of nine bytes and more": _ots(b"\xf0" + b"\x80" * 9 + b"\0", BLOCK),
    "a step of 4,097 bytes": _ots(b"\xf0" + _number(4097) + bytes(4097), BLOCK),
    "a message of 4,097 bytes": _ots(b"\xf0" + _number(4065) + bytes(4065), b"\xf1\1x", BLOCK),
    "a message that doubles": _ots(b"\xf3" * 8, BLOCK), "a word of 8,193 bytes": _ots(_said(bytes(8), bytes(8193))),
    "257 steps": _ots(b"\x08" * 257, BLOCK), "10,001 steps": _ots((b"\xff" + BLOCK) * 10_000, BLOCK),
    "a calendar elsewhere": _ots(_calendar(b"ftp://one.example")),
    "a calendar of two words": _ots(_calendar(b"https://one.example/a b")),
    "a calendar of 901 letters": _ots(_calendar(b"https://" + b"a" * 901)),
    "a calendar cut short": _ots(_said(PENDING, b"\x09https://")),
}  # fmt: skip
SOUND_OTS = {
    "a block": _ots(BLOCK), "256 steps": _ots(b"\x08" * 256, BLOCK),
    "10,000 ends": _ots((b"\xff" + BLOCK) * 9_999, BLOCK), "a calendar": _ots(_calendar(b"https://one.example:8080/a")),
    "a calendar of 900 letters": _ots(_calendar(b"https://" + b"a" * 900)), "nobody's word": _ots(_said(bytes(8), b"")),
    "a message of 4,096 bytes": _ots(b"\xf0" + _number(4064) + bytes(4064), BLOCK),
}  # fmt: skip
READ_OTS = """([proofs, headers]) => {
  const un = (text) => tamizdat.unb64(text), told = (step) => { try { step(); return null; } catch (error) {
    if (error instanceof tamizdat.Broken) return error.message; throw error; } };
  return Promise.all([...proofs.map(async (each) => told(() => tamizdatStamps.readOts(un(each)))),
    ...headers.map((each) => tamizdatStamps.readHeader(un(each)).then(() => null, (error) => error.message))]);
}"""


def test_both_refuse_the_same_malformed_proofs_and_headers_in_the_same_words(page: Page, desk: StampedDesk) -> None:
    header = desk.calendar.headers[800_000]
    headers = [header, header[:79], header + b"\0", b""]
    proofs = {**SOUND_OTS, **MALFORMED_OTS}
    told = page.evaluate(READ_OTS, [[b64(each) for each in proofs.values()], [b64(each) for each in headers]])

    def refusal(read: Callable[[bytes], object], data: bytes) -> str | None:
        try:
            read(data)
        except BadProof as error:
            return str(error)
        return None

    names = [*proofs, *(f"a header of {len(each)} bytes" for each in headers)]
    expected = [refusal(Proof.parse, each) for each in proofs.values()]
    expected += [refusal(block_time, each) for each in headers]
    assert dict(zip(names, told, strict=True)) == dict(zip(names, expected, strict=True))
    assert [name for name, each in zip(proofs, told, strict=False) if each is None] == list(SOUND_OTS)
    assert [each is None for each in told[len(proofs) :]] == [True, False, False, False]
