"""The reader's check in a real browser (Chromium), over http on loopback and from a disk, held to the same attacks.

The page's own code is used as published: no build, no server side. From a disk a script may read no file, so there
everything hangs from ``proof.js``, ``edition.js`` and what the person chooses.
"""

import json
import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from support import html_samples
from support.attacks import ledger, statements
from support.attacks.base import ONE_ITEM, PERSON, TAMPERINGS, A, B, C, flip, names, two_editions
from support.attacks.files import DAY, FEED, ONE_FILE, OneFile
from support.chromium import CHROMIUM
from support.collecting_desk import tweet
from support.kinds import some_of
from support.media_samples import needs_exiftool
from support.old_desk import ROOT, OldDesk
from support.published_desk import TODAY, House, cut_off, key, status
from support.recordings import Memorial
from support.shared import VECTORS, needs_shared
from support.site_maker import Desk, Key, put, script, small_site, words
from support.site_maker import root as root_of
from support.storytelling import compose, retell, story_text
from tamizdat import covering
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.redactions import clear, redact
from tamizdat.encoding import Json, b64, canonical, parse_b64, parse_canonical, safe_path, sha256, spoken
from tamizdat.errors import BadEncoding, BadPath, BadStatement
from tamizdat.keys import PostQuantumKey, SigningKey
from tamizdat.ledger.cosignature import PostQuantumWitness, Witness
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.roster import Root, Roster
from tamizdat.ledger.signing import cosign, sign_roster
from tamizdat.ledger.statement import PAYLOAD_TYPE, PREDICATES, STATEMENT_TYPE, Statement, peek_envelope
from tamizdat.publishing.site.post_text import text_markup
from tamizdat.publishing.site.script_words import broken_words, script_words
from tamizdat.statements import derived
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.text.catalogue import script_messages
from tamizdat.verifying import Report, verify
from tamizdat.verifying.joined_sound import frames_of, joined
from tamizdat.verifying.page_text import said_on

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed: JavaScript unchecked")
ORIGINS = ("http", "file")

Verdicts = dict[str, str]


class Tab:
    """A page that many tests open in their turn, for making one takes longer than most of them."""

    def __init__(self, browser: Browser) -> None:
        self.page, self.errors = browser.new_page(), list[str]()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def check(self) -> None:
        """Fail if a script of ours did since this was asked before."""
        found, self.errors[:] = list(self.errors), []
        assert not [each for each in found if "nexpected token" not in each], "a script of ours failed"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Tab]:
    tab = Tab(browser)
    yield tab
    tab.page.close()


@pytest.fixture
def page(tab: Tab) -> Iterator[Page]:
    yield tab.page
    tab.check()


@pytest.fixture
def altered_page(browser: Browser) -> Iterator[Page]:
    """A page of its own, for a test that alters what the browser can do or how it loads."""
    tab = Tab(browser)
    yield tab.page
    tab.page.close()
    tab.check()


class Server(ThreadingHTTPServer):
    """Serves the folder of the test that runs; nothing is kept from one test to the next."""

    folder = ""


class Quiet(SimpleHTTPRequestHandler):
    """Serves the server's folder and says nothing."""

    def __init__(self, request: Any, address: Any, server: Server) -> None:
        super().__init__(request, address, server, directory=server.folder)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def http(server: Server, tmp_path: Path) -> str:
    server.folder = str(tmp_path)
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(params=ORIGINS)
def origin(request: pytest.FixtureRequest, http: str, tmp_path: Path) -> str:
    """Where the site in tmp_path is seen: on a server, or on a disk."""
    return http if request.param == "http" else tmp_path.as_uri()


def opened(page: Page, url: str, place: str = "#proof-report") -> Verdicts:
    """The verdicts that an item's page gives about itself."""
    page.goto(url)
    return shown(page, place)


def shown(page: Page, place: str) -> Verdicts:
    page.evaluate("place => document.querySelector(place).scrollIntoView()", place)  # it begins when it is near
    page.wait_for_function("place => document.querySelector(place).dataset.outcome", arg=place)
    rows = page.eval_on_selector_all(
        f"{place} [data-link]", "rows => rows.map(r => [r.dataset.link, r.dataset.verdict])"
    )
    return dict(rows)


def by_python(report: Report) -> Verdicts:
    return {link.name: link.verdict.value for link in report.links}


def reasons(report: Report) -> dict[str, tuple[str, str]]:
    """The verdict and the reason of each link, as the command tells them."""
    return {link.name: (link.verdict.value, link.detail) for link in report.links}


def told(page: Page, place: str) -> dict[str, tuple[str, str]]:
    """The same, as a page shows them."""
    rows = page.eval_on_selector_all(
        f"{place} [data-link]",
        "rows => rows.map(r => [r.dataset.link, r.dataset.verdict, r.querySelector('.says').textContent])",
    )
    return {name: (verdict, reason) for name, verdict, reason in rows}


def on_disk(verdicts: Verdicts) -> Verdicts:
    """What a page on a disk cannot see: its own bytes, and so what stands around the words."""
    blind = {name for name in verdicts if re.fullmatch(r"item \d+ (page|shown)", name)}
    return verdicts | dict.fromkeys(blind, "unknown")


def chosen_folder(page: Page, origin: str, folder: Path, root: bytes | None = None) -> Verdicts:
    """What the check page of the site at *origin* says about *folder*."""
    if page.url != f"{origin}/check/index.html":
        page.goto(f"{origin}/check/index.html")
    page.fill("#check-root", spoken(root) if root else "")
    page.set_input_files("#check-folder", str(folder))
    return shown(page, "#check-report")


# ---- the pure functions ------------------------------------------------------------------------------------------

PROOFS = """async vectors => {
  const un64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const wrong = [];
  for (const [name, v] of vectors) {
    const proof = (v.proof || []).map(un64);
    const check = v.leafIdx === undefined
      ? tamizdat.verifyConsistency(v.size1, v.size2, proof, un64(v.root1), un64(v.root2))
      : tamizdat.verifyInclusion(v.leafIdx, v.treeSize, un64(v.leafHash || ""), proof, un64(v.root));
    const degenerate = v.root1 !== undefined && [v.root1, v.root2].some((root) => un64(root).length !== 32);
    const failed = await check.then(() => false, (error) => error instanceof tamizdat.Broken || String(error));
    if (failed !== (v.wantErr || degenerate)) wrong.push(name);
  }
  return wrong;
}"""


@needs_shared
def test_all_196_rfc6962_proof_vectors(page: Page, tmp_path: Path, origin: str) -> None:
    small_site(tmp_path)
    folder = VECTORS / "rfc6962-proofs/testdata"
    paths = sorted([*folder.glob("inclusion/**/*.json"), *folder.glob("consistency/**/*.json")])
    vectors = [[str(path.relative_to(folder)), json.loads(path.read_text())] for path in paths]
    assert len(vectors) == 196
    page.goto(f"{origin}/index.html")
    assert page.evaluate(PROOFS, vectors) == []


@needs_shared
def test_signed_note_vectors(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    v = json.loads((VECTORS / "signed-note/vectors.json").read_text())
    page.goto(f"{http}/index.html")
    opens = """async ([note, vkeys]) => {
      const keys = await Promise.all(vkeys.map((vkey) => tamizdat.parseVkey(vkey, 1)));
      return tamizdat.openNote(tamizdat.bytes(note), keys).then(({ body, signed }) => [body, signed.size], () => null);
    }"""
    both = list(v["vkeys"].values())
    assert page.evaluate(opens, [v["signed_by_peter"], both[:1]]) == [v["text"], 1]
    assert page.evaluate(opens, [v["signed_by_both"], both]) == [v["text"], 2]
    assert page.evaluate(opens, [v["signed_by_peter"], both[1:]]) is None
    assert page.evaluate(opens, [v["signed_by_peter"].replace("cryptography", "Cryptography"), both]) is None
    assert page.evaluate(opens, [v["c2sp_example"]["note"], [v["c2sp_example"]["vkey"]]]) is not None
    for vkey in v["bad_vkeys"]:
        assert page.evaluate("vkey => tamizdat.parseVkey(vkey, 1).then(() => true, () => false)", vkey) is False


@needs_shared
def test_both_accept_the_same_rfc8785_vectors(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/index.html")
    refused = {}
    for path in sorted((VECTORS / "rfc8785/testdata").rglob("*.json")):
        try:
            parse_canonical(path.read_bytes(), "the same in Python")
            refused[path] = False
        except BadEncoding:
            refused[path] = True  # the inputs are not canonical, and some outputs have fractions, which we have not
    found = refuses(page, PARSES, [b64(path.read_bytes()) for path in refused])
    assert dict(zip(refused, found, strict=True)) == refused
    assert False in refused.values()


NOT_CANONICAL = (
    b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"a": 1}', b'{"a":1.0}', b'{"a":1}\n', b"\xef\xbb\xbf{}", b'"\\u0061"', b"01",
    b"-0", b'"\xff"', b'"\\ud800"', b"9007199254740993", b"1e2", b"1.5", b"1e+21", b"NaN", b"",
    b"[" * 100_000, b"[" * 50_000 + b"]" * 50_000, b"'a'", b"undefined", b'{"9":1,"10":1}', b'{"\\ud800":1}',
)  # fmt: skip
CANONICAL = (
    b'{"10":1,"9":1}', b'{"":[],"__proto__":{"a":null}}', b'"\\\\ud800"', '"\U0001f600\u2028"'.encode(),
    b'"\\u001f"', b"[-1,0]", b"9007199254740991",
)  # fmt: skip
BAD_PATHS = (
    "", "/etc/passwd", "../a", "a/../b", "a//b", "a/", "a\\b", "C:x", "a\nb", "a.", "a ", "x\u202ey", "x\u2028y",
    "n" * 256,
)  # fmt: skip


PARSES = "text => tamizdat.parse(tamizdat.unb64(text))"


def refuses(page: Page, function: str, texts: Sequence[str]) -> list[bool]:
    """Whether a function of verify.js breaks off on each text as it should: with an error of its own."""
    one = f"(text) => {{ try {{ ({function})(text); }} catch (error) {{ return error instanceof tamizdat.Broken; }} }}"
    return [each is True for each in page.evaluate(f"texts => texts.map({one})", list(texts))]


def test_json_that_is_not_canonical_is_refused(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/index.html")
    found = refuses(page, PARSES, [b64(data) for data in NOT_CANONICAL])
    assert [data[:20] for data, refused in zip(NOT_CANONICAL, found, strict=True) if not refused] == []
    for data in NOT_CANONICAL:
        with pytest.raises(BadEncoding):
            parse_canonical(data, "the same in Python")
    assert refuses(page, PARSES, [b64(data) for data in CANONICAL]) == [False] * len(CANONICAL)
    for data in CANONICAL:
        parse_canonical(data, "the same in Python")


def test_base64_that_is_not_canonical_is_refused(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/index.html")
    texts = ("QQ", "QQ=", "QR==", "QQ==\n", "Q Q==", "QQ==QQ==", "-_==", "é")
    found = refuses(page, "tamizdat.unb64", texts)
    assert [text for text, refused in zip(texts, found, strict=True) if not refused] == []


def test_both_refuse_the_same_paths(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/index.html")
    assert page.evaluate("paths => paths.filter(tamizdat.safePath)", list(BAD_PATHS)) == []
    for path in BAD_PATHS:
        with pytest.raises(BadPath):
            safe_path(path)
    assert page.evaluate("path => tamizdat.safePath(path)", "items/17/སྤྱི་ལོ.jpg") is True


READS = """pages => pages.map((encoded) => tamizdat.unb64(encoded)).map((bytes) => {
  let ours = null;
  try { ours = tamizdat.saidOn(bytes); } catch (error) { if (!(error instanceof tamizdat.Broken)) throw error; }
  const page = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "text/html");
  return [ours, Array.from(page.querySelectorAll("[data-said]"), (each) => [each.dataset.said, each.textContent])];
})"""


def test_a_page_is_read_as_the_command_and_as_the_browser_itself_read_it(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/index.html")
    letters = "".join(html_samples.TEXTS)
    chance = random.Random(1)
    some = ["".join(chance.choices(letters, k=chance.randrange(60))) for _ in range(100)]
    texts = [text for text in (*html_samples.TEXTS, *some) for _ in range(2)]
    written = [
        each
        for text in texts[::2]
        for each in (words("text", text), f'<div data-said="text">{text_markup(text)}</div>')
    ]
    pages = [html_samples.page(each) for each in written]
    expected = [[["text", text]] for text in texts]
    assert [[list(each) for each in said_on(data)] for data in pages] == expected
    assert page.evaluate(READS, [b64(data) for data in pages]) == [[each, each] for each in expected]
    odd = page.evaluate(READS, [b64(html_samples.page(inner)) for inner in html_samples.ODD])
    assert [inner for inner, (ours, _) in zip(html_samples.ODD, odd, strict=True) if ours is not None] == []
    unended = page.evaluate(READS, [b64(data) for data in html_samples.UNENDED])
    assert [ours for ours, _ in unended] == [None] * len(unended)


READ_ITEMS = """envelopes => Promise.all(envelopes.map((each) => tamizdat.readItem(tamizdat.unb64(each)).then(
  (item) => item.kind, (error) => { if (error instanceof tamizdat.Broken) return error.message; throw error; })))"""


def refusal(statement: Statement) -> str:
    with pytest.raises(BadStatement) as refused:
        derived.read(statement)
    return str(refused.value)


def test_both_refuse_the_same_odd_items_in_the_same_words(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/index.html")
    sound = statements.STATEMENTS
    assert page.evaluate(READ_ITEMS, list(map(enveloped, sound.values()))) == list(sound)
    told = {**sound["post"].predicate, "context": statements.CONTEXT}
    assert page.evaluate(READ_ITEMS, [enveloped(replace(sound["post"], predicate=told))]) == ["post"]
    rest: list[Json] = [{"index": 18, "commitment": "11" * 32}]  # of a take that a camera cut
    told = {**sound["picture"].predicate, "rest": rest}
    assert page.evaluate(READ_ITEMS, [enveloped(replace(sound["picture"], predicate=told))]) == ["picture"]
    over: dict[str, Json] = {"regions": 1, "silent": 1, "silences": [{"from": 0, "to": 900}]}
    covers: list[dict[str, Json]] = [over, {**over, "silences": [{"from": 0}]}, {**over, "regions": -1}, {"regions": 1}]
    for covered in covers:
        covered_picture = replace(sound["picture"], predicate={**sound["picture"].predicate, "covered": covered})
        [said] = page.evaluate(READ_ITEMS, [enveloped(covered_picture)])
        assert said == "picture" if covered == over else said == refusal(covered_picture)
    odd = list(statements.odd_statements())
    told = page.evaluate(READ_ITEMS, [enveloped(statement) for _, statement in odd])
    for (what, statement), said in zip(odd, told, strict=True):
        # a fraction is refused before anybody asks in which member it stands
        assert "canonical JSON" in said if "1.5" in what else said == refusal(statement), what


READ_LEDGER = """async ([cases, log, keys]) => {
  const { unb64 } = tamizdat, its = await tamizdat.parseVkey(log, 1), hashes = (all) => all.map((each) => unb64(each));
  const read = {
    key: (vkey) => tamizdat.parseVkey(vkey, 1),
    note: async (data) => tamizdat.openNote(unb64(data), [its]),
    checkpoint: async (data) => tamizdat.openCheckpoint(unb64(data), its),
    proof: async (data) => tamizdat.parseProof(unb64(data)),
    envelope: async (data) => tamizdat.peek(unb64(data)),
    signed: async (data) => tamizdat.signers(unb64(data), hashes(keys)),
    roster: async (data) => tamizdat.openRoster(unb64(data)),
    inclusion: (at, size, leaf, proof, root) =>
      tamizdat.verifyInclusion(at, size, unb64(leaf), hashes(proof), unb64(root)),
    consistency: (size1, size2, proof, root1, root2) =>
      tamizdat.verifyConsistency(size1, size2, hashes(proof), unb64(root1), unb64(root2)),
  };
  return Promise.all(cases.map(([, how, given]) => read[how](...given).then(
    () => null, (error) => { if (error instanceof tamizdat.Broken) return error.message; throw error; })));
}"""


def test_both_refuse_the_same_forged_ledgers_in_the_same_words(page: Page, tmp_path: Path, http: str) -> None:
    """Notes, checkpoints, proofs, statements, rosters: each check is met by an attack that it alone stops."""
    small_site(tmp_path)
    page.goto(f"{http}/index.html")
    sound, cases = [what for what, _, _ in ledger.sound()], [*ledger.sound(), *ledger.forged()]
    told = page.evaluate(READ_LEDGER, [cases, ledger.VERIFIER.encode(), list(map(b64, ledger.KEYS))])
    assert told == [ledger.refusal(how, given) for _, how, given in cases]
    assert [what for (what, _, _), said in zip(cases, told, strict=True) if said is None] == sound


def enveloped(statement: Statement) -> str:
    """An envelope as a page would read it; what signs it is not looked at here, so that odd statements pass."""
    value = {
        "_type": STATEMENT_TYPE,
        "predicateType": PREDICATES + statement.act,
        "subject": [{"name": each.name, "digest": {"sha256": each.sha256}} for each in statement.subjects],
        "predicate": statement.predicate,
    }
    payload = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    signature: dict[str, Json] = {"keyid": "0" * 16, "sig": b64(bytes(64))}
    return b64(canonical({"payload": b64(payload), "payloadType": PAYLOAD_TYPE, "signatures": [signature]}))


def test_a_fingerprint_may_be_typed_as_it_was_heard(page: Page, tmp_path: Path, http: str) -> None:
    root = small_site(tmp_path).fingerprint
    page.goto(f"{http}/index.html")
    typed = "text => { const found = tamizdat.fingerprint(text); return found && tamizdat.hex(found); }"
    heard = spoken(root).replace("-", " ").lower().replace("0", "o").replace("1", "l")
    for text in (spoken(root), root.hex(), heard):
        assert page.evaluate(typed, text) == root.hex()
    for text in ("", spoken(root)[:-1], spoken(root)[:-1] + "Z", "0" * 63):
        assert page.evaluate(typed, text) is None


# ---- the item's page ---------------------------------------------------------------------------------------------


def test_an_item_page_checks_itself_over_http_as_the_command_does(page: Page, tmp_path: Path, http: str) -> None:
    two_editions(tmp_path)
    expected = by_python(verify(tmp_path / "items/2"))
    del expected["items"]  # the page has the item's own way to the edition's root instead of the whole list
    assert opened(page, f"{http}/items/2/index.html") == expected
    assert page.get_attribute("#proof-report", "data-outcome") == "proved"


def test_an_item_page_on_a_disk_checks_all_but_the_media_until_they_are_chosen(page: Page, tmp_path: Path) -> None:
    two_editions(tmp_path)
    found = opened(page, (tmp_path / "items/2/index.html").as_uri())
    assert found["item 2"] == found["edition"] == "proved"
    assert found["item 2 media"] == "unknown"
    assert found["item 2 page"] == "unknown"
    assert page.get_attribute("#proof-report", "data-outcome") == "unknown"
    page.set_input_files("#proof-file", [tmp_path / "items/2/picture.jpg", tmp_path / "items/2/small.jpg"])
    page.wait_for_selector('[data-link="item 2 media"][data-verdict="proved"]', state="attached")
    page.set_input_files("#proof-file", [tmp_path / "items/0/picture.jpg"])
    page.wait_for_selector('[data-link="item 2 media"][data-verdict="broken"]', state="attached")


@pytest.mark.parametrize("number", some_of([A, B, C, PERSON], A, PERSON))
def test_the_page_of_a_post_or_person_checks_itself_as_the_command_does(
    page: Page, tmp_path: Path, origin: str, number: int
) -> None:
    two_editions(tmp_path)
    expected = by_python(verify(tmp_path / f"items/{number}"))
    del expected["items"]
    if origin.startswith("file:"):
        expected = on_disk(expected)
        if number == A:
            expected[f"item {A} media"] = "unknown"  # until its picture is chosen
    for language in ("", "zh/"):
        assert opened(page, f"{origin}/{language}items/{number}/index.html") == expected
        outcome = "unknown" if origin.startswith("file:") else "proved"
        assert page.get_attribute("#proof-report", "data-outcome") == outcome


#: one attack on each thing that a page of an item compares: words, files, scripts, lists, openings, facts
ON_ONE_ITEM = (
    "a_voice_altered_on_the_page", "a_text_altered_on_the_page", "a_text_with_hidden_around_it",
    "a_page_of_another_language_that_is_missing", "a_checking_script_of_the_page_that_does_more", "a_picture_altered",
    "a_list_of_files_that_allows_the_altered_page", "a_list_of_files_that_is_missing", "an_opening_that_is_missing",
    "facts_of_a_page_that_no_other_file_has",
)  # fmt: skip


@pytest.mark.parametrize("name", some_of([name for name, each in ONE_ITEM.items() if each.browser], *ON_ONE_ITEM))
def test_page_and_command_agree_on_every_attack_on_one_item(page: Page, tmp_path: Path, http: str, name: str) -> None:
    desk = two_editions(tmp_path)
    one = ONE_ITEM[name]
    one.attack(tmp_path, desk)
    expected = reasons(verify(tmp_path / f"items/{one.number}"))
    del expected["items"]
    opened(page, f"{http}/items/{one.number}/index.html")
    assert told(page, "#proof-report") == expected
    assert page.get_attribute("#proof-report", "data-outcome") == "broken"


HIDDEN = [name for name in ONE_ITEM if name.startswith("a_text_")]


@pytest.mark.parametrize("name", some_of(HIDDEN, "a_text_altered_on_the_page", "a_text_with_style_around_it"))
def test_words_altered_or_hidden_are_found_by_a_page_on_a_disk(page: Page, tmp_path: Path, name: str) -> None:
    ONE_ITEM[name].attack(tmp_path, two_editions(tmp_path))
    found = opened(page, (tmp_path / f"items/{A}/index.html").as_uri())
    assert {link for link, verdict in found.items() if verdict == "broken"} == {f"item {A} shown"}


def test_a_page_whose_list_cannot_be_read_does_not_say_that_it_was_compared(
    altered_page: Page, tmp_path: Path, http: str
) -> None:
    page = altered_page
    two_editions(tmp_path)
    page.route("**/edition/files.txt", lambda route: route.abort())
    found = opened(page, f"{http}/items/{A}/index.html")
    assert found[f"item {A} page"] == found[f"item {A} shown"] == "unknown"
    assert page.get_attribute("#proof-report", "data-outcome") == "unknown"


def test_words_altered_on_a_page_are_found_by_the_page(page: Page, tmp_path: Path, origin: str) -> None:
    for attack in ("a_text_altered_on_its_page_only", "a_translation_that_nobody_made_on_a_page"):
        TAMPERINGS[attack].attack(tmp_path, two_editions(tmp_path))
        found = opened(page, f"{origin}/items/{A}/index.html")
        seen = {f"item {A} shown"} if origin.startswith("file:") else {f"item {A} shown", f"item {A} page"}
        assert {name for name, verdict in found.items() if verdict == "broken"} == seen


OPENED = [
    "openings_that_are_missing", "an_opening_of_a_translation_dropped", "an_opening_of_an_approval_dropped",
    "an_opening_with_another_salt", "captured_bytes_with_one_changed", "captured_bytes_withdrawn_in_silence",
]  # fmt: skip


@pytest.mark.parametrize("attack", some_of(OPENED, "openings_that_are_missing", "captured_bytes_with_one_changed"))
def test_what_is_opened_otherwise_is_found_by_the_page(page: Page, tmp_path: Path, http: str, attack: str) -> None:
    TAMPERINGS[attack].attack(tmp_path, two_editions(tmp_path))
    found = opened(page, f"{http}/items/{A}/index.html")
    broken = {name for name, verdict in found.items() if verdict == "broken"}
    page_too = {f"item {A} page"} if "files" in TAMPERINGS[attack].broken else set()
    assert broken == {name for name in TAMPERINGS[attack].broken if name.startswith("item")} | page_too


def test_the_links_that_a_page_tells_are_told_as_they_were_found(page: Page, tmp_path: Path, http: str) -> None:
    two_editions(tmp_path)
    chain = """<ol class="chain"><li class="provable" data-link="shown"><p class="verdict">can be proved</p></li>
    <li class="provable" data-link="translation fr"><p class="verdict">can be proved</p></li>
    <li class="unknown"><p class="verdict">compare</p></li></ol></body>"""
    path = tmp_path / f"items/{A}/index.html"
    path.write_text(path.read_text().replace("</body>", chain).replace("五年了", "六年了"))
    opened(page, f"{http}/items/{A}/index.html")
    rows = page.eval_on_selector_all(
        "body > ol.chain > li",
        """rows => rows.map(row => [row.className,
            (row.querySelector('.on-screen') || row.querySelector('.verdict')).textContent])""",
    )
    assert rows == [["broken", "broken"], ["proved", "proved"], ["unknown", "see the report above"]]


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_the_report_speaks_the_pages_language_and_never_says_authentic(
    page: Page, tmp_path: Path, http: str, lang: str
) -> None:
    small_site(tmp_path, Desk(lang=lang))
    opened(page, f"{http}/items/0/index.html")
    text_markup = page.text_content("#proof-report") or ""
    assert ("已证明" in text_markup) is (lang == "zh-Hans")
    assert "authentic" not in text_markup.lower()
    assert "真实" not in text_markup


def test_a_page_tells_its_reasons_in_its_own_language_and_marks_those_that_are_in_english(
    altered_page: Page, tmp_path: Path, http: str
) -> None:
    page = altered_page
    small_site(tmp_path, Desk(lang="ar"))
    begun, _, facts = script_words("ar").decode().partition(" = ")
    words = json.loads(facts.rstrip(";\n"))
    del words["says"][NO_WITNESS]
    put(tmp_path, "static/words-ar.js", f"{begun} = {json.dumps(words)};".encode())
    opened(page, f"{http}/items/0/index.html")
    note = page.locator("#proof-report details > .note").text_content() or ""
    assert note in script_messages("ar").values()
    reasons = page.eval_on_selector_all(
        "#proof-report .says p", "all => all.map(p => [p.lang, p.dir, /[\u0600-\u06ff]{3}/.test(p.textContent)])"
    )
    assert set(map(tuple, reasons)) == {("en", "ltr", False), ("", "", True)}
    english = page.locator("#proof-report li:not(.broken) .says [lang=en]").all_text_contents()
    assert english == [NO_WITNESS], "all others are in Arabic"


@pytest.mark.parametrize("lang", some_of(["ar", "bo"], "ar"))
def test_what_is_broken_is_told_in_the_pages_language_with_the_english_beside_it(
    altered_page: Page, tmp_path: Path, origin: str, lang: str
) -> None:
    page, desk = altered_page, two_editions(tmp_path)
    desk.lang = lang
    desk.publish(tmp_path)
    put(tmp_path, f"words/{lang}-broken.js", broken_words(lang))
    TAMPERINGS["a_text_altered_on_its_page_only"].attack(tmp_path, desk)
    page.add_init_script(script_words(lang).decode())
    opened(page, f"{origin}/items/{A}/index.html")
    rows = page.eval_on_selector_all(
        "#proof-report li.broken .says",
        "all => all.map(each => [...each.children].map(p => [p.lang, p.dir, p.textContent]))",
    )
    assert rows
    for (own, _, said), (beside, way, english) in rows:
        assert re.search({"ar": "[\u0621-\u064a]{4}", "bo": "[\u0f40-\u0fbc]{2}"}[lang], said), said
        assert (own, beside, way) == ("", "en", "ltr")
        assert english.startswith("Expected "), english
        assert not re.search(r"\{\d\}", said + english)
        assert english.rsplit("found ", 1)[1].rstrip(".") in said, "what was found is told in both"
    assert "Reasons that are not translated" not in (page.text_content("#proof-report") or "")


@pytest.mark.parametrize(("lang", "word"), [pytest.param("ar", "لا شيء", marks=pytest.mark.long), ("zh-Hans", "无")])
def test_a_value_that_is_a_word_is_told_in_the_pages_language_as_the_reason_is(
    altered_page: Page, tmp_path: Path, origin: str, lang: str, word: str
) -> None:
    page, desk = altered_page, two_editions(tmp_path)
    desk.lang = lang
    desk.publish(tmp_path)
    tile = facts_in(tmp_path / "edition/items/000.js")
    script(tmp_path, "edition/items/000.js", "Items", {**tile, "tile": 1})  # of which there is no hash
    if lang == "ar":
        said = {"Expected tile {1} of the list of items with the root {2}, found {3}.": "القطعة {1}: {2} … {3}"}
        put(tmp_path, "words/ar-broken.js", f"window.tamizdatBroken = {json.dumps(said)};\n".encode())
        page.add_init_script(script_words(lang).decode())
    assert opened(page, f"{origin}/items/{A}/index.html")[f"item {A}"] == "broken"
    says = page.eval_on_selector_all(
        "#proof-report li.broken .says", "all => all.map(each => each.firstChild.textContent)"
    )
    assert [each for each in says if word in each], says
    assert not [each for each in says if "none" in each]


def test_every_reason_of_a_post_is_told_in_chinese_too(page: Page, tmp_path: Path, http: str) -> None:
    desk = two_editions(tmp_path)
    desk.lang = "zh-Hans"
    desk.publish(tmp_path)
    opened(page, f"{http}/items/{A}/index.html")
    for row in page.eval_on_selector_all("#proof-report li", "rows => rows.map(r => r.textContent)"):
        assert re.search("[\u4e00-\u9fff]{4}", row), row


NO_WITNESS = "None: when this ledger existed is the desk's word, unless stamps say it."
ALTERED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "statement": lambda facts: facts["envelope"].update(payload=facts["envelope"]["payload"][::-1]),
    "no envelope": lambda facts: facts.update(envelope="x"),
    "a member more": lambda facts: facts.update(more="x"),
    "salt": lambda facts: facts.update(proof=altered_proof(facts, extra=bytes(32))),
    "hashes": lambda facts: facts.update(proof=altered_proof(facts, hashes=(bytes(32),) * 9)),
    "another checkpoint": lambda facts: facts.update(proof=altered_proof(facts, checkpoint=b"x\n256\n\n")),
}


def altered_proof(facts: dict[str, Any], **changes: Any) -> str:
    return replace(TlogProof.parse(facts["proof"].encode()), **changes).encode().decode()


def facts_in(path: Path) -> dict[str, Any]:
    text = path.read_bytes().decode()
    return json.loads(text[text.index("(") + 1 : -len(");\n")])  # type: ignore[no-any-return]  # our own script


def facts_of(site: Path, number: int) -> dict[str, Any]:
    return facts_in(site / f"items/{number}/proof.js")


def test_altered_facts_break_the_items_link(page: Page, tmp_path: Path, origin: str) -> None:
    two_editions(tmp_path)
    sound = json.dumps(facts_of(tmp_path, 2))
    for what, alter in ALTERED.items():
        facts = json.loads(sound)
        alter(facts)
        script(tmp_path, "items/2/proof.js", "Item", facts)
        found = opened(page, f"{origin}/items/2/index.html")
        assert found["item 2"] == "broken", what
        assert "proved" not in (found["item 2"], found["item 2 media"]), what


def retiled(tile: dict[str, Any], edition: dict[str, Any]) -> None:
    """Put another digest of item 0 into a tile, and what follows from it beside it."""
    tile.update(lines=re.sub("(?m)^0 .*$", f"0 {'0' * 64}", tile["lines"]))
    edition["tiles"][0][1] = root_of(tile["lines"].splitlines()).hex()


TILES: dict[str, Callable[[dict[str, Any], dict[str, Any]], Any]] = {
    "lines in another order": lambda tile, edition: tile.update(lines="".join(tile["lines"].splitlines(True)[::-1])),
    "a line dropped": lambda tile, edition: tile.update(lines="".join(tile["lines"].splitlines(True)[:-1])),
    "another digest": lambda tile, edition: tile.update(lines=re.sub("(?m)^2 .*$", f"2 {'0' * 64}", tile["lines"])),
    "another tile's number": lambda tile, edition: tile.update(tile=1),
    "no number": lambda tile, edition: tile.pop("tile"),
    "no lines": lambda tile, edition: tile.pop("lines"),
    "a hash that is not the tile's": lambda tile, edition: edition["tiles"][0].__setitem__(1, "00" * 32),
    "a tile too many": lambda tile, edition: edition["tiles"].append([4, "00" * 32]),
    "a tile without its hash": lambda tile, edition: edition["tiles"][0].pop(),
    "another tile, with its own hash": lambda tile, edition: retiled(tile, edition),
    "no tiles": lambda tile, edition: edition.update(tiles=[]),
    "tiles that are no list": lambda tile, edition: edition.update(tiles={"0": 1}),
}


def test_a_list_of_items_that_is_not_the_editions_breaks_the_items_link(
    page: Page, tmp_path: Path, origin: str
) -> None:
    two_editions(tmp_path)
    for what, alter in TILES.items():
        tile, edition = facts_in(tmp_path / "edition/items/000.js"), facts_in(tmp_path / "edition/edition.js")
        alter(tile, edition)
        script(tmp_path, "edition/items/000.js", "Items", tile)
        script(tmp_path, "edition/edition.js", "Edition", edition)
        found = opened(page, f"{origin}/items/2/index.html")
        assert (found["edition"], found["item 2"], found["item 2 media"]) == ("proved", "broken", "unknown"), what
        two_editions(tmp_path)
    (tmp_path / "edition/items/000.js").unlink()
    assert opened(page, f"{origin}/items/2/index.html")["item 2"] == "unknown"


def test_the_facts_of_another_item_break_the_items_link(page: Page, tmp_path: Path, origin: str) -> None:
    two_editions(tmp_path)
    script(tmp_path, "items/2/proof.js", "Item", facts_of(tmp_path, 0))
    assert opened(page, f"{origin}/items/2/index.html")["item 2"] == "broken"


def test_missing_facts_prove_nothing(page: Page, tmp_path: Path, origin: str) -> None:
    small_site(tmp_path)
    for content in (b"\x00\xff{", b"", b"tamizdatItem(null);", b"tamizdatItem({});", None):
        (tmp_path / "items/0/proof.js").unlink()
        if content is not None:
            put(tmp_path, "items/0/proof.js", content)
        found = opened(page, f"{origin}/items/0/index.html")
        itself = "broken" if content == b"tamizdatItem({});" else "unknown"
        assert (found["edition"], found["item 0"], found["item 0 media"]) == ("proved", itself, "unknown")
        altered = itself == "broken" or (
            origin.startswith("http:") and content is not None
        )  # no disk lets it read that
        assert page.get_attribute("#proof-report", "data-outcome") == ("broken" if altered else "unknown")


def test_an_edition_script_signed_by_a_stranger_breaks_the_edition(page: Page, tmp_path: Path, origin: str) -> None:
    desk = small_site(tmp_path)
    desk.publish(tmp_path, signers=[Key()])
    found = opened(page, f"{origin}/items/0/index.html")
    assert (found["edition"], found["item 0"]) == ("broken", "unknown")


def test_an_altered_picture_is_found_on_its_page(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    flip(tmp_path / "items/0/picture.jpg", 3)
    found = opened(page, f"{http}/items/0/index.html")
    assert found["item 0 media"] == "broken"
    assert found["item 0"] == "proved"


def test_a_page_that_came_without_https_says_that_nothing_was_checked(
    altered_page: Page, tmp_path: Path, http: str
) -> None:
    page = altered_page
    small_site(tmp_path)
    page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })")
    found = opened(page, f"{http}/items/0/index.html")
    assert set(found.values()) == {"unknown"}
    assert "https" in (page.text_content("#proof-report") or "")


def test_a_browser_without_ed25519_proves_nothing(altered_page: Page, tmp_path: Path, http: str) -> None:
    page = altered_page
    small_site(tmp_path)
    page.add_init_script(
        "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))"
    )
    found = opened(page, f"{http}/items/0/index.html")
    assert set(found.values()) == {"unknown"}


# ---- the check page ----------------------------------------------------------------------------------------------


def test_a_whole_folder_is_checked_as_the_command_does(page: Page, tmp_path: Path, origin: str) -> None:
    desk = two_editions(tmp_path)
    assert chosen_folder(page, origin, tmp_path) == by_python(verify(tmp_path))
    page.fill("#check-root", spoken(desk.fingerprint))
    page.press("#check-root", "Tab")  # a fingerprint typed afterwards is compared at once
    assert shown(page, "#check-report") == by_python(verify(tmp_path, desk.fingerprint))
    assert page.get_attribute("#check-report", "data-outcome") == "proved"


SOUND = "files => { window.sound = Object.entries(files).map(([path, data]) => [path, tamizdat.unb64(data)]); }"
CHECKED = """([altered, root]) => {
  const files = new Map(window.sound.map(([path, data]) => [path, { size: data.length, bytes: async () => data }]));
  for (const [path, encoded] of Object.entries(altered)) {
    const data = encoded === null ? null : tamizdat.unb64(encoded);
    if (data) files.set(path, { size: data.length, bytes: async () => data });
    else files.delete(path);
  }
  return tamizdat.checkSite(files, tamizdat.unb64(root)).then(({ links, holds }) =>
    [links.map((link) => [link.name, link.verdict, link.detail.en]), holds]);
}"""


def contents(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


#: Each of these alone meets a check of the browser's verifier: without it, that check could go and no short run tell.
ALONE = (
    "a_bundle_of_entries_with_a_byte_more", "a_checkpoint_of_more_entries_than_memory_holds",
    "a_cover_of_which_more_is_told_than_was_done", "a_kept_checkpoint_in_the_place_of_an_earlier_one",
    "a_kept_checkpoint_of_another_origin", "a_kept_checkpoint_that_is_not_the_ledgers_own_with_more_below_it",
    "a_list_of_files_whose_last_line_does_not_end", "a_list_of_files_with_one_file_twice",
    "a_list_of_items_with_another_digest", "a_list_of_items_without_one_of_them",
    "a_page_script_that_does_more_than_tell_facts", "a_picture_that_is_said_to_read_a_name",
    "a_post_that_claims_the_source_of_a_clip", "a_post_that_names_what_came_later", "a_proof_by_a_later_checkpoint",
    "a_proof_by_an_earlier_checkpoint_that_was_forked", "a_proof_by_another_checkpoint_of_the_same_size",
    "a_recording_that_is_said_to_read_the_name_of_a_post", "a_review_made_after_the_approval_and_told_before_it",
    "a_roster_of_more_keys_than_anybody_has", "a_roster_signed_by_one_root_key_for_two", "a_salt_that_is_missing",
    "a_silence_that_ends_before_it_begins", "a_statement_of_five_megabytes",
    "a_tag_written_in_capitals_to_look_like_another_s", "a_text_that_is_a_quoted_post_s",
    "a_text_that_is_said_to_stand_in_a_slice_that_is_not_there", "a_text_that_is_said_to_stand_in_another_member",
    "a_text_that_is_said_to_stand_in_bytes_that_are_no_json", "a_tile_of_the_ledger_altered",
    "a_translation_of_a_day_that_no_calendar_has", "a_translation_whose_statement_is_about_other_words",
    "a_translator_who_reviews_what_is_theirs", "a_witness_who_did_not_sign", "an_edition_about_a_list_of_another_name",
    "an_edition_about_another_list_of_items_of_the_same_root",
    "an_edition_about_another_list_than_the_one_it_tells_of", "an_edition_of_a_later_format",
    "an_edition_of_another_ledger_in_this_one", "an_edition_of_no_number",
    "an_edition_proved_by_an_earlier_checkpoint", "an_edition_signed_with_a_desk_key_after_its_range",
    "an_edition_that_counts_more_files_than_it_lists", "an_edition_that_counts_more_items_than_it_lists",
    "an_entry_of_the_ledger_replaced", "an_extra_item", "an_opening_that_is_there_twice",
    "captured_bytes_that_the_statement_does_not_speak_of", "captured_bytes_withdrawn_in_silence",
    "items_signed_with_a_desk_key_before_its_range", "slices_whose_lengths_are_not_those_of_the_bytes",
    "subtitles_that_are_not_among_the_files",
)  # fmt: skip


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.long)])
def test_browser_and_command_agree_on_every_tampering_word_for_word(
    page: Page, tmp_path: Path, http: str, step: int
) -> None:
    """What the check page does with a folder, for each altered one: the files that differ are handed over in memory."""
    two_editions(tmp_path / "sound")
    sound = contents(tmp_path / "sound")
    page.goto(f"{http}/sound/check/index.html")
    page.add_script_tag(url=f"{http}/sound/static/joined.js")  # as where names are read
    page.evaluate(SOUND, {path: b64(data) for path, data in sound.items()})
    site = tmp_path / "site"
    every = sorted(names(browser=True))
    for name in sorted({*every[::step], *ALONE}):
        desk = two_editions(site)
        root = desk.fingerprint
        TAMPERINGS[name].attack(site, desk)
        found = contents(site)
        altered: dict[str, str | None] = {path: b64(data) for path, data in found.items() if sound.get(path) != data}
        altered |= dict.fromkeys(sound.keys() - found.keys())
        links, holds = page.evaluate(CHECKED, [altered, b64(root)])
        assert {link: (verdict, reason) for link, verdict, reason in links} == reasons(verify(site, root)), name
        assert not holds, name


#: Worker that tells how many files it was given, and when it can be asked.
COUNTED = """() => {
  let there;
  window.given = 0;
  window.there = new Promise((done) => { there = done; });
  window.Worker = class extends Worker {
    constructor(...each) { super(...each); this.addEventListener("message", there, { once: true }); }
    postMessage(asked) { window.given += asked.length; super.postMessage(asked); }
  };
}"""
#: Others that do not help: not known, refused, failing as they start or with files in hand, reading none, finding
#: that nobody signed, and silent.
UNHELPFUL = {
    "none": "window.Worker = undefined",
    "refused": "window.Worker = class { constructor() { throw new DOMException('', 'SecurityError'); } }",
    "failing": "window.Worker = class { constructor() { setTimeout(() => this.onerror(), 0); } }",
    "stopped": """window.Worker = class {
      constructor() { setTimeout(() => this.onmessage({ data: "there" }), 0); }
      postMessage() { window.given = true; setTimeout(() => this.onerror(), 20); }
    }""",
    "reading none": """window.Worker = class {
      constructor() { setTimeout(() => this.onmessage({ data: "there" }), 0); }
      postMessage() { window.given = true; setTimeout(() => this.onmessage({ data: null }), 20); }
    }""",
    "finding nobody": """window.there = new Promise((done) => {
      window.Worker = class extends Worker {
        set onmessage(hear) {
          super.onmessage = ({ data }) => {
            const heard = data === "there" ? [done()] : data;
            for (const each of heard) if (each) each.signed = each.signed.map(() => [null]);
            hear({ data });
          };
        }
        postMessage(asked) { window.given = true; super.postMessage(asked); }
      };
    })""",
    "silent": """window.Worker = class {
      constructor() { setTimeout(() => this.onmessage({ data: "there" }), 0); }
      postMessage() { window.given = true; }
    }""",
}
ONE_AND_AGAIN = """async ([sound, forged, root]) => {
  const file = ([path, data]) => [path, { bytes: async () => tamizdat.unb64(data) }];
  const of = (files) => new Map(Object.entries(files).map(file));
  await tamizdat.checkSite(of(sound));
  await window.there;
  await new Promise((done) => setTimeout(done, 0)); // what hears of it after us
  const reports = [];
  for (const each of [sound, forged]) reports.push(await tamizdat.checkSite(of(each), tamizdat.unb64(root)));
  return [window.given, reports.map(({ links }) => links.map((link) => [link.name, link.verdict, link.detail.en]))];
}"""


def forged(site: Path) -> dict[str, bytes]:
    """The same site, where the signature of an item and the last of those that it opens were altered."""
    path = f"items/{A}/proof.js"
    whole = (site / path).read_bytes()
    places = [each.start() + len('"sig":"') for each in re.finditer(rb'"sig":"', whole)]
    for at in (places[0], places[-1]):
        whole = whole[:at] + (b"B" if whole[at : at + 1] == b"A" else b"A") + whole[at + 1 :]
    (site / path).write_bytes(whole)
    return contents(site)


@pytest.mark.parametrize("worker", some_of(["helping", *UNHELPFUL], "helping", "failing", "finding nobody"))
def test_a_second_thread_that_reads_what_items_say_changes_no_verdict(
    altered_page: Page, tmp_path: Path, origin: str, worker: str
) -> None:
    page, desk = altered_page, two_editions(tmp_path)
    expected, sound = [reasons(verify(tmp_path, desk.fingerprint))], contents(tmp_path)
    altered = forged(tmp_path)
    expected += [reasons(verify(tmp_path, desk.fingerprint))]
    assert "broken" in dict(expected[1].values())
    page.goto(f"{origin}/check/index.html")
    page.evaluate(COUNTED if worker == "helping" else f"void ({UNHELPFUL[worker]})")
    given = [{path: b64(data) for path, data in each.items()} for each in (sound, altered)]
    asked, found = page.evaluate(ONE_AND_AGAIN, [*given, b64(desk.fingerprint)])
    assert [{link: (verdict, reason) for link, verdict, reason in each} for each in found] == expected
    assert bool(asked) == (worker not in ("none", "refused", "failing"))


def test_browser_and_command_agree_on_the_reading_of_names_and_on_what_is_altered_in_it(
    page: Page, tmp_path: Path, http: str
) -> None:
    memorial = Memorial(House(tmp_path))
    for person in (2, 0, 0):
        memorial.read(person)
    memorial.house.publish()
    site, root = memorial.house.site, Roster.open(memorial.house.roster).root.fingerprint
    sound = contents(site)
    page.goto(f"{http}/site/check/index.html")
    page.evaluate(SOUND, {path: b64(data) for path, data in sound.items()})
    english, joint = sound["reading/index.html"], sound["reading/reading.mp4"]
    row = re.findall(rb'<div class="voice">.*?</div>\n', english)[1]
    voices = [sound[f"items/{each}/sound.mp4"] for each in memorial.recordings]

    def joint_of(order: list[int]) -> bytes:
        read = [voices[each] for each in order]
        return b"".join(joined([partial(bytes, each) for each in read], [frames_of(each)[0] for each in read]))

    assert joint == joint_of([1, 2, 0])
    recording = f"items/{memorial.recordings[0]}/sound.mp4"
    for altered in (
        {},
        {"reading/reading.mp4": joint[:-1] + bytes([joint[-1] ^ 1])},
        {"reading/reading.mp4": None},
        {"reading/reading.mp4": joint_of([2, 0, 1])},  # in another order
        {"reading/reading.mp4": joint_of([1, 2])},  # one reading is left out
        {"reading/index.html": english.replace(row, b"")},
        {"zh/reading/index.html": sound["zh/reading/index.html"].replace("李雨".encode(), "李雪".encode())},
        {recording: sound[recording][:-1]},
        {"zh/reading/index.html": None},
        {path: None for path in sound if "reading/" in path},  # as if nobody had ever read a name
    ):
        for path, data in (sound | altered).items():
            (site / path).parent.mkdir(exist_ok=True)
            if data is None:
                (site / path).unlink(missing_ok=True)
            elif not (site / path).exists() or (site / path).read_bytes() != data:
                (site / path).write_bytes(data)
        given = {path: None if data is None else b64(data) for path, data in altered.items()}
        links, holds = page.evaluate(CHECKED, [given, b64(root)])
        found = {link: (verdict, reason) for link, verdict, reason in links}
        assert found == reasons(verify(site, root))
        assert holds == (not altered)
    assert "names are read in recordings of this site" in found["reading"][1]


def test_a_root_that_handed_over_leads_to_the_next_one_and_a_strangers_does_not(
    page: Page, tmp_path: Path, http: str
) -> None:
    house = House(tmp_path)
    house.archive.append([house.roster])
    house.picture()
    first = Roster.open(house.roster)
    keys = [key(number) for number in (11, 12, 13)]
    root = Root(tuple(each.public for each in keys), 2)
    second = replace(first, root=root, version=2, previous=sha256(first.envelope), envelope=b"")
    house.roster = sign_roster(second, [(each.public, each.sign) for each in (house.root, *keys)])
    house.archive.append([house.roster])
    house.publish()
    page.goto(f"{http}/site/check/index.html")
    page.evaluate(SOUND, {path: b64(data) for path, data in contents(house.site).items()})
    alone = b64(sign_roster(second, [(each.public, each.sign) for each in keys]))  # the first never signed it
    another = b64(first.envelope.replace(b'"sig":"', b'"sig":"A', 1))
    signers = [(each.public, each.sign) for each in (house.root, *keys)]
    log = replace(first.policy.log, name="elsewhere.example/ledger")
    elsewhere = sign_roster(replace(first, policy=replace(first.policy, log=log), envelope=b""), signers[:1])
    unfit: list[dict[str, str | None]] = [  # the first root signed each: what it follows is not what lies there
        {"roster.json": b64(sign_roster(replace(second, previous=bytes(32)), signers))},
        {"roster.json": b64(sign_roster(replace(second, version=3), signers)), "roster-2.json": b64(first.envelope)},
        {"roster.json": b64(sign_roster(replace(second, previous=sha256(elsewhere)), signers)),
         "roster-1.json": b64(elsewhere)},
    ]  # fmt: skip
    for known in (first.root.fingerprint, second.root.fingerprint, bytes(32)):
        changes: list[dict[str, str | None]] = [
            {}, {"roster-1.json": None}, {"roster-1.json": another}, {"roster.json": alone}, *unfit
        ]  # fmt: skip
        for altered in changes:
            for path, given in altered.items():
                place = house.site / path
                place.write_bytes(parse_b64(given, "it")) if given else place.unlink()
            links, holds = page.evaluate(CHECKED, [altered, b64(known)])
            found = {link: (verdict, reason) for link, verdict, reason in links}
            report = verify(house.site, known)
            assert found["root"] == reasons(report)["root"]
            assert holds == report.holds
            assert holds == (not altered and known != bytes(32))
            for path, data in (("roster-1.json", first.envelope), ("roster.json", house.roster)):
                (house.site / path).write_bytes(data)
            (house.site / "roster-2.json").unlink(missing_ok=True)


SHOWN = ["one_bit_of_a_picture", "a_missing_list_of_files", "an_extra_item", "a_whole_site_made_by_a_stranger"]


@pytest.mark.parametrize("name", some_of(SHOWN, "a_missing_list_of_files", "a_whole_site_made_by_a_stranger"))
def test_the_check_page_shows_what_the_command_says_of_an_altered_folder(page: Page, tmp_path: Path, name: str) -> None:
    """The check page of a sound copy, on a disk, looks at the altered one."""
    small_site(tmp_path / "sound")
    site = tmp_path / "site"
    desk = two_editions(site)
    root = desk.fingerprint
    TAMPERINGS[name].attack(site, desk)
    chosen_folder(page, (tmp_path / "sound").as_uri(), site, root)
    assert told(page, "#check-report") == reasons(verify(site, root))
    assert page.get_attribute("#check-report", "data-outcome") == "broken"


FILE_CHECKED = """([path, name, files, root]) => {
  const read = async (path) => {
    if (files[path] === undefined) throw new tamizdat.Broken(`Expected the file ${path}, found no such file.`, "");
    return tamizdat.unb64(files[path]);
  };
  return tamizdat.checkFile(name, tamizdat.unb64(files[path]), read, tamizdat.unb64(root)).then(({ links }) =>
    links.map((link) => [link.name, link.verdict, link.detail.en]));
}"""


def test_browser_and_command_agree_on_every_attack_on_one_file_word_for_word(
    page: Page, tmp_path: Path, http: str
) -> None:
    site = tmp_path / "site"
    two_editions(site)
    page.goto(f"{http}/site/check/index.html")
    sound = {f"none: {each}": OneFile(lambda out, desk: None, each, "") for each in (DAY, FEED, "index.html")}
    for name, one in (ONE_FILE | sound).items():
        desk = two_editions(site)
        one.attack(site, desk)
        files = {path: b64(data) for path, data in contents(site).items()}
        links = page.evaluate(FILE_CHECKED, [one.path, one.path, files, b64(desk.fingerprint)])
        found = {link: (verdict, reason) for link, verdict, reason in links}
        expected = reasons(verify(site / one.path, desk.fingerprint))
        if one.by_itself:  # whose bytes they should be, a browser is not told: they are on no list
            assert found[f"file {one.path}"][0] == "unknown", name
            assert "No file of this edition" in found[f"file {one.path}"][1]
            del found[f"file {one.path}"], expected[f"file {one.path}"]
        assert found == expected, name


def test_a_mistyped_fingerprint_never_passes(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/check/index.html")
    page.fill("#check-root", "7QZ4")
    page.set_input_files("#check-folder", str(tmp_path))
    assert shown(page, "#check-report")["root"] == "broken"
    assert "Do not rely on what is broken" in page.inner_text("#check-report")


def test_one_file_is_found_among_those_of_the_edition(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    stray = tmp_path.parent / "sent-by-somebody.jpg"
    stray.write_bytes((tmp_path / "items/2/picture.jpg").read_bytes())
    page.goto(f"{http}/check/index.html")
    page.set_input_files("#check-file", str(stray))
    assert shown(page, "#check-report")["file sent-by-somebody.jpg"] == "proved"
    assert "items/2/picture.jpg" in (page.text_content("#check-report") or "")
    stray.write_bytes(b"re-encoded on its way")
    page.set_input_files("#check-file", [])
    page.set_input_files("#check-file", str(stray))
    page.wait_for_selector('[data-link="file sent-by-somebody.jpg"][data-verdict="unknown"]', state="attached")


def first(page: Page) -> tuple[str, str, str]:
    """The first sentence of what the check page found, the kind that gives it its colour, and all that is visible."""
    page.wait_for_function("() => document.querySelector('#check-report').dataset.outcome")
    block = page.locator("#check-report > div").first
    return (
        block.locator(".verdict").inner_text(),
        block.get_attribute("class") or "",
        page.locator("#check-report").inner_text(),
    )


def choose(page: Page, *files: Path) -> tuple[str, str, str]:
    page.set_input_files("#check-file", [])
    page.evaluate("() => { document.querySelector('#check-report').dataset.outcome = '' }")
    page.set_input_files("#check-file", [str(each) for each in files])
    return first(page)


@pytest.fixture
def sent(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """A file that somebody sent, by its name and bytes; it lies outside the site."""

    def write(name: str, data: bytes) -> Path:
        path = tmp_path.parent / f"{tmp_path.name}-sent" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("where", ["served", "on a disk, its folder chosen first"])
def test_a_file_that_was_sent_is_named_or_said_to_be_unknown_in_the_first_sentence(
    page: Page, tmp_path: Path, http: str, where: str, sent: Callable[[str, bytes], Path]
) -> None:
    small_site(tmp_path)
    page.goto(f"{http if where == 'served' else tmp_path.as_uri()}/check/index.html")
    if where != "served":
        page.set_input_files("#check-folder", str(tmp_path))
        assert first(page)[1] == "proved"
    right = (tmp_path / "items/2/picture.jpg").read_bytes()
    sentence, kind, _ = choose(page, sent("sent.jpg", right))
    assert sentence == "This is items/2/picture.jpg of No. 2, byte for byte as edition 1 lists it."
    assert kind == "proved"
    link = page.locator("#check-report .verdict a", has_text="No. 2")
    assert link.get_attribute("href") == "../items/2/index.html"
    for name, data in (("sent.jpg", right[:-1] + b"!"), ("README", b"# Something else\n"), ("empty.jpg", b"")):
        sentence, kind, all_of_it = choose(page, sent(name, data))
        empty = "This file is empty: there are no bytes to compare."
        assert sentence == ("No file of this edition has these bytes." if data else empty)
        assert kind == "unlisted"
        assert "Nothing is broken" not in all_of_it
        assert "proved" not in all_of_it


def test_of_a_file_of_another_sites_folder_the_page_leads_to_no_item_of_its_own_site(
    page: Page, tmp_path: Path, http: str, sent: Callable[[str, bytes], Path]
) -> None:
    """A page that somebody kept has another item by that number, or none."""
    small_site(tmp_path / "own")
    small_site(tmp_path / "other")
    page.goto(f"{http}/own/check/index.html")
    for chosen, links in (("other", 0), ("own", 2)):
        page.evaluate("() => { document.querySelector('#check-report').dataset.outcome = '' }")
        page.set_input_files("#check-folder", str(tmp_path / chosen))
        assert first(page)[1] == "proved"
        sentence, kind, _ = choose(page, sent("sent.jpg", (tmp_path / chosen / "items/2/picture.jpg").read_bytes()))
        assert sentence == "This is items/2/picture.jpg of No. 2, byte for byte as edition 1 lists it."
        assert kind == "proved"
        assert page.locator("#check-report .verdict a").count() == links


def test_on_a_disk_a_file_chosen_before_the_folder_is_not_judged_yet(page: Page, tmp_path: Path) -> None:
    small_site(tmp_path)
    page.goto((tmp_path / "check/index.html").as_uri())
    sentence, kind, _ = choose(page, tmp_path / "items/0/picture.jpg")
    assert sentence.startswith("Not judged yet: choose the folder first.")
    assert kind == "unjudged"
    assert page.locator("#check-report .broken, #check-report [data-link]").count() == 0
    page.evaluate("() => { document.querySelector('#check-report').dataset.outcome = '' }")
    page.set_input_files("#check-folder", str(tmp_path))  # now both are
    assert first(page)[0].startswith("This is all of edition 1 of ")
    assert "This is items/0/picture.jpg of No. 0, byte for byte" in page.locator("#check-report").inner_text()
    assert page.locator('[data-link="file picture.jpg"][data-verdict="proved"]').count() == 1


def test_several_files_are_each_judged_and_the_worst_decides(
    page: Page, tmp_path: Path, http: str, sent: Callable[[str, bytes], Path]
) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/check/index.html")
    picture = tmp_path / "items/2/picture.jpg"
    _, _, told = choose(page, picture, sent("strange\u202egpj.exe", b"x"), tmp_path / "items/2/proof.js")
    kinds = page.eval_on_selector_all("#check-report > div", "all => all.map(each => each.className)")
    assert kinds == ["proved", "unlisted", "unjudged"]
    assert all(name in told for name in ("picture.jpg", "strange\ufffdgpj.exe", "proof.js"))
    assert "\u202e" not in told, "a name does not turn itself around"
    assert page.get_attribute("#check-report", "data-outcome") == "unlisted"


def test_what_is_made_after_the_list_is_never_called_unknown(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/check/index.html")
    for name in ("edition/edition.json", "edition/files.txt", "edition/edition.tlog-proof"):
        assert choose(page, tmp_path / name)[0] == f"This is {name}, byte for byte as edition 1 lists it.", name
    for name in ("items/2/proof.js", "edition/items/000.js", "ledger/checkpoint"):
        assert choose(page, tmp_path / name)[0].startswith("Not judged: it looks like a proof"), name


def test_a_folder_that_is_no_site_is_not_judged_and_told_which_to_choose(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path / "below")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/letter.txt").write_text("none of yours")
    page.goto(f"{http}/below/check/index.html")
    for folder, says in ((tmp_path / "papers", "no copy of a site"), (tmp_path, "deeper, in below")):
        page.evaluate("() => { document.querySelector('#check-report').dataset.outcome = '' }")
        page.set_input_files("#check-folder", str(folder))
        sentence, kind, _ = first(page)
        assert sentence.startswith("Not judged: ")
        assert says in sentence
        assert kind == "unjudged"
    page.evaluate("() => { document.querySelector('#check-report').dataset.outcome = '' }")
    page.set_input_files("#check-folder", str(tmp_path / "below"))
    sentence, kind, told = first(page)
    assert kind == "proved"
    assert sentence.startswith("This is all of edition 1 of ")
    assert "Its root was not compared" in told


def test_of_many_links_the_broken_ones_are_shown_and_the_rest_only_when_asked_for(page: Page, tmp_path: Path) -> None:
    small_site(tmp_path)
    page.goto((tmp_path / "check/index.html").as_uri())
    (tmp_path / "planted").mkdir()
    for number in range(1_100):
        (tmp_path / f"planted/{number}").write_bytes(b"x")
    page.set_input_files("#check-folder", str(tmp_path))
    assert first(page)[1] == "broken"
    shown_first = page.locator("#check-report > ol.chain > li")
    all_rows = page.locator("#check-report details ol.chain > li")
    assert shown_first.evaluate_all("rows => rows.map(row => row.className)") == ["broken"] * 1_000
    assert all_rows.count() == 0
    page.click("#check-report summary")
    all_rows.nth(1_100).wait_for()
    assert page.locator("#check-report details [data-link='file planted/1099']").count() == 1
    assert "1101 broken" in first(page)[0]


def test_what_was_chosen_is_judged_where_a_person_sees_it(page: Page, tmp_path: Path) -> None:
    small_site(tmp_path)
    page.goto((tmp_path / "check/index.html").as_uri())
    page.evaluate("document.querySelector('#check-report').style.marginTop = '3000px'")  # far below, as on a telephone
    page.set_viewport_size({"width": 360, "height": 640})
    seen = """() => {
      const place = document.querySelector("#check-report > div")?.getBoundingClientRect();
      return Boolean(place) && place.top >= 0 && place.bottom <= innerHeight;
    }"""
    assert not page.evaluate(seen)
    page.set_input_files("#check-folder", str(tmp_path))
    assert first(page)[1] == "proved"
    page.wait_for_function(seen)  # the verdict and what it does not say, not its first line only


TOLD = """async (files) => {
  const told = [], file = (data) => ({ bytes: async () => tamizdat.unb64(data) });
  const all = new Map(Object.entries(files).map(([path, data]) => [path, file(data)]));
  const report = await tamizdat.checkSite(all, null, undefined, (...each) => told.push(each));
  return [report.links.some((each) => each.verdict === "broken"), told];
}"""


def test_a_whole_check_tells_of_every_file_that_it_has_read_once(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/check/index.html")
    files = {path: b64(data) for path, data in contents(tmp_path).items()}
    broken, told = page.evaluate(TOLD, files)
    assert not broken
    assert {all_of_them for _, all_of_them in told} == {len(files)}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == [len(files), len(files)]


CLIPS = """async (files) => {
  let [held, most] = [0, 0];
  const file = (path, data) => ({ bytes: async (bound = Infinity) => {
    if (!path.endsWith(".jpg")) return tamizdat.unb64(data);
    if (bound <= 1 << 20) return null; // as if it were a clip
    most = Math.max(most, held += 1);
    await new Promise((done) => setTimeout(done, 50));
    held -= 1;
    return tamizdat.unb64(data);
  } });
  const all = new Map(Object.entries(files).map(([path, data]) => [path, file(path, data)]));
  const report = await tamizdat.checkSite(all);
  return [report.links.filter((each) => each.verdict === "broken").map((each) => each.name), most];
}"""


def test_of_large_files_one_at_a_time_is_in_memory(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    page.goto(f"{http}/check/index.html")
    files = contents(tmp_path)
    assert sum(path.endswith(".jpg") for path in files) > 1
    assert page.evaluate(CLIPS, {path: b64(data) for path, data in files.items()}) == [[], 1]
    files["items/2/picture.jpg"] += b"!"
    broken, most = page.evaluate(CLIPS, {path: b64(data) for path, data in files.items()})
    assert (broken, most) == (["item 2 media", "files", "file items/2/picture.jpg"], 1)


UNREAD = """async (files) => {
  const unread = new DOMException("It changed since it was chosen.", "NotReadableError"), broken = {};
  for (const one of Object.keys(files)) {
    const read = async (path, data) => { if (path === one) throw unread; return tamizdat.unb64(data); };
    const file = (path, data) => ({ bytes: () => read(path, data) });
    const all = new Map(Object.entries(files).map(([path, data]) => [path, file(path, data)]));
    const report = await tamizdat.checkSite(all);
    const found = report.links.filter((each) => each.verdict !== "proved");
    const namesOf = (links) => links.filter((each) => each.verdict === "broken").map((each) => each.name);
    const wrong = namesOf(found);
    if (wrong.length || report.holds || !found.some((each) => each.detail.en.includes(one))) broken[one] = wrong;
    all.set("planted.html", file("planted.html", "IA=="));
    const hidden = namesOf((await tamizdat.checkSite(all)).links);
    if (one !== "edition/files.txt" && String(hidden) !== "files,file planted.html") broken[one] = hidden;
  }
  return broken;
}"""


def test_no_file_that_could_not_be_read_is_called_broken_and_each_is_named_and_hides_no_other(
    page: Page, tmp_path: Path, http: str
) -> None:
    small_site(tmp_path)
    (older := tmp_path / "ledger/tile/0/000.p/2").parent.mkdir(exist_ok=True)  # a tile that a smaller ledger had
    older.write_bytes(next((tmp_path / "ledger/tile/0").rglob("[0-9]*[0-9]")).read_bytes()[: 2 * 32])
    page.goto(f"{http}/check/index.html")
    assert page.evaluate(UNREAD, {path: b64(data) for path, data in contents(tmp_path).items()}) == {}


def test_a_clip_that_no_browser_reads_is_named_with_what_to_do(page: Page, tmp_path: Path) -> None:
    small_site(tmp_path)
    with (tmp_path / "items/2/picture.jpg").open("wb") as clip:
        clip.truncate((2 << 30) + 1)  # a hole
    page.goto((tmp_path / "check/index.html").as_uri())
    page.set_input_files("#check-folder", str(tmp_path))
    sentence, kind, seen = first(page)
    assert (sentence.startswith("This could not be checked."), kind) == (True, "unknown")
    assert "could not read items/2/picture.jpg" in seen
    found = told(page, "#check-report")
    for name in ("item 2 media", "files", "file items/2/picture.jpg"):
        verdict, reason = found[name]
        assert verdict == "unknown"
        assert "items/2/picture.jpg" in reason
        assert "tamizdat verify" in reason
    assert not [name for name, (verdict, _) in found.items() if verdict == "broken"]


def test_when_the_server_stops_answering_nothing_is_called_broken(
    altered_page: Page, tmp_path: Path, http: str
) -> None:
    small_site(tmp_path)
    altered_page.goto(f"{http}/check/index.html")
    altered_page.context.set_offline(True)
    sentence, kind, told = choose(altered_page, tmp_path / "items/2/picture.jpg")
    assert sentence == "Not judged: what it takes could not be read here."
    assert "the server does not answer" in told
    assert kind == "unjudged"
    assert altered_page.locator("#check-report .broken").count() == 0
    altered_page.context.set_offline(False)


def test_a_page_that_came_without_https_says_that_this_is_why_it_judges_nothing(
    altered_page: Page, tmp_path: Path, http: str
) -> None:
    small_site(tmp_path)
    altered_page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined });")
    altered_page.goto(f"{http}/check/index.html")
    _, kind, told = choose(altered_page, tmp_path / "items/2/picture.jpg")
    assert kind == "unjudged"
    assert "came without https" in told
    assert altered_page.locator("#check-report .broken").count() == 0


def test_a_witnessed_checkpoint_is_proved_in_both(page: Page, tmp_path: Path, http: str) -> None:
    desk = small_site(tmp_path, Desk(witness=Key()))
    found = chosen_folder(page, http, tmp_path, desk.fingerprint)
    assert found["witnesses"] == "proved"
    assert found == by_python(verify(tmp_path, desk.fingerprint))


@pytest.mark.parametrize(
    ("mark", "said"), [("\x85", ""), ("\x1c", ""), ("\ufeff", "RT\ufeff@wang: 五年\n\n")], ids=ascii
)
def test_what_is_white_space_to_the_command_is_white_space_to_the_browser(
    page: Page, tmp_path: Path, http: str, mark: str, said: str
) -> None:
    """A repost's own text is left out of what is translated if it is nothing but the platform's ``RT @wang: …``."""
    desk = Desk()
    number = desk.post(f"RT{mark}@wang: 五年")
    inner: dict[str, Json] = {
        "depth": 1, "how": "repeats", "url": "", "handle": "wang", "name": "", "language": "zh", "published": None,
        "text": "五年了", "cut": False, "hidden": False, "item": None,
    }  # fmt: skip
    post = desk.predicate(number)
    work = desk.translate(
        post["post"], post["source"]["index"], f"{said}RT @wang: 五年了", "en", "RT @wang: Five years"
    )
    desk.opened[number] = None, [each["index"] for each in (work["translated"], *work["reviewed"])]
    desk.restate(number, context={"inner": [inner]}, translations=[work])
    desk.said[number]["inner 1"] = "五年了"
    desk.publish(tmp_path)
    report = verify(tmp_path, desk.fingerprint)
    assert report.holds
    assert chosen_folder(page, http, tmp_path, desk.fingerprint) == by_python(report)


def test_a_post_whose_bytes_give_another_id_is_proved_in_both(page: Page, tmp_path: Path, http: str) -> None:
    desk, raw = Desk(), b'{"text":"hi"}'
    number = desk.post("hi", shown=True, raw=raw)
    observed = peek_envelope(desk.disclosed[desk.opened[number][1][0]][1])
    joined = desk.append(replace(observed, predicate={**observed.predicate, "own": "https://feed.example/1"}))
    desk.opened[number] = raw, [joined]
    desk.restate(number, source=desk.named(joined))
    desk.publish(tmp_path)
    found = chosen_folder(page, http, tmp_path, desk.fingerprint)
    assert found[f"item {number} source"] == "proved"
    assert found == by_python(verify(tmp_path, desk.fingerprint))


def beside(site: Path, *signers: tuple[Witness, Callable[[bytes], bytes]]) -> None:
    """Add what witnesses signed, as a desk puts it beside the checkpoint."""
    note = (site / "ledger/checkpoint").read_bytes()
    text = note.partition(b"\n\n")[0] + b"\n"
    lines = [cosign(text, witness, 1_790_000_000, sign) for witness, sign in signers]
    put(site, f"ledger/checkpoints/{text.split()[1].decode()}/checkpoint", note + b"".join(lines))


def test_a_witness_beside_the_checkpoint_counts_by_either_key_and_the_browser_says_what_it_cannot_check(
    page: Page, tmp_path: Path, http: str
) -> None:
    key = SigningKey.from_seed(bytes([5]) * 32)
    second = PostQuantumKey(key)
    plain, quantum = Witness("w.example", key.public), PostQuantumWitness("w.example", second.public)
    desk = small_site(tmp_path, Desk(watched=(plain, quantum), quorum=1, second=PostQuantumKey(SigningKey.generate())))
    assert chosen_folder(page, http, tmp_path, desk.fingerprint)["witnesses"] == "broken"
    told = page.text_content("#check-report") or ""
    assert "Not witnessed yet." in told
    assert "they may have been shown another ledger" in told
    assert "This does not hold." not in told
    assert page.get_attribute("#check-report", "data-outcome") == "unknown"
    row = page.locator('#check-report li[data-link="witnesses"]')
    assert (row.get_attribute("class"), row.locator(".verdict").inner_text()) == ("unknown", "still awaited")
    listed = tmp_path / "edition/files.txt"
    sound = listed.read_bytes()
    listed.write_bytes(sound + b"\n")
    chosen_folder(page, http, tmp_path, desk.fingerprint)
    assert "This does not hold." in (page.text_content("#check-report") or ""), "anything beside it is told as that"
    listed.write_bytes(sound)
    beside(tmp_path, (plain, key.sign), (quantum, second.sign))
    found = chosen_folder(page, http, tmp_path, desk.fingerprint)
    assert found["witnesses"] == "proved"
    assert found == by_python(verify(tmp_path, desk.fingerprint))
    beside(tmp_path, (plain, key.sign))
    [path] = tmp_path.glob("ledger/checkpoints/*/checkpoint")
    before, space, line = path.read_bytes().rpartition(b" ")
    told_earlier = bytearray(parse_b64(line.decode().strip(), "a witness's line"))
    told_earlier[4] ^= 1  # of eight bytes that tell when it signed
    path.write_bytes(before + space + b64(bytes(told_earlier)).encode() + b"\n")
    found = chosen_folder(page, http, tmp_path, desk.fingerprint)
    assert found["witnesses"] == "broken"
    assert found == by_python(verify(tmp_path, desk.fingerprint))
    beside(tmp_path, (quantum, second.sign))
    assert by_python(verify(tmp_path, desk.fingerprint))["witnesses"] == "proved"
    assert chosen_folder(page, http, tmp_path, desk.fingerprint)["witnesses"] == "unknown"
    assert "does not check signatures of ML-DSA-44" in (page.text_content("#check-report") or "")


# ---- a site that was really published ------------------------------------------------------------------------------


FACE = covering.Cover((covering.Region("solid", "ellipse", 0, 0, (covering.Key(0, 4_000, 4_000, 1_000, 1_000),)),))


@needs_exiftool
def test_a_published_site_is_proved_in_the_browser_as_by_the_command(page: Page, tmp_path: Path, http: str) -> None:
    house = House(tmp_path)
    number = house.picture(title="城门", caption="黄昏")
    over = redact(house.archive, house.desk, "0a" * 16, number, FACE, "2026-11-23")
    assert over is not None
    clear(house.archive, house.desk, "0b" * 16, over, "approved", "2026-11-23")
    house.publish()
    house.picture("DCIM/2.JPG", title="The river")
    house.publish()
    expected = by_python(verify(house.site))
    assert verify(house.site).holds
    assert expected[f"item {number} cover"] == "vouched"
    assert chosen_folder(page, house.site.as_uri(), house.site) == expected
    assert chosen_folder(page, f"{http}/site/zh", house.site) == expected
    one = by_python(verify(house.site / f"items/{number}"))
    del one["items"]
    for language in ("", "zh/"):
        assert opened(page, f"{http}/site/{language}items/{number}/index.html") == one
        found = opened(page, (house.site / f"{language}items/{number}/index.html").as_uri())
        assert found == {**on_disk(one), f"item {number} media": "unknown"}
    flip(house.site / f"items/{number}/picture.jpg", 300)
    assert opened(page, f"{http}/site/items/{number}/index.html")[f"item {number} media"] == "broken"
    assert chosen_folder(page, house.site.as_uri(), house.site) == by_python(verify(house.site))


def test_a_site_that_is_being_renewed_is_not_called_broken_by_the_browser_either(
    page: Page, tmp_path: Path, http: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, 5)))
    house.release(1, 2, 3, 4)
    house.publish()
    house.translate(1, "A translation")
    number = house.number(status(1))
    in_chinese = house.site / f"zh/items/{number}/index.html"
    older = in_chinese.read_bytes()
    cut_off(house, "zh/index.html", monkeypatch)  # of it, some pages are new by then
    expected = by_python(verify(house.site))
    assert expected["edition"] == "unknown"
    assert expected["files"] == "unknown"
    assert chosen_folder(page, f"{http}/site", house.site) == expected
    shown_page = house.site / f"items/{number}/index.html"
    one = opened(page, f"{http}/site/items/{number}/index.html")
    assert one == by_python(verify(shown_page.parent))
    assert page.locator("#proof-report").get_attribute("data-outcome") == "unknown"
    assert page.locator("#proof-report .verdict").first.inner_text().startswith("The site is being renewed")
    one = opened(page, shown_page.as_uri())  # where a page may read no list, by the scripts that lie there meanwhile
    assert one.pop("files") == "unknown"
    assert "broken" not in one.values()
    assert page.locator("#proof-report .verdict").first.inner_text().startswith("The site is being renewed")
    other = house.site / f"items/{house.number(status(2))}/index.html"
    assert "broken" not in opened(page, other.as_uri()).values()
    assert "broken" not in opened(page, in_chinese.as_uri()).values()
    newer = in_chinese.read_bytes()
    in_chinese.write_bytes(older)
    assert opened(page, in_chinese.as_uri())[f"item {number} shown"] == "broken"  # nothing tells that it is older
    assert "此文件夹正在换入较新的一版" in page.locator("#proof-report").inner_text()
    in_chinese.write_bytes(newer)
    page.goto(f"{http}/site/check/index.html")
    page.set_input_files("#check-file", str(shown_page))
    assert shown(page, "#check-report")["files"] == "unknown"
    assert page.locator("#check-report .verdict").first.inner_text().startswith("The site is being renewed")
    page.goto(f"{http}/site/ar/check/index.html")
    page.set_input_files("#check-folder", str(house.site))
    shown(page, "#check-report")
    assert page.locator("#check-report .verdict").first.inner_text().startswith("يجري الآن تجديد هذا الموقع")
    page.goto(f"{http}/site/check/index.html")
    whole, style = shown_page.read_bytes(), (house.site / "style.css").read_bytes()
    shown_page.write_bytes(whole.replace(b"Post 1", b"Post 8"))
    assert opened(page, f"{http}/site/items/{number}/index.html")[f"file items/{number}/index.html"] == "broken"
    assert opened(page, shown_page.as_uri())[f"item {number} shown"] == "broken"
    tile = house.site / "edition/items/000.js"
    before = tile.read_bytes()
    tile.write_bytes(re.sub(rb"[0-9a-f]{64}", b"0" * 64, before))
    shown_page.write_bytes(whole)
    assert opened(page, shown_page.as_uri())[f"item {number}"] == "broken"  # of neither edition
    tile.write_bytes(before)
    shown_page.write_bytes(whole.replace(b"Post 1", b"Post 8"))
    (house.site / "style.css").write_text("/* another's */")
    assert chosen_folder(page, f"{http}/site", house.site) == by_python(verify(house.site))
    assert by_python(verify(house.site))["file style.css"] == "broken"
    shown_page.write_bytes(whole)
    (house.site / "style.css").write_bytes(style)
    part = next((house.site / "edition/next/files").glob("items-*.txt"))
    for path in (house.site / "edition/next/files.txt", part):  # a list that the newer edition does not name
        before = path.read_bytes()
        path.write_bytes(before + f"{'0' * 64}  more.html\n".encode())
        found = chosen_folder(page, f"{http}/site", house.site)
        assert found == by_python(verify(house.site))
        assert found["edition"] == "broken"
        path.write_bytes(before)
    before = (house.site / "edition/edition.json").read_bytes()
    two_editions(tmp_path / "other")
    shutil.copy(tmp_path / "other/edition/edition.json", house.site / "edition")  # which the newer one does not follow
    found = chosen_folder(page, f"{http}/site", house.site)
    assert found == by_python(verify(house.site))
    assert found["edition"] == "broken"
    (house.site / "edition/edition.json").write_bytes(before)
    before = (house.site / "edition/edition.js").read_bytes()
    house.publish(TODAY + timedelta(days=1))
    assert verify(house.site).holds
    shutil.copytree(house.site / "edition", left := house.folder / "left")  # as who may delete nothing leaves it
    left.rename(house.site / "edition/next")
    assert verify(house.site).holds
    assert chosen_folder(page, f"{http}/site", house.site) == by_python(verify(house.site))
    whole = shown_page.read_bytes()
    shown_page.write_bytes(whole.replace(b"Post 1", b"Post 8"))
    (house.site / "edition/next/items.txt").write_text("another's")
    assert "broken" in opened(page, f"{http}/site/items/{number}/index.html").values()
    assert "broken" in opened(page, shown_page.as_uri()).values()
    assert "load this page again" not in page.locator("#proof-report").inner_text()
    assert chosen_folder(page, f"{http}/site", house.site) == by_python(verify(house.site))
    shown_page.write_bytes(whole)
    shutil.rmtree(house.site / "edition/next")
    page.route("**/edition/edition.js", lambda route: route.fulfill(body=before), times=1)  # and the rest since
    one = opened(page, f"{http}/site/items/{number}/index.html")
    assert one.pop("files") == "unknown"
    assert "broken" not in one.values()
    assert one[f"item {number} shown"] == "proved"


def test_a_published_post_and_person_are_proved_in_the_browser_as_by_the_command(
    page: Page, tmp_path: Path, http: str
) -> None:
    house = House(tmp_path)
    user = {"id_str": "34", "screen_name": "li.ming", "name": "李"}
    quoted = {"id_str": "9", "full_text": "灯笼\n亮着", "lang": "zh", "user": user}
    links = {"urls": [{"url": "https://t.co/A1", "expanded_url": "https://a.example/?a=1&b=2"}]}
    house.take(
        tweet(1, "校舍塌了 &amp; 我们在找名字 //@wang: 五年了\r\n"),
        tweet(2, "第二"),
        tweet(3, "看 https://t.co/A1", quoted_status=quoted, entities=links),
    )
    house.release(1, tags=["schools"], bytes_shown=True)
    house.translate(1, "The school fell", notes=("fell: literally collapsed",))
    child = state_person(house.archive, house.desk, PersonEntry(name="王小明", language="zh-Hans", release="public"))
    house.publish()
    house.release(2, 3)
    house.translate(3, "Look")
    house.publish()  # the first post and the person are proved by the checkpoint of the edition before
    report = verify(house.site)
    assert report.holds, report.broken
    with page.expect_worker():  # which the policy of this page allows, from a disk too
        assert chosen_folder(page, house.site.as_uri(), house.site) == by_python(report)
    post = house.number(status(1))
    for number in (post, house.number(status(3)), child):
        one = by_python(verify(house.site / f"items/{number}"))
        del one["items"]
        for start in (f"{http}/site/", f"{http}/site/zh/", f"{house.site.as_uri()}/"):
            found = opened(page, f"{start}items/{number}/index.html")
            assert found == (on_disk(one) if start.startswith("file:") else one)
    assert one[f"item {child} record"] == "proved"
    record = page.locator("ol.chain > li[data-link='record']")
    assert record.get_attribute("class") == "proved"
    assert record.locator(".verdict").inner_text() == "proved"
    assert page.locator("#proof-file").count() == 0  # somebody on the list has no files that could be chosen
    page.emulate_media(media="print")  # paper has checked nothing
    assert record.locator(".verdict").inner_text() == "can be proved"
    verdicts = page.locator("section.proof > ol.chain > li > .verdict").all_inner_texts()
    assert verdicts.count("can be proved") == 4
    assert "proved" not in verdicts
    page.emulate_media(media="screen")


def test_a_published_story_is_proved_in_the_browser_as_by_the_command_and_broken_with_the_same_words(
    page: Page, tmp_path: Path, http: str
) -> None:
    house = House(tmp_path)
    house.take(tweet(1, "校舍塌了"), tweet(2, "第二"))
    house.release(1, 2)
    house.translate(1, "The school fell")
    child = state_person(house.archive, house.desk, PersonEntry(name="王小明", language="zh-Hans", release="public"))
    story = compose(house, story_text(house, child)).number
    retell(house, story)
    house.publish()
    report = verify(house.site)
    assert report.holds, report.broken
    assert chosen_folder(page, house.site.as_uri(), house.site) == by_python(report)
    one = by_python(verify(house.site / f"items/{story}"))
    del one["items"]
    assert opened(page, f"{http}/site/zh/items/{story}/index.html") == one
    disk = opened(page, (house.site / f"items/{story}/index.html").as_uri())
    assert disk == on_disk(one) | {f"item {story} told": "unknown"}
    telling = house.site / f"stories/{story}/index.html"
    whole, first = telling.read_text("utf-8"), house.number(status(1))
    for before, after in (
        (">A list<", ">A lie<"),
        ('data-said="map"', 'data-said="wall"'),
        ("The school fell", "The school stood"),
        (f'data-said="translation {first} en"', f'data-said="translation {first} fr"'),
        ('<span data-said="wall"></span>', ""),
    ):
        assert before in whole
        telling.write_text(whole.replace(before, after), "utf-8")
        chosen_folder(page, house.site.as_uri(), house.site)
        expected = reasons(verify(house.site))
        assert expected[f"item {story} told"][0] == "broken", after
        assert told(page, "#check-report")[f"item {story} told"] == expected[f"item {story} told"]


# ---- sites of the first format -----------------------------------------------------------------------------------


def test_a_saved_site_of_the_first_format_is_checked_as_the_command_does(page: Page, tmp_path: Path, http: str) -> None:
    small_site(tmp_path)
    saved = OldDesk.unpack(tmp_path / "old").site
    root = Root((ROOT.public,)).fingerprint
    report = verify(saved, root)
    assert report.holds
    assert chosen_folder(page, http, saved, root) == by_python(report)
    place = next(path.parent for path in sorted(saved.glob("items/*/openings.json")))
    for name in ("statement.json", "openings.json"):
        sound = (place / name).read_bytes()
        flip(place / name)
        assert chosen_folder(page, http, saved, root) == by_python(verify(saved, root)), name
        (place / name).write_bytes(sound)
