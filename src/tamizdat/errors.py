"""The one tree of errors. Every message says what was expected, what was found, and what to do now.

::

    TamizdatError                 exit code
    ├── UsageError                2   the person asked for something that cannot be done as asked
    │   ├── NotSetUp              2   the folder is not (yet) a field device or a desk
    │   ├── WrongPassphrase       2   the passphrase does not open the key
    │   ├── KeyMissing            2   no key at hand opens or signs this
    │   ├── UnknownReceipt        2   a receipt that belongs to no consignment of this device
    │   ├── InUse                 2   another process does this work in this folder at this moment
    │   ├── Forgotten             2   a statement that was forgotten on purpose; only its leaf remains
    │   └── ToolMissing           2   an outside program or an extra package is needed and absent
    │       └── SandboxMissing    2   … the one that shuts in what decodes strangers' pictures and clips
    ├── DamagedInput              3   bytes from outside are damaged or hostile
    │   ├── BadEncoding           3   not canonical JSON, base64, a digest, a time …
    │   ├── BadPath               3   a name from outside that must not touch a disk
    │   ├── BadAge                3   an age file that breaks its format
    │   │   ├── BadAgeHeader      3   … in its header
    │   │   ├── BadAgeMac         3   … in its header's MAC
    │   │   └── BadAgePayload     3   … in its payload (flipped, cut short, lengthened)
    │   ├── NotForUs              3   a sound age file, sealed to keys we do not hold
    │   ├── BadParcel             3   a parcel whose name, header or signature does not hold
    │   ├── BadConsignment        3   a consignment that contradicts itself
    │   ├── BadNote               3   a signed note or checkpoint that does not parse or verify
    │   ├── BadProof              3   an inclusion or consistency proof that does not hold
    │   ├── BadStatement          3   a statement or envelope that breaks its format or signature
    │   ├── BadRoster             3   a roster that breaks its format, chain or threshold
    │   ├── BadMedia              3   a picture or clip that cannot be decoded
    │   ├── BadPacket             3   a packet of translations or a glossary that is damaged or hostile
    │   ├── BadArchive            3   our own folder is damaged (objects, ledger, settings)
    │   └── BadBackup             3   a backup that is damaged, not whole, or not there
    ├── CheckFailed               1   a check ran to its end and the answer is no
    │   └── Leak                  1   something that must stay private would have been published
    ├── WorkRemains               1   nothing is wrong, but it is not finished: run the same command again
    │   └── CardChanged           1   the card is not the one this consignment was opened on
    ├── StorageFull               1   no room left where we have to write
    ├── StorageRefused            1   the system refused a file operation (permission, read-only, input/output)
    └── PlaceError                1   a storage place failed
        ├── PlaceUnreachable      1   … for now; trying again may help
        │   ├── PlaceBusy         1   … and says when it wants to be asked again
        │   └── PlaceSilent       1   … though it takes connections: it gives no answer
        ├── PlaceRefused          1   … credentials or rights do not allow it
        ├── PlaceFull             1   … has no room
        └── NotThere              1   … holds nothing of this name

``NotForUs`` is not an attack: a shared storage place holds other people's parcels.
Only :mod:`tamizdat.cli` turns an error into an exit code.
"""


class TamizdatError(Exception):
    """Something a person can act on. ``str(error)`` is the sentence they read."""

    exit_code = 1


class UsageError(TamizdatError):
    """What was asked cannot be done as asked."""

    exit_code = 2


class NotSetUp(UsageError):
    """The folder is not a field device or a desk; ``tamizdat setup`` makes one."""


class WrongPassphrase(UsageError):
    """The passphrase does not open the key."""


class KeyMissing(UsageError):
    """No key at hand opens or signs this."""


class UnknownReceipt(UsageError):
    """The receipt belongs to no consignment of this device; nothing was deleted."""


class InUse(UsageError):
    """Another process does the same work in the same folder at this moment."""


class Forgotten(UsageError):
    """The statement was forgotten on purpose: salt and text were destroyed, only its leaf in the log remains."""


class ToolMissing(UsageError):
    """A program or an extra package is needed and is not installed."""


class SandboxMissing(ToolMissing):
    """There is no box to decode strangers' pictures and clips in, so none was decoded."""


class DamagedInput(TamizdatError):
    """Bytes from outside are damaged or hostile; nothing of them was used."""

    exit_code = 3


class BadEncoding(DamagedInput):
    """Bytes that are not what they should be: canonical JSON, base64, a digest, a time and the like."""


class BadPath(DamagedInput):
    """A name from outside that must not touch a disk."""


class BadAge(DamagedInput):
    """An age file that breaks its format."""


class BadAgeHeader(BadAge):
    """The header of an age file breaks the format."""


class BadAgeMac(BadAge):
    """The header of an age file was altered: its MAC does not hold."""


class BadAgePayload(BadAge):
    """The payload of an age file was altered, cut short or lengthened."""


class NotForUs(DamagedInput):
    """A sound age file that is sealed to keys we do not hold."""


class BadParcel(DamagedInput):
    """A parcel whose name, header or signature does not hold."""


class BadConsignment(DamagedInput):
    """A consignment that contradicts itself."""


class BadNote(DamagedInput):
    """A signed note or checkpoint that does not parse or verify."""


class BadProof(DamagedInput):
    """An inclusion or consistency proof that does not hold."""


class BadStatement(DamagedInput):
    """A statement or its envelope breaks its format, or its signature does not hold."""


class BadRoster(DamagedInput):
    """A roster breaks its format, its chain or its threshold."""


class BadMedia(DamagedInput):
    """A picture or clip that cannot be decoded."""


class BadPacket(DamagedInput):
    """A packet of translations, or a file of the glossary, is damaged or hostile; nothing of it was used."""


class BadArchive(DamagedInput):
    """Our own folder is damaged: an object, the ledger or a setting."""


class BadBackup(DamagedInput):
    """A backup is damaged, is not whole, or is not where it was looked for."""


class CheckFailed(TamizdatError):
    """A check ran to its end and the answer is no."""


class Leak(CheckFailed):
    """Something that must stay private would have been published; nothing was."""


class WorkRemains(TamizdatError):
    """Nothing is wrong, but it is not finished: run the same command again."""


class CardChanged(WorkRemains):
    """The card is not, byte for byte, the one this consignment was opened on."""


class StorageFull(TamizdatError):
    """No room is left where we have to write."""


class StorageRefused(TamizdatError):
    """The system refused a file operation: permission, read-only, input/output."""


class PlaceError(TamizdatError):
    """A storage place failed."""


class PlaceUnreachable(PlaceError):
    """The place does not answer now; trying again may help."""


class PlaceBusy(PlaceUnreachable):
    """The place asks us to come back after so many *seconds*."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class PlaceSilent(PlaceUnreachable):
    """The place takes connections and gives no answer for as long as a poor line may need; it is not the line."""


class PlaceRefused(PlaceError):
    """The place does not allow this with the credentials it was given."""


class PlaceFull(PlaceError):
    """The place has no room left."""


class NotThere(PlaceError):
    """The place holds nothing of this name."""
