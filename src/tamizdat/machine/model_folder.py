"""Model folders: a CTranslate2 model of speech or of translation, by its files and by what ``model.bin`` says it is.

::

    whisper-small/   model.bin  config.json  tokenizer.json  vocabulary.json or .txt   (preprocessor_config.json)
    opus-zh-en/      model.bin  config.json  source.spm  target.spm
                     shared_vocabulary.json or .txt, or source_vocabulary and target_vocabulary
    nllb-600M/       the same, with one sentencepiece.bpe.model

The folder must be whole before anything is loaded: the libraries ask a hub for what is missing. Other files in it are
never looked at, and never seen by the model. ``model.bin`` begins, after the version of its format in four bytes, with
the length (two bytes, least significant first) and the name of what it is.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.errors import StorageRefused, UsageError

SPEECH: Final = "speech"
TRANSLATION: Final = "translation"
KINDS: Final = {b"WhisperSpec": SPEECH, b"TransformerSpec": TRANSLATION}
WHAT: Final = "the model's folder"
MAX_NAME: Final = 100  #: characters of what a model is called
_HEAD: Final = 64  #: bytes of model.bin
_CHUNK: Final = 1 << 22
PIECES: Final = "sentencepiece.bpe.model"  #: of a model of many languages

#: by kind: sets of files one of which must be there whole, in each row
_NEEDED: Final[dict[str, tuple[tuple[tuple[str, ...], ...], ...]]] = {
    SPEECH: (
        (("config.json",),),
        (("tokenizer.json",),),
        (("vocabulary.json",), ("vocabulary.txt",)),
    ),
    TRANSLATION: (
        (("config.json",),),
        (("source.spm", "target.spm"), (PIECES,)),
        (
            ("shared_vocabulary.json",),
            ("shared_vocabulary.txt",),
            ("source_vocabulary.json", "target_vocabulary.json"),
            ("source_vocabulary.txt", "target_vocabulary.txt"),
        ),
    ),
}
_WELCOME: Final = ("preprocessor_config.json",)  #: of a model of speech: how many bands it hears


@dataclass(frozen=True)
class Model:
    """A whole model: what its folder is called, what it is for, and its files by name."""

    name: str
    kind: str
    files: dict[str, Path]

    def digest(self, told: Callable[[int], None] | None = None) -> str:
        """Return the SHA-256, in hexadecimal, of a line for each file: its SHA-256, two spaces, its name.

        *told* is told the bytes that were read, as they are. A model has gigabytes.
        """
        lines = []
        for name in sorted(self.files):
            found = hashlib.sha256()
            with refusals(WHAT), self.files[name].open("rb") as file:
                while chunk := file.read(_CHUNK):
                    found.update(chunk)
                    if told:
                        told(len(chunk))
            lines.append(f"{found.hexdigest()}  {name}\n")
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def size(self) -> int:
        """Its bytes, all files together."""
        with refusals(WHAT):
            return sum(each.stat().st_size for each in self.files.values())


@dataclass(frozen=True)
class Models:
    """What lies in a folder of models: those that are whole, and of each other folder why it is none."""

    found: tuple[Model, ...] = ()
    problems: tuple[str, ...] = ()


def models_in(folder: Path) -> Models:
    """Return the models in the folders of a folder, by name; nothing if it is not there."""
    found, problems = [], []
    with refusals(WHAT):
        inside = sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    for each in inside:
        try:
            found.append(look(each))
        except (UsageError, StorageRefused) as error:
            problems.append(str(error))
    return Models(tuple(found), tuple(problems))


def look(folder: Path, kind: str = "") -> Model:
    """Return the model in a folder, which must be of this *kind* if one is named; nothing of it is loaded.

    Raises :class:`UsageError` for a folder that holds none, for one that is not whole, and for another kind.
    """
    name = folder.name if folder.name not in ("", "..") else folder.resolve().name
    if not name.isprintable() or len(name) > MAX_NAME:
        raise UsageError(
            f"Expected a model's folder with a name of at most {MAX_NAME} letters that can be shown, found "
            f"{name[:60]!a}. Rename it."
        )
    with refusals(WHAT):
        if not folder.is_dir():
            raise UsageError(
                f"Expected the folder of a model, with model.bin and the files beside it, found none called {name!r}. "
                "Check the name."
            )
        found = _kind_of(folder, name)
        if kind and found != kind:
            raise UsageError(f"Expected a model of {kind}, found one of {found} in {name!r}. Name another folder.")
        files = {"model.bin": folder / "model.bin"}
        for rows in _NEEDED[found]:
            there = next((row for row in rows if all((folder / each).is_file() for each in row)), None)
            if there is None:
                wanted = ", or ".join(" and ".join(row) for row in rows)
                raise UsageError(
                    f"Expected {wanted} in the folder of the model {name!r}, found none: it would be asked of a hub on "
                    "the internet, so the model is not loaded. Copy all files of the model into the folder."
                )
            files |= {each: folder / each for each in there}
        files |= {each: folder / each for each in _WELCOME if found == SPEECH and (folder / each).is_file()}
        return Model(name, found, {each: _inside(folder, path, name) for each, path in files.items()})


def _inside(folder: Path, file: Path, name: str) -> Path:
    """Return where a file of a model lies: in its folder, or in the ``blobs`` beside it, as caches of hubs keep them.

    A link that a stranger put there may not show the model a file of this desk. Raises :class:`UsageError`.
    """
    own, target = folder.resolve(), file.resolve()
    if not any(target.is_relative_to(each) for each in (own, own.parent.parent / "blobs")):
        raise UsageError(
            f"Expected the files of the model in its own folder, found {file.name} of {name!r} to be a link out of it. "
            "Copy the file itself there."
        )
    return target


def _kind_of(folder: Path, name: str) -> str:
    if not (folder / "model.bin").is_file():
        raise UsageError(
            f"Expected model.bin in the folder {name!r}, found none. A model must be in the form of CTranslate2."
        )
    with (folder / "model.bin").open("rb") as file:
        head = file.read(_HEAD)
    said = head[6 : 6 + int.from_bytes(head[4:6], "little")].rstrip(b"\0")
    if said not in KINDS:
        shown = said.decode("ascii", "replace")
        raise UsageError(
            f"Expected a model of speech (Whisper) or of translation in the form of CTranslate2, found {shown!a} in "
            f"model.bin of {name!r}. Convert the model, or take another."
        )
    return KINDS[said]
