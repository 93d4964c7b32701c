"""What one stamp on a checkpoint says: the answer of an authority, or a proof that leads to a block of Bitcoin.

What reads certificates takes as long to load as all else of the verifier. Where nothing was stamped none of it is
needed, so it is loaded by :mod:`.stamps`, which says what all stamps together prove, when there is one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex, timestamp
from tamizdat.errors import BadProof, CheckFailed, DamagedInput
from tamizdat.timestamps.certificate import read_form
from tamizdat.timestamps.chain import UNREADABLE, chain_of, key_of, name_of
from tamizdat.timestamps.ots import Proof, block_hash, block_time, merkle_root
from tamizdat.timestamps.revocations import RevocationData, read_answer, read_list, revocation
from tamizdat.timestamps.token import Token
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Claim, Verdict
from tamizdat.verifying.trust import Trust

LEEWAY: Final = timedelta(hours=2)  #: by which a block's own time may be wrong
MOST: Final = 1 << 20  #: bytes of a stamp or a certificate


@dataclass(frozen=True)
class Existed:
    """One stamp that holds: the first *size* entries existed before *time*, says *by*, who has these *keys*."""

    size: int
    time: datetime
    by: str
    keys: frozenset[bytes]


class StampReader:
    """Judges the stamps of a folder one by one; *found* are those that hold."""

    def __init__(self, evidence: Evidence, trust: Trust) -> None:
        self.evidence, self.trust, self.said = evidence, trust, list[RevocationData]()
        self.found, self.certificates = list[Existed](), list[x509.Certificate]()

    def judge(self, size: int, name: str, path: str, text: bytes, claim: Claim) -> None:
        """Judge the stamp *name* at *path*, which is to be on the lines *text* of the checkpoint of *size*."""
        self.judge_bytes(size, name, self.evidence.folder.read(path, MOST), text, claim)

    def judge_bytes(self, size: int, name: str, data: bytes, text: bytes, claim: Claim) -> None:
        """Judge the same by its bytes."""
        (self._token if name.endswith(".tsr") else self._proof)(size, text, data, claim)

    def _token(self, size: int, text: bytes, data: bytes, claim: Claim) -> None:
        """Judge the answer of an authority."""
        token = Token.parse(data)
        if not token.covers(text):
            raise BadProof(f"Expected a time stamp on this checkpoint, found one on {token.stamped.imprint.hex()}.")
        others = [*read_certificates(token.certificates), *self.certificates]
        signer, said = token.signer(others), _written(token.stamped.said)
        if signer is None:
            claim.say(f"Its time is {said}; the certificate of who signed it does not lie here.", Verdict.UNKNOWN)
            return
        token.verify(signer)
        try:
            chain = chain_of(signer, others, self.trust.roots, token.stamped.time)
        except CheckFailed as error:
            claim.say(f"{name_of(signer)} says {said}, and nobody here vouches for it: {error}", Verdict.UNKNOWN)
            return
        if why := revocation(chain, token.stamped.time, self.said):
            claim.say(f"{name_of(signer)} says {said}, but {why}.", Verdict.UNKNOWN)
            return
        keys = frozenset(map(key_of, chain))
        root = sha256_hex(chain[-1].public_bytes(Encoding.DER))
        whole = token.stamped.time + timedelta(
            microseconds=-token.stamped.time.microsecond % 1_000_000
        )  # not before it
        self.found.append(Existed(size, whole, name_of(signer), keys))
        way = ", ".join(map(name_of, chain[1:]))
        until = f"{signer.not_valid_after_utc:%Y-%m-%d}"
        claim.say(
            f"Existed before {said}, says {name_of(signer)} (whose certificate is good until {until}), by {way}"
            f" (SHA-256 {root}).",
            Verdict.VOUCHED,
        )

    def _proof(self, size: int, text: bytes, data: bytes, claim: Claim) -> None:
        """Judge an OpenTimestamps proof."""
        proof = Proof.parse(data)
        if not proof.covers(text):
            raise BadProof(f"Expected an OpenTimestamps proof of this checkpoint, found one of {proof.digest.hex()}.")
        ways = list(proof.tree.ways())
        blocks = sorted({end.height for end, _ in ways if end.height is not None})
        waits = sorted({end.calendar for end, _ in ways if end.calendar is not None})
        claim.say(f"It waits for {_and(waits) or 'what nobody here knows'}.", Verdict.UNKNOWN)
        if blocks:
            named = ", ".join(map(str, blocks))
            claim.say(
                f"It names Bitcoin's block {named}; with that block's header (--block-header) it can be proved.",
                Verdict.UNKNOWN,
            )
        for header in self.trust.headers:
            time = block_time(header) + LEEWAY
            for end, message in ways:
                if end.height is not None and message == merkle_root(header):
                    self.found.append(Existed(size, time, f"Bitcoin's block {end.height}", frozenset([b"Bitcoin"])))
                    said = f"It is in Bitcoin's block {end.height} by the header you gave, {block_hash(header)}"
                    claim.say(f"{said}: existed before {timestamp(time)}. Look that block up.")
                    return

    def read_certificates(self, named: Iterable[tuple[str, str]]) -> None:
        """Read certificates, and what was said of them, by path and digest; one of another digest breaks a link."""
        for path, digest in named:
            data = b""
            try:
                data = self.evidence.folder.read(path, MOST)
                if sha256_hex(data) != digest:
                    raise CheckFailed(f"Expected a file with the SHA-256 of its name, found {sha256_hex(data)}.")
                if path.endswith(".der"):
                    self.certificates += (read := [*read_certificates([data])])
                    if not read:
                        raise CheckFailed(f"Expected DER, found bytes that are not from byte 0 of {len(data)} on.")
                elif said := read_list(data) if path.endswith(".crl") else read_answer(data):
                    self.said.append(said)
                    if said.damage:
                        raise CheckFailed(said.damage)
            except (DamagedInput, CheckFailed) as error:
                with self.evidence.report.link(f"file {path}"):
                    raise CheckFailed(
                        f"Expected what was said of a certificate, found what is none: {error}"
                    ) from error


def read_certificates(data: Iterable[bytes]) -> Iterator[x509.Certificate]:
    """Yield those that can be read: others lie in tokens by chance, and prove nothing."""
    for each in data:
        try:
            form = read_form(each)
            found = x509.load_der_x509_certificate(each)
            _ = found.subject, found.issuer  # each is read when it is asked for
            if form.has_known_key:  # of others nothing is judged by it
                key_of(found)
        except (BadProof, *UNREADABLE):
            continue
        yield found


def _written(said: str) -> str:
    """Return an authority's own text of its time as others write times; fractions stay."""
    return re.sub(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(.*)", r"\1-\2-\3T\4:\5:\6", said)


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)
