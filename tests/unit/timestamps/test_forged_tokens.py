"""Tokens that an authority's key signed for something else, or that say more than it signed: none is a time stamp."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tamizdat.demo.local_authority import LocalAuthority
from tamizdat.errors import BadProof
from tamizdat.timestamps import authority as asking
from tamizdat.timestamps.der import INTEGER, OCTETS, OID, SEQUENCE, SET, TIME, encode, values
from tamizdat.timestamps.token import Token

TEXT = b"tamizdat.example/ledger\n256\nGGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=\n"
NAMES = {
    "content type": "2a864886f70d010903",
    "digest": "2a864886f70d010904",
    "certificate": "2a864886f70d010910022f",
}
DATA = bytes.fromhex("2a864886f70d010701")  #: the type of a document that somebody signed
Node = list[Any]  #: tag, and content: nodes, or bytes
Change = Callable[["Opened"], object]


def read(data: bytes) -> list[Node]:
    return [[each.tag, read(each.content) if each.tag & 0x20 else each.content] for each in values(data)]


def write(nodes: list[Node]) -> bytes:
    return b"".join(encode(tag, write(content) if tag & 0x20 else content) for tag, content in nodes)


class Opened:
    """An answer whose parts can be changed, and signed again by whoever has the authority's key."""

    def __init__(self, authority: LocalAuthority, answer: bytes) -> None:
        self.key, self.answer = authority._keys[2], read(answer)
        self.signed = self.answer[0][1][1][1][1][1][0][1]
        self.octets = self.signed[2][1][1][1][0]
        self.info = read(self.octets[1])
        self.signers = self.signed[-1][1]
        self.signer = self.signers[0][1]
        self.attributes = next(each for each in self.signer if each[0] == 0xA0)[1]

    def attribute(self, name: str) -> Node:
        return next(each for each in self.attributes if each[1][0][1] == bytes.fromhex(NAMES[name]))

    def written(self, signed_again: bool) -> bytes:
        self.octets[1] = write(self.info)
        if signed_again:
            assert isinstance(self.key, ec.EllipticCurvePrivateKey)
            signature = self.key.sign(encode(SET, write(self.attributes)), ec.ECDSA(hashes.SHA256()))
            next(each for each in self.signer if each[0] == OCTETS)[1] = signature
        return write(self.answer)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return LocalAuthority(tmp_path_factory.mktemp("authority"), "One")


@pytest.fixture(scope="module")
def answer(authority: LocalAuthority) -> bytes:
    return authority.answer(asking.request(hashlib.sha256(TEXT).digest(), 1 << 60))


def held(authority: LocalAuthority, data: bytes) -> Token:
    """The token, as who judges it goes on: whose signature it is comes last."""
    token = Token.parse(data)
    signer = token.signer([authority.signer])
    if signer is None or not token.covers(TEXT):
        raise BadProof("of another authority, or on another text")
    token.verify(signer)
    return token


def test_signed_again_as_it_was_it_holds(authority: LocalAuthority, answer: bytes) -> None:
    token = held(authority, Opened(authority, answer).written(signed_again=True))
    assert token.stamped.said == held(authority, answer).stamped.said


def another_time(opened: Opened) -> None:
    next(each for each in opened.info[0][1] if each[0] == TIME)[1] = b"20200101000000Z"


def another_imprint(opened: Opened) -> None:
    opened.info[0][1][2][1][1][1] = hashlib.sha256(b"another text").digest()


def without(name: str) -> Change:
    return lambda opened: opened.attributes.remove(opened.attribute(name))


def of_a_document(opened: Opened) -> None:
    opened.attribute("content type")[1][1][1][0][1] = DATA


def of_another_digest(opened: Opened) -> None:
    opened.attribute("digest")[1][1][1][0][1] = bytes(32)


def holding_a_document(opened: Opened) -> None:
    opened.signed[2][1][0][1] = DATA


def by_two(opened: Opened) -> None:
    opened.signers.append([SEQUENCE, list(opened.signer)])


def refused_by_the_authority(opened: Opened) -> None:
    opened.answer[0][1][0][1][0] = [INTEGER, b"\x02"]


def by_md5(opened: Opened) -> None:
    opened.info[0][1][2][1][0][1][0] = [OID, bytes.fromhex("2a864886f70d0205")]


def of_another_certificate(opened: Opened) -> None:
    inner = opened.attribute("certificate")
    while inner[0] != OCTETS:
        inner = next(each for each in (inner[1] if inner[0] & 0x20 else []) if each[0] & 0x20 or each[0] == OCTETS)
    inner[1] = bytes(32)


@pytest.mark.parametrize("signed_again", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        another_time, another_imprint, without("content type"), without("digest"), without("certificate"),
        of_a_document, of_another_digest, holding_a_document, by_two, refused_by_the_authority, by_md5,
        of_another_certificate,
    ],
)  # fmt: skip
def test_what_the_authority_did_not_sign_as_a_time_stamp_is_none(
    authority: LocalAuthority, answer: bytes, change: Change, signed_again: bool
) -> None:
    """Also where the signature holds, for an authority's key may have signed a document, or anything."""
    opened = Opened(authority, answer)
    change(opened)
    with pytest.raises(BadProof):
        held(authority, opened.written(signed_again))


def test_half_a_second_is_told(authority: LocalAuthority, answer: bytes) -> None:
    opened = Opened(authority, answer)
    time = next(each for each in opened.info[0][1] if each[0] == TIME)
    for said, microsecond in ((b"20261129030005.5Z", 500_000), (b"20261129030005Z", 0)):
        time[1] = said
        opened.attribute("digest")[1][1][1][0][1] = hashlib.sha256(write(opened.info)).digest()
        token = held(authority, opened.written(signed_again=True))
        assert (token.stamped.time.second, token.stamped.time.microsecond) == (5, microsecond)
