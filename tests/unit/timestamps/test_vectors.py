"""Outside vectors: tokens of rfc3161-client's tests, proofs of OpenTimestamps' client."""

import hashlib
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from support.shared import VECTORS, needs_shared
from tamizdat.errors import BadProof, CheckFailed
from tamizdat.timestamps.chain import chain_of
from tamizdat.timestamps.ots import Proof, Tree, block_hash, block_time, merkle_root
from tamizdat.timestamps.roots import certificates_in
from tamizdat.timestamps.token import Token

TOKENS = VECTORS / "rfc3161/test/fixtures"
PROOFS = VECTORS / "ots/examples"
#: token → the bytes that it is on, its time as it says it, and why it is refused ("" if it holds)
HELD = {
    "identrust/issue-104.tsr": (None, "20250311085208Z", ""),
    "sigstage/response-sha256.tsr": (b"hello", "20250509115855Z", ""),
    "sigstage/response-sha384.tsr": (b"hello", "20250509115855Z", ""),
    "sigstage/response-sha512.tsr": (b"hello", "20250509115856Z", ""),
    "sigstage/response-no-embedded-cert.tsr": (None, "20250618081302Z", ""),
    "sigstage/response-invalid-signature.tsr": (b"hello", "20250509115855Z", "found a signature that fails"),
    "sigstore.mock/response-expired.tsr": (
        None,
        "20230201000000Z",
        "",
    ),  # it has expired since: it holds at its own time
    "test_tsa/response.tsr": (None, "20241008154032Z", ""),
    "test_tsa/response-injected-certs.tsr": (None, "20241008154032Z", ""),  # two that pretend to be the signer's
    "test_tsa/other_response.tsr": (None, "20241031133144Z", "Expected a chain to a root"),  # of another chain
}
#: proof → the heights that it names, and whether it waits; None if it is refused
NAMED: dict[str, tuple[list[int], bool] | None] = {
    "hello-world.txt.ots": ([358391], False),
    "empty.ots": ([129405], False),
    "bad-stamp.txt.ots": ([358391], False),  # whose block it is not in: only its header tells
    "incomplete.txt.ots": ([], True),
    "two-calendars.txt.ots": ([], True),
    "merkle1.txt.ots": ([], True),
    "merkle2.txt.ots": ([], True),
    "merkle3.txt.ots": ([], True),
    "unknown-notary.txt.ots": ([], False),
    "known-and-unknown-notary.txt.ots": ([], True),
    "different-blockchains.txt.ots": ([455605], True),
    "sha1/a-or-b.ots": ([466906], True),
    "invalid/bad-major-version.ots": None,
    "invalid/exceeds-max-msg-length.ots": None,
    "invalid/invalid-file-digest-type.ots": None,
}


def judged(
    token: Token, signer: x509.Certificate, others: list[x509.Certificate], roots: list[x509.Certificate]
) -> list[x509.Certificate]:
    """The chain of a token whose signature holds."""
    token.verify(signer)
    return chain_of(signer, others, roots, token.stamped.time)


@needs_shared
def test_every_vector_is_listed_here() -> None:
    assert {path.relative_to(TOKENS).as_posix() for path in TOKENS.glob("**/*.tsr")} == HELD.keys()
    assert {path.relative_to(PROOFS).as_posix() for path in PROOFS.glob("**/*.ots")} == NAMED.keys()


@needs_shared
@pytest.mark.parametrize("name", HELD)
def test_tokens_hold_at_their_own_time_or_are_refused(name: str) -> None:
    text, said, refused = HELD[name]
    path = TOKENS / name
    chain = (path.parent / "ts_chain.pem").read_bytes()  # one of them is DER, whatever its name says
    beside = list(certificates_in(chain)) if b"-----BEGIN" in chain else [x509.load_der_x509_certificate(chain)]
    subjects = {each.subject for each in beside}
    roots = [each for each in beside if each.issuer == each.subject or each.issuer not in subjects]
    token = Token.parse(path.read_bytes())
    assert token.stamped.said == said
    assert text is None or token.covers(text)
    assert not token.covers(b"something else")
    certificates = [x509.load_der_x509_certificate(each) for each in token.certificates] + beside
    signer = token.signer(certificates)
    assert signer is not None
    if refused:
        with pytest.raises((BadProof, CheckFailed), match=refused):
            judged(token, signer, certificates, roots)
        return
    assert judged(token, signer, certificates, roots)[-1] in roots
    bare = Token.parse(token.bare)
    assert bare.certificates == ()
    bare.verify(signer)


@needs_shared
@pytest.mark.parametrize("name", NAMED)
def test_proofs_name_blocks_wait_or_are_refused(name: str) -> None:
    expected, path = NAMED[name], PROOFS / name
    if expected is None:
        with pytest.raises(BadProof):
            Proof.parse(path.read_bytes())
        return
    proof = Proof.parse(path.read_bytes())
    ways = [end for end, _ in proof.tree.ways()]
    assert sorted({end.height for end in ways if end.height is not None}) == expected[0]
    assert any(end.calendar for end in ways) is expected[1]
    file = Path(str(path).removesuffix(".ots"))
    if file.exists():
        assert proof.covers(file.read_bytes())
    assert proof.hash in hashlib.algorithms_available


ENDED = b"\0" + bytes.fromhex("0588960d73d71901") + b"\1\7"  #: at Bitcoin's block 7


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cut short"),
        (ENDED[:-1], "cut short"),
        (b"\xf0\x05abc", "cut short"),
        (ENDED + b"\0", "bytes after it"),
        (b"\x09" + ENDED, "found 0x09"),
        (b"\x08" * 300 + ENDED, "at most 256 steps"),
        ((b"\xff" + ENDED) * 10_000 + ENDED, "at most 10,000 steps"),
        (b"\xf0\x81\x20" + bytes(4097) + ENDED, "at most 4096 bytes in"),
        (b"\xf0\x80\x20" + bytes(4096) + ENDED, "at most 4096 bytes after"),
        (ENDED[:9] + b"\xff" * 9, "below 2"),
        (b"\0" + bytes.fromhex("83dfe30d2ef90c8e") + b"\x09\x08file:///", "calendar's address"),
    ],
)
def test_a_proof_that_is_cut_too_long_or_too_deep_is_refused_for_that(data: bytes, why: str) -> None:
    assert [end.height for end, _ in Tree.parse(b"\x08" + ENDED, bytes(32)).ways()] == [7]
    with pytest.raises(BadProof, match=why):
        Tree.parse(data, bytes(32))


@needs_shared
@pytest.mark.parametrize("step", range(0, 64, 7))
def test_a_token_with_any_bit_changed_is_refused_or_is_still_the_same(step: int) -> None:
    data = (TOKENS / "sigstage/response-sha256.tsr").read_bytes()
    sound = Token.parse(data)
    for at in range(step, len(data), 64):
        altered = bytearray(data)
        altered[at] ^= 1 << (at % 8)
        try:
            token = Token.parse(bytes(altered))
            signer = token.signer(map(x509.load_der_x509_certificate, token.certificates))
            if signer is None:
                continue
            token.verify(signer)
        except (BadProof, ValueError):
            continue
        assert token.stamped == sound.stamped, at


#: The first block of Bitcoin's chain, as everybody knows it.
FIRST = bytes.fromhex(
    "01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
)


def test_a_blocks_header_tells_its_time_its_root_and_its_hash() -> None:
    assert block_time(FIRST) == datetime(2009, 1, 3, 18, 15, 5, tzinfo=UTC)
    assert block_hash(FIRST) == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    assert merkle_root(FIRST)[::-1].hex() == "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


@pytest.mark.parametrize("at", [0, 4, 36, 68, 76])
def test_a_header_that_anybody_could_have_written_is_refused(at: int) -> None:
    """To set back the time in a header costs the work of a block; without it a header proves nothing."""
    header = bytearray(FIRST)
    header[at] ^= 1
    with pytest.raises(BadProof, match="work"):
        block_time(bytes(header))


def test_a_header_counts_if_its_hash_is_below_what_it_claims_and_not_otherwise() -> None:
    """Of these, which claim little work, one in 256 has it."""
    found = set()
    for nonce in range(1000):
        header = FIRST[:72] + bytes.fromhex("ffff0020") + nonce.to_bytes(4, "little")
        has_work = int(block_hash(header), 16) <= 0xFFFF << 8 * (0x20 - 3)
        found.add(has_work)
        with nullcontext() if has_work else pytest.raises(BadProof, match="work"):
            block_time(header)
    assert found == {True, False}


@pytest.mark.parametrize("header", [b"", FIRST[:-1], FIRST + b"\0"])
def test_a_header_of_another_length_is_refused(header: bytes) -> None:
    with pytest.raises(BadProof, match="80 bytes"):
        block_time(header)
