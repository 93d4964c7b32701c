"""What a file of a card is, by the ending of its name: a picture, a clip, a sound, a document, a text, or a sidecar.

Cameras name files by what is in them, and a field device opens none to decide what goes first.
"""

from typing import Final

TEXTS: Final = (
    ".txt",
    ".md",
    ".rtf",
    ".csv",
    ".json",
    ".xml",
    ".srt",
    ".vtt",
    ".ass",
    ".pdf",
    ".odt",
    ".doc",
    ".docx",
    ".html",
    ".eml",
    ".mhl",
    ".xmp",
    ".gpx",
    ".kml",
)
#: what cameras write beside a clip: small, and without it a cutting room does not know what belongs together
SIDECARS: Final = (
    ".cpi", ".mpl", ".bdm", ".tdt", ".tid", ".cpf", ".rmd", ".sidecar", ".ppn", ".bim", ".smi", ".ale", ".edl",
    ".fcpxml", ".cube", ".aae", ".cif",
)  # fmt: skip
PICTURES: Final = (
    ".jpg", ".jpeg", ".jfif", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".gif", ".bmp",
    *(".hif", ".insp"),  # HEIF of Sony, Canon and Fujifilm; both halves of an Insta360 in one JPEG
    *(".cr2", ".cr3", ".nef", ".arw", ".dng", ".raf", ".orf", ".rw2"),  # raw stills: the picture that lies in them
    *(".nrw", ".pef", ".srw", ".rwl", ".gpr", ".3fr", ".fff", ".iiq", ".sr2", ".srf", ".erf", ".kdc", ".dcr", ".mef"),
    ".mpo",  # two pictures in one JPEG, of cameras with two lenses: the first is shown
)  # fmt: skip
SOUNDS: Final = (
    ".wav", ".bwf", ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".wma", ".amr", ".caf",
    *(".3ga", ".awb", ".mka", ".weba", ".mp2", ".m4b", ".w64", ".au", ".qta"),  # of telephones, browsers, recorders
)  # fmt: skip
DOCUMENTS: Final = (".pdf",)
WORDS: Final = (".txt", ".md", ".srt", ".vtt", ".ass", ".csv", ".tsv")  #: texts that somebody wrote to be read
LETTERS: Final = (*WORDS, ".html", ".htm", ".eml", ".rtf", ".json")  #: texts that people may have written to each other
CLIPS: Final = (
    ".mp4", ".mov", ".m4v", ".mkv", ".avi", ".mts", ".m2ts", ".mxf", ".webm", ".3gp", ".mpg", ".mpeg",
    *(".flv", ".f4v", ".wmv", ".asf", ".ogv", ".dv", ".vob", ".3g2", ".qt"),
    *(".ts", ".m2t", ".mod", ".tod"),  # of dashboards, HDV, and cameras with a disk
    *(".insv", ".360"),  # MP4 of cameras that look all around
    *(".r3d", ".braw", ".crm", ".ari", ".arx", ".mlv"),  # only their makers' programs show these
)  # fmt: skip
_KINDS: Final = (
    ("picture", PICTURES),
    ("clip", CLIPS),
    ("sound", SOUNDS),
    ("document", DOCUMENTS),
    ("text", WORDS),
)


def kind_of(path: str) -> str | None:
    """Return what a file is by the name's ending: ``picture``, ``clip``, ``sound``, ``document``, ``text``, or None.

    A sidecar, which a camera wrote for programs, is None like whatever is not known.
    """
    lower = path.lower()
    if lower.endswith(".mxf") and "contents/audio/" in lower:  # P2 keeps each channel of sound in a file of its own
        return "sound"
    return next((kind for kind, endings in _KINDS if lower.endswith(endings)), None)


def has_words(path: str) -> bool:
    """Tell whether a text may hold what somebody wrote; the sidecars of cameras only repeat names and settings."""
    return path.lower().endswith(LETTERS)
