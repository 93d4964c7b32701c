"""What a desk gives to a field device: its name, fingerprint and recipients; if it likes, the places with their logins.

As text, a field a line; *places* make it version 2, and what follows a place belongs to it; *copies* make it version 3,
with places or without::

    tamizdat invitation v3
    desk newsroom
    root <64 hex digits>                the root's fingerprint
    recipient age1…                     one or more
    copies 2                            on how many disks it wants a card before it is wiped without a receipt
    place blue s3://parcels/anna        a short name and a URL
    option access_key_id AKIA…          of the place above

Whoever exchanges any line of it, the recipient above all, reads what is sealed. So both sides show the *invitation's*
own fingerprint, over all of this text, and people compare it over a second channel; the root's alone would not do.

Whoever has the logins of a place can fill it. So an invitation with places is handed over sealed: an age file with a
passphrase of six words, which are spoken over the second channel. The words are SLIP-39's 1,024, told apart by their
first four letters: 60 bits, and a second of scrypt for each guess.
"""

import secrets
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.installed import REMEDY
from tamizdat.encoding import parse_hex, sha256
from tamizdat.errors import BadEncoding, ToolMissing, UsageError
from tamizdat.home.home import check_label
from tamizdat.home.keyring import WORK
from tamizdat.keys import Recipient
from tamizdat.sealing.age import unwrap, wrap

WORDS: Final = 6  #: of a sealed invitation
LETTERS: Final = 4  #: by which the words differ (SLIP-39, wordlist)
MAX_BYTES: Final = 96 << 10  #: of an invitation: 42 recipients, the most there can be, have 83 KB
SEALED: Final = b"age-encryption.org/v1\n"  #: how a sealed one begins
#: how the address of a place begins that may come with one: nothing that is gone with the process, nothing relative
KINDS: Final = ("/", "file://", "s3://", "webdav://", "webdav+http://", "sftp://", "rclone:")
_FINGERPRINT: Final = b"tamizdat invitation fingerprint v1\n"
_FIRST: Final = ("tamizdat invitation v1", "tamizdat invitation v2", "tamizdat invitation v3")
COPIES: Final = range(2, 10)  #: how many copies may be asked for


@dataclass(frozen=True)
class InvitedPlace:
    """A storage place that comes with an invitation, with the login of that device alone."""

    name: str
    url: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Invitation:
    """What a desk gives to a field device. Its :attr:`fingerprint` is compared over a second channel."""

    desk: str
    root: bytes
    recipients: tuple[str, ...]
    places: tuple[InvitedPlace, ...] = ()
    copies: int | None = None  #: disks that must hold all of a card before it may be wiped without a receipt

    def encode(self) -> str:
        """Return the text to hand over, a field a line."""
        lines = [_FIRST[2 if self.copies else bool(self.places)], f"desk {self.desk}", f"root {self.root.hex()}"]
        lines += [f"recipient {text}" for text in self.recipients]
        lines += [f"copies {self.copies}"] if self.copies else []
        for place in self.places:
            lines.append(f"place {place.name} {place.url}")
            lines += [f"option {name} {value}" for name, value in place.options]
        return "".join(f"{line}\n" for line in lines)

    @property
    def fingerprint(self) -> bytes:
        """Return 16 bytes of SHA-256 over all that it says: no other invitation can be found that has them too."""
        return sha256(_FINGERPRINT + self.encode().encode("utf-8"))[:16]

    @classmethod
    def parse(cls, text: str) -> "Invitation":
        """Read the text of an invitation; raises BadEncoding, UsageError for a place's name."""
        first, *lines = text.strip().splitlines() or [""]
        fields = [line.strip().partition(" ") for line in lines if line.strip()]
        by_name = {name: value for name, _, value in fields}
        recipients = tuple(value for name, _, value in fields if name == "recipient")
        if first.strip() not in _FIRST or not recipients or not {"desk", "root"} <= by_name.keys():
            raise BadEncoding(
                f"Expected a desk's invitation (it begins with 'tamizdat invitation v1', v2 or v3), found "
                f"{first[:16]!r}. Ask the desk for the output of 'tamizdat keys invite'."
            )
        for recipient in recipients:
            Recipient.from_text(recipient)
        places = parse_places([f"{name} {value}" for name, _, value in fields if name in ("place", "option")])
        root = parse_hex(by_name["root"], 32, "the root's fingerprint")
        return cls(by_name["desk"], root, recipients, places, _copies(by_name.get("copies"), first.strip()))

    def seal(self, words: str, work: int = WORK) -> bytes:
        """Return it as an age file that *words* open; *work* is log2 of scrypt's cost."""
        return wrap(self.encode().encode("utf-8"), shortened(words).encode("ascii"), work)


def _copies(said: str | None, first: str) -> int | None:
    if (said is None) == (first != _FIRST[2]) and (said is None or said in map(str, COPIES)):
        return None if said is None else int(said)
    raise BadEncoding(
        f"Expected 'copies' and a number from {COPIES[0]} to {COPIES[-1]} in an invitation v3, and in no other, found "
        f"{(said or 'none')[:16]!r}. Ask the desk for a new one."
    )


def open_sealed(data: bytes, words: str) -> Invitation:
    """Return the invitation that *words* open. Raises WrongPassphrase, BadAge, BadEncoding."""
    if len(data) > MAX_BYTES:
        raise BadEncoding(f"Expected an invitation of at most {MAX_BYTES:,} bytes, found {len(data):,}. Ask the desk.")
    try:
        return Invitation.parse(unwrap(data, shortened(words).encode("ascii")).decode("utf-8"))
    except UnicodeError as error:
        raise BadEncoding(
            "Expected an invitation as text, found bytes that are no UTF-8. Ask the desk for a new one."
        ) from error


def new_words() -> str:
    """Return six words taken by chance. Raises ToolMissing without the package shamir-mnemonic, which has the list."""
    try:
        from shamir_mnemonic.wordlist import WORDLIST
    except ImportError:
        raise ToolMissing(
            f"Expected packages whose words are taken (shamir-mnemonic), found that they are not installed. {REMEDY}"
        ) from None
    return " ".join(secrets.choice(WORDLIST) for _ in range(WORDS))


def shortened(words: str) -> str:
    """Return the first four letters of each word: what was misspelt behind them does not matter. Raises UsageError."""
    found = words.lower().split()
    if len(found) != WORDS or not all(word.isascii() and word.isalpha() and len(word) >= LETTERS for word in found):
        raise UsageError(
            f"Expected {WORDS} words of at least {LETTERS} letters, as the desk speaks them, found {len(found)}. Type "
            "them once more, with a space between."
        )
    return " ".join(word[:LETTERS] for word in found)


def parse_places(lines: list[str]) -> tuple[InvitedPlace, ...]:
    """Return the places that *lines* name, each with its options. Raises UsageError."""
    places: list[InvitedPlace] = []
    for line in lines:
        kind, _, rest = line.strip().partition(" ")
        name, _, value = rest.strip().partition(" ")
        if kind == "place" and value:
            if not value.isprintable() or not value.strip().startswith(KINDS):
                raise UsageError(
                    f"Expected as the address of the place “{name[:40]}” a whole folder or one of "
                    f"{', '.join(KINDS[1:])}, found {value[:60]!r}. Ask the desk for a new invitation."
                )
            places.append(InvitedPlace(check_label(name, "a place"), value.strip()))
        elif kind == "option" and value and places:
            last = places[-1]
            places[-1] = InvitedPlace(last.name, last.url, (*last.options, (name, value.strip())))
        else:
            raise UsageError(
                f"Expected 'place NAME URL' and below it 'option NAME VALUE', found a line that begins with "
                f"{kind[:12]!r}."
            )
    if len({place.name for place in places}) < len(places):
        raise UsageError("Expected places with different names, found one name twice. Give each a name of its own.")
    return tuple(places)
