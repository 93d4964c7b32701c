"""Stamps, certificates and what was said of them, each with one value written in another way, and signed again.

Made of a real authority's (:class:`LocalAuthority`, ``openssl ts``): every value of a token, of its TSTInfo, of the
signer's certificate and the one above it, of lists of revoked certificates and of answers, changed in each of
:data:`WAYS`. What a signature covers is signed again with the key that is right, so that only the form is wrong: a
reader that takes one form for another would give another verdict than the next reader.
"""

import copy
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from tamizdat.demo.local_authority import LocalAuthority
from tamizdat.errors import BadProof
from tamizdat.timestamps.authority import request
from tamizdat.timestamps.der import BIT_STRING, NULL, OCTETS, OID, SET, TIME, Value, encode, values
from tamizdat.timestamps.token import Token

LINES: Final = b"tamizdat.example/ledger\n256\nGGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=\n"
OPENED: Final = (0x02, 0x03, 0x04, 0x0A, 0x30)  #: of what lies in OCTET STRINGs, what is changed inside too
OTHER_TAGS: Final = {0x30: 0x31, 0x31: 0x30, 0x17: 0x18, 0x18: 0x17, 0xA0: 0xA1, 0xA1: 0xA0, 0xA3: 0xA4}
CONTENT_TYPE, DIGEST, NAMED = (
    bytes.fromhex(each) for each in ("2a864886f70d010903", "2a864886f70d010904", "2a864886f70d010910022f")
)


@dataclass
class Node:
    """A value: its content, or the values in it, with *before* in front; *length* is how its length is told."""

    tag: int
    content: bytes = b""
    inside: "list[Node] | None" = None
    before: bytes = b""
    length: str = ""

    @classmethod
    def read(cls, value: Value, *, into_strings: bool = True) -> "Node":
        """The nodes that a value is made of."""
        if value.tag & 0x20:
            return cls(value.tag, inside=[cls.read(each, into_strings=into_strings) for each in values(value.content)])
        before = value.content[:1] if value.tag == BIT_STRING else b""
        if into_strings and value.tag in (OCTETS, BIT_STRING):
            try:
                held = list(values(value.content[len(before) :]))
            except BadProof:
                held = []
            if len(held) == 1 and held[0].tag in OPENED:
                return cls(value.tag, inside=[cls.read(held[0])], before=before)
        return cls(value.tag, value.content)

    @property
    def whole(self) -> bytes:
        """The content as it is written."""
        return self.content if self.inside is None else self.before + b"".join(each.encode() for each in self.inside)

    def encode(self) -> bytes:
        """The value in DER, but for what was done to it."""
        if self.length == "none":
            return bytes([self.tag, 0x80]) + self.whole + b"\0\0"
        if self.length == "long":
            size = len(self.whole)
            told = size.to_bytes(max(1, (size.bit_length() + 7) // 8))
            told = told if size < 0x80 else b"\0" + told
            return bytes([self.tag, 0x80 | len(told)]) + told + self.whole
        return encode(self.tag, self.whole)

    def at(self, path: tuple[int, ...]) -> "Node":
        """The value at a place in it."""
        return (self.inside or [])[path[0]].at(path[1:]) if path else self

    def places(self) -> Iterator[tuple[int, ...]]:
        """The places of all values in it, its own first."""
        yield ()
        for number, each in enumerate(self.inside or []):
            yield from ((number, *path) for path in each.places())

    def holds(self, content: bytes) -> None:
        """Gives it other content."""
        self.content, self.inside, self.before = content, None, b""


def _tagged(tag: int) -> Callable[[Node], None]:
    return lambda node: setattr(node, "tag", tag)


def _told(length: str) -> Callable[[Node], None]:
    return lambda node: setattr(node, "length", length)


def _written(edit: Callable[[bytes], bytes]) -> Callable[[Node], None]:
    return lambda node: node.holds(edit(node.whole))


#: what is done to one value
WAYS: Final[dict[str, Callable[[Node], None]]] = {
    "empty": _written(lambda data: b""),
    "longer": _written(lambda data: data + b"\0"),
    "shorter": _written(lambda data: data[:-1]),
    "behind a zero": _written(lambda data: b"\0" + data),
    "another first bit": _written(lambda data: bytes([data[0] ^ 1]) + data[1:] if data else data),
    "another last bit": _written(lambda data: data[:-1] + bytes([data[-1] ^ 0x80]) if data else data),
    "zeros": _written(lambda data: bytes(len(data))),
    "a longer length": _told("long"),
    "no length": _told("none"),
    "another kind": lambda node: setattr(node, "tag", OTHER_TAGS.get(node.tag, 0x13)),
    "nothing": _tagged(NULL),
    "a number": _tagged(0x02),
    "words": _tagged(0x0C),
    "true or false": _tagged(0x01),
    "in brackets": lambda node: setattr(node, "tag", 0x80 | node.tag & 0x20),
}
AMONG_OTHERS: Final = ("left out", "twice", "with something after it")


def changed(whole: Node) -> Iterator[tuple[str, tuple[int, ...], Node]]:
    """Each way in which one value of *whole* is another: its name, the place, and what became of the whole."""
    for path in whole.places():
        for way, change in WAYS.items():
            made = copy.deepcopy(whole)
            change(made.at(path))
            yield way, path, made
        for way in AMONG_OTHERS if path else ():
            made = copy.deepcopy(whole)
            inside = made.at(path[:-1]).inside
            assert inside is not None
            at = path[-1]
            inside[at : at + 1] = {"left out": [], "twice": [inside[at]] * 2}.get(way, [inside[at], Node(NULL)])
            yield way, path, made


@dataclass
class MalformedStamps:
    """The files of an authority in *folder*, sound, and one of them changed."""

    folder: Path
    root: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.authority = made = LocalAuthority(self.folder, "One")
        self.root = made.root
        answer = made.answer(request(hashlib.sha256(LINES).digest(), 1 << 60))
        self.token = Token.parse(answer).bare
        later, before = made.now + timedelta(days=3), made.now - timedelta(days=3)
        stolen, replaced = x509.ReasonFlags.key_compromise, x509.ReasonFlags.superseded
        self.sound = {
            "token.tsr": self.token,
            **{f"{name}.der": getattr(made, name).public_bytes(Encoding.DER) for name in ("signer", "middle", "root")},
        }
        self.said = {
            "stolen.crl": made.revoked(stolen, before), "replaced.crl": made.revoked(replaced, later),
            "stolen.ocsp": made.answered(stolen, before), "replaced.ocsp": made.answered(replaced, later),
        }  # fmt: skip

    def cases(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        """Each case: its name, and the files by what they are."""
        yield "sound", self.sound
        for name, data in self.said.items():
            yield name, {**self.sound, name: data}
        yield from self._certificates()
        yield from self._said()
        yield from self._tokens()

    def written(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        """Certificates in forms that no change of one value gives: one sound, one for no chain, the others none."""
        foreign = Node(0x30, inside=[Node(OID, b"\x2a\x03\x04")])  # of an algorithm that nobody judges by
        nothing, bits = Node(NULL), Node(BIT_STRING, b"\0key")
        for name, place, made in (
            ("in no chain: a day before 2050 in the longer form", (0, 4, 0), Node(0x18, b"20200101000000Z")),
            ("sound: a length of 0", (), self._extension(b"\x13", bytes.fromhex("30060101ff020100"))),
            ("a day with a fraction", (0, 4, 0), Node(0x18, b"20200101000000.5Z")),
            ("a key with more behind it", (0, 6), Node(0x30, inside=[foreign, bits, nothing])),
            ("a key of too many parameters", (0, 6), Node(0x30, inside=[
                Node(0x30, inside=[*(foreign.inside or []), nothing, nothing]), bits])),
            *((f"{what} {value.hex()}", (), self._extension(kind, value)) for what, kind, value in (
                ("a use of no bits", b"\x0f", bytes.fromhex("030100")),
                ("a use with more behind it", b"\x0f", bytes.fromhex("030201060500")),
                ("a length without an authority", b"\x13", bytes.fromhex("3003020100")),
                ("a long length", b"\x13", bytes.fromhex("30070101ff02020100")),
                ("a negative length", b"\x13", bytes.fromhex("30060101ff020180")),
            )),
        ):  # fmt: skip
            [value] = values(self.sound["middle.der"])
            whole = Node.read(value)
            if place:
                (whole.at(place[:-1]).inside or [])[place[-1]] = made
            else:
                listed = whole.at((0, 7, 0)).inside or []
                mine = [at for at, each in enumerate(listed) if each.at((0,)).content == made.at((0,)).content]
                listed[mine[0] if mine else len(listed) :] = [made, *listed[mine[0] + 1 :]] if mine else [made]
            self._sign(whole, 0)
            yield name, {**self.sound, "middle.der": whole.encode()}

    def signed(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        """Tokens that say what is none, under a signature that holds."""
        [value] = values(self.token)
        whole, at = Node.read(value, into_strings=False), (1, 1, 0, 2, 1, 0)
        [value] = values(whole.at(at).content)
        for name in ("sound: as it was", "a day that is none", "another type of content"):
            made, info = copy.deepcopy(whole), Node.read(value)
            if name == "a day that is none":
                next(each for each in info.inside or [] if each.tag == TIME).holds(b"20260230000000Z")
            if name == "another type of content":
                self._attribute(made, CONTENT_TYPE).at((1, 0)).holds(b"\x2a\x03\x04")
            made.at(at).content = info.encode()
            self._attribute(made, DIGEST).at((1, 0)).content = hashlib.sha256(info.encode()).digest()
            yield name, {**self.sound, "token.tsr": self._signed_again(made)}

    def _extension(self, kind: bytes, value: bytes) -> Node:
        return Node(0x30, inside=[Node(OID, b"\x55\x1d" + kind), Node(OCTETS, value)])

    def _certificates(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        for name, key in (("signer.der", 1), ("middle.der", 0)):
            [value] = values(self.sound[name])
            for way, path, made in changed(Node.read(value)):
                if path[:1] == (0,):
                    self._sign(made, key)
                files = {**self.sound, name: made.encode()}
                if name == "signer.der":
                    files["token.tsr"] = self._naming(files[name])
                yield f"{name} {path} {way}", files

    def _said(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        for name, data in self.said.items():
            [value] = values(data)
            within: tuple[int, ...] = (1, 0, 1, 0) if name.endswith(".ocsp") else ()
            for way, path, made in changed(Node.read(value)):
                if path[: len(within) + 1] == (*within, 0):
                    self._sign(made.at(within), 1)
                yield f"{name} {path} {way}", {**self.sound, name: made.encode()}

    def _tokens(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        [value] = values(self.token)
        whole, at = Node.read(value, into_strings=False), (1, 1, 0, 2, 1, 0)
        for way, path, made in changed(whole):
            yield f"token.tsr {path} {way}", {**self.sound, "token.tsr": made.encode()}
        [value] = values(whole.at(at).content)
        for way, path, info in changed(Node.read(value)):
            made = copy.deepcopy(whole)
            made.at(at).content = info.encode()
            self._attribute(made, DIGEST).at((1, 0)).content = hashlib.sha256(info.encode()).digest()
            yield f"TSTInfo {path} {way}", {**self.sound, "token.tsr": self._signed_again(made)}

    def _sign(self, whole: Node, key: int) -> None:
        """Signs the first value in *whole* again; the signature is the third."""
        inside = whole.inside or []
        if len(inside) >= 3:
            inside[2] = Node(BIT_STRING, b"\0" + self._signature(inside[0].encode(), key))

    def _signature(self, data: bytes, key: int) -> bytes:
        with_key = self.authority._keys[key]
        assert isinstance(with_key, ec.EllipticCurvePrivateKey)
        return with_key.sign(data, ec.ECDSA(hashes.SHA256()))

    def _attribute(self, whole: Node, kind: bytes) -> Node:
        signer = whole.at((1, 1, 0)).inside[-1].at((0,))  # type: ignore[index] # it was read so
        attributes = next(each for each in signer.inside or [] if each.tag == 0xA0)
        return next(each for each in attributes.inside or [] if each.at((0,)).content == kind)

    def _naming(self, certificate: bytes) -> bytes:
        """The token of a signer with this certificate."""
        [value] = values(self.token)
        whole = Node.read(value, into_strings=False)
        named = self._attribute(whole, NAMED).at((1, 0))
        while named.inside:
            named = named.inside[-1] if named.inside[-1].tag == OCTETS else named.inside[0]
        named.content = hashlib.sha256(certificate).digest()
        return self._signed_again(whole)

    def _signed_again(self, whole: Node) -> bytes:
        signer = whole.at((1, 1, 0)).inside[-1].at((0,)).inside or []  # type: ignore[index] # it was read so
        attributes = next(each for each in signer if each.tag == 0xA0)
        signature = next(each for each in signer if each.tag == OCTETS)
        signature.content = self._signature(encode(SET, attributes.whole), 2)
        return whole.encode()
