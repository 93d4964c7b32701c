"""A certificate (X.509), read strictly: what two readers must take alike, before a library looks at it.

::

    Certificate ── signed ── version (3, or none told), serial number, algorithm, issuer, from and until, subject, key
                │            └── extensions: each once; whether it is critical; its value
                ├── algorithm     the same again
                └── signature

Nothing stands before, between or after these; every value has the one form of its type. Of extensions those have
their form that a stamp's verdict stands on; the value of any other is not looked at.
"""

from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadProof
from tamizdat.timestamps.der import (
    BIT_STRING,
    BOOLEAN,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    TIME,
    UTC,
    Fields,
    Value,
    check_form,
    oid,
    one,
    values,
)

KEY_ID, USAGE, CONSTRAINTS = "2.5.29.14", "2.5.29.15", "2.5.29.19"
AUTHORITY_KEY, PURPOSES = "2.5.29.35", "2.5.29.37"
#: kinds of words: UTF8String, NumericString, PrintableString, T61String, IA5String, VisibleString, Universal, BMPString
STRINGS: Final = (0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A, 0x1C, 0x1E)
RSA, EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
CURVES: Final = ("1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35")  #: P-256, P-384, P-521
JUDGED: Final = (USAGE, CONSTRAINTS, PURPOSES)  #: what is critical and not among these, nobody here can judge


@dataclass(frozen=True)
class Extension:
    """An extension: whether who does not know it must not go on, and its value in DER."""

    critical: bool
    value: bytes


@dataclass(frozen=True)
class CertificateForm:
    """What of a certificate is read here: *issuer* and *subject* in DER, *serial* as its bytes."""

    version: int
    serial: bytes
    issuer: bytes
    subject: bytes
    key: bytes  #: in DER, with its algorithm
    extensions: dict[str, Extension]

    @property
    def is_judged(self) -> bool:
        """Whether it is of version 3, and nothing critical in it is of a kind that nobody here can judge."""
        return self.version == 3 and all(name in JUDGED for name, each in self.extensions.items() if each.critical)

    @property
    def has_known_key(self) -> bool:
        """Whether its key is of a kind that makes signatures which are judged here: RSA, or ECDSA on known curves."""
        algorithm = one(self.key).inside()
        kind = oid(algorithm.take(OID).content)
        return kind == RSA or (kind == EC and any(oid(each.content) in CURVES for each in algorithm.rest()[:1]))

    @property
    def may_sign(self) -> bool:
        """Whether its key may sign certificates, as far as it tells the uses of its key."""
        found = self.extensions.get(USAGE)
        return found is None or bool(Fields(found.value).take(BIT_STRING).content[1] & 4)

    @property
    def purposes(self) -> list[str]:
        """Return what its key is for, as object identifiers."""
        found = self.extensions.get(PURPOSES)
        return [oid(each.content) for each in one(found.value).rest()] if found else []


def read_form(data: bytes) -> CertificateForm:
    """Read a certificate in DER; raises BadProof for what is none, or is written in another way."""
    check_form(data)
    outer = one(data)
    fields = outer.inside()
    told = fields.maybe(0xA0)
    require(not told or told.content == b"\x02\x01\x02")
    serial = fields.take(INTEGER).content
    algorithm = fields.take(SEQUENCE).whole
    issuer = read_name(fields)
    validity = fields.inside()
    read_time(validity), read_time(validity)
    require_end(validity)
    subject = read_name(fields)
    key = fields.take(SEQUENCE)
    parts = Fields(key.content)
    algorithm_of_key = list(values(parts.take(SEQUENCE).content))
    tags = [each.tag for each in algorithm_of_key]
    require(tags[:1] == [OID] and len(tags) <= 2 and (oid(algorithm_of_key[0].content) != EC or tags == [OID, OID]))
    parts.take(BIT_STRING)
    require_end(parts)
    fields.maybe(0x81), fields.maybe(0x82)
    listed = fields.maybe(0xA3)
    require_end(fields)
    read_signature(outer, algorithm)
    require_end(outer)
    extensions = read_extensions(one(listed.content).rest()) if listed else {}
    for kind, form in _FORMS.items():
        if kind in extensions:
            form(extensions[kind].value)
    return CertificateForm(3 if told else 1, serial, issuer, subject, key.whole, extensions)


def require(holds: bool) -> None:
    """Raise BadProof unless *holds*."""
    if not holds:
        raise BadProof("Expected a certificate, or what was said of one, in its one form, found one that is not.")


def read_signature(outer: Fields, algorithm: bytes) -> tuple[str, bytes]:
    """Read algorithm, which must be the one that was signed, and signature: its object identifier, and bytes."""
    again = outer.take(SEQUENCE)
    require(again.whole == algorithm)
    return oid(Fields(again.content).take(OID).content), read_bits(outer)


def read_bits(fields: Fields) -> bytes:
    """Read whole bytes in a BIT STRING."""
    content = fields.take(BIT_STRING).content
    require(content[:1] == b"\0")
    return content[1:]


def read_name(fields: Fields) -> bytes:
    """Read a name; return it in DER."""
    found = fields.take(SEQUENCE)
    for each in values(found.content):
        parts = list(values(each.content))
        require(each.tag == SET and bool(parts) and len({part.whole for part in parts}) == len(parts))
        for part in parts:
            said = one(part.whole)
            said.take(OID)
            require(len(said.rest()) == 1 and said.rest()[0].tag in STRINGS)
    return found.whole


def read_time(fields: Fields) -> str:
    """Read a time of either kind; return it as a GeneralizedTime has it: 20261129030005Z."""
    short = fields.maybe(UTC)
    said = (short or fields.take(TIME)).content.decode("ascii", "replace")
    if short:
        return ("20" if said[:2] < "50" else "19") + said
    require("." not in said)
    return said


def require_end(fields: Fields) -> None:
    """Raise BadProof if something is left that nobody asked for."""
    if fields.rest():
        raise BadProof(f"Expected nothing after what is known, found the DER tag 0x{fields.rest()[0].tag:02x}.")


def read_extensions(listed: list[Value]) -> dict[str, Extension]:
    """Read extensions, of which there is at least one, each once."""
    found: dict[str, Extension] = {}
    for each in listed:
        fields = one(each.whole)
        kind, critical = oid(fields.take(OID).content), fields.maybe(BOOLEAN)
        value = fields.take(OCTETS).content
        require_end(fields)
        require(kind not in found and (not critical or critical.content == b"\xff"))  # what goes without saying
        found[kind] = Extension(critical is not None, value)
    require(bool(found))
    return found


def _constraints(value: bytes) -> None:
    fields = _only(value)
    is_authority = fields.maybe(BOOLEAN)
    require(not is_authority or is_authority.content == b"\xff")
    most = fields.maybe(INTEGER)
    require(not most or (is_authority is not None and len(most.content) == 1 and most.content[0] < 0x80))
    require_end(fields)


def _usage(value: bytes) -> None:
    fields = _checked(value)
    require(len(fields.take(BIT_STRING).content) > 1)
    require_end(fields)


def _purposes(value: bytes) -> None:
    those = _only(value).rest()
    require(bool(those) and all(each.tag == OID for each in those))


def _key_id(value: bytes) -> None:
    fields = _checked(value)
    fields.take(OCTETS)
    require_end(fields)


def _authority_key(value: bytes) -> None:
    fields = _only(value)
    fields.maybe(0x80), fields.maybe(0xA1), fields.maybe(0x82)
    require_end(fields)


def _checked(value: bytes) -> Fields:
    check_form(value)
    return Fields(value)


def _only(value: bytes) -> Fields:
    check_form(value)
    return one(value)


_FORMS: Final = {
    KEY_ID: _key_id, USAGE: _usage, CONSTRAINTS: _constraints, AUTHORITY_KEY: _authority_key, PURPOSES: _purposes,
}  # fmt: skip
