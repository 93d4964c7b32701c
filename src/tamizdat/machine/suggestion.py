"""What a model of translation suggests for a sentence. It is asked by a person, for one sentence, and answers words.

A model of two languages is told by its folder alone which they are; one of many (NLLB) is told by its own names of
them, which are not those of everybody: ``zho_Hans``.
"""

import threading
from pathlib import Path
from typing import Final

from tamizdat.disk.files import refusals
from tamizdat.errors import InUse, UsageError
from tamizdat.machine.model_box import ModelBox
from tamizdat.machine.model_folder import PIECES, WHAT, Model
from tamizdat.text.languages import primary_subtag

MAX_TEXT: Final = 2_000  #: characters of a sentence; a model cuts off what is longer
PATIENCE: Final = 60.0  #: seconds to wait for a model that answers somebody else
ANSWERING: Final = 120.0  #: seconds of one answer

#: the names that NLLB has for languages, by our tags
CODES: Final = {
    "am": "amh_Ethi", "ar": "arb_Arab", "bo": "bod_Tibt", "cs": "ces_Latn", "de": "deu_Latn", "en": "eng_Latn",
    "es": "spa_Latn", "fa": "pes_Arab", "fr": "fra_Latn", "he": "heb_Hebr", "hi": "hin_Deva", "id": "ind_Latn",
    "it": "ita_Latn", "ja": "jpn_Jpan", "kk": "kaz_Cyrl", "ko": "kor_Hang", "ky": "kir_Cyrl", "mn": "khk_Cyrl",
    "my": "mya_Mymr", "ne": "npi_Deva", "nl": "nld_Latn", "pl": "pol_Latn", "pt": "por_Latn", "ru": "rus_Cyrl",
    "th": "tha_Thai", "tr": "tur_Latn", "ug": "uig_Arab", "uk": "ukr_Cyrl", "ur": "urd_Arab", "uz": "uzn_Latn",
    "vi": "vie_Latn", "yue": "yue_Hant", "zh": "zho_Hans", "zh-hant": "zho_Hant", "zh-tw": "zho_Hant",
    "zh-hk": "zho_Hant",
}  # fmt: skip


def codes(model: Model, spoken: str, language: str) -> tuple[str, str]:
    """Return the names that *model* has for two languages; "" of a model of two languages, which needs none.

    Raises :class:`UsageError` for a language of which no name is known.
    """
    if PIECES not in model.files:
        return "", ""
    return _code(model, spoken), _code(model, language)


def _code(model: Model, tag: str) -> str:
    found = CODES.get(tag.lower()) or CODES.get(primary_subtag(tag))
    if found is None:
        known = ", ".join(sorted(CODES))
        raise UsageError(
            f"Expected a language of which the name in {model.name!r} is known ({known}), found {tag!r}. Take a model "
            "of these two languages alone."
        )
    return found


class Suggester:
    """The model that was asked last, kept in its box until another is asked, for loading takes seconds."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._files: dict[str, tuple[Path, int]] = {}
        self._box: ModelBox | None = None

    def suggest(self, model: Model, spoken: str, language: str, text: str) -> str:
        """Return what *model* makes of a sentence; "" if it says nothing.

        Raises :class:`UsageError` for a sentence that is too long and a model that fails, :class:`InUse` while it
        answers somebody else, and as :class:`~tamizdat.machine.model_box.ModelBox`.
        """
        if len(text) > MAX_TEXT:
            raise UsageError(f"Expected a sentence of at most {MAX_TEXT:,} characters, found {len(text):,}.")
        before, into = codes(model, spoken, language)
        if not self._mutex.acquire(timeout=PATIENCE):
            raise InUse("The model answers somebody else at this moment. Try again in a minute.")
        try:
            box = self._opened(model)
            try:
                box.ask({"text": text, "from": before, "to": into})
                said = str(box.answer(ANSWERING).get("text", ""))[: 4 * MAX_TEXT]
            except BaseException:
                self._close()
                raise
        finally:
            self._mutex.release()
        return "\n".join(" ".join(_printable(line).split()) for line in said.split("\n")).strip()

    def close(self) -> None:
        """End the model that is kept."""
        with self._mutex:
            self._close()

    def _opened(self, model: Model) -> ModelBox:
        with refusals(WHAT):  # a folder whose files were exchanged is another model
            files = {name: (path, path.stat().st_mtime_ns) for name, path in model.files.items()}
        if self._box is None or self._files != files:
            self._close()
            self._box, self._files = ModelBox(model), files
        return self._box

    def _close(self) -> None:
        if self._box is not None:
            self._box.close()
        self._box, self._files = None, {}


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)
