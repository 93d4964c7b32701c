"""A model in a box of its own (:mod:`tamizdat.footage.decode.sandbox`): no network, no file but the model's own.

What a library would do with a connection it cannot do, whatever its settings are. A model that is damaged or hostile
can answer nonsense, and end; that is all. The box is asked in lines of JSON through one pipe and answers in lines
through another; a third may carry sound.
"""

import importlib.util
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import Final, Self

from tamizdat.disk.descriptors import is_readable
from tamizdat.disk.installed import remedy_for_models
from tamizdat.encoding import Json
from tamizdat.errors import ToolMissing, UsageError
from tamizdat.footage.decode import sandbox
from tamizdat.machine.model_folder import SPEECH, TRANSLATION, Model

PLACE: Final = f"{sandbox.INSIDE}/model"
WORKER: Final = f"{sandbox.INSIDE}/tamizdat/machine/worker.py"
LOADING: Final = 600.0  #: seconds; the largest models have gigabytes, and lie on slow disks
LARGEST: Final = 1 << 20  #: bytes of one answer
#: by kind: the packages that run it, as they are imported, and the extra that installs them
PACKAGES: Final = {
    SPEECH: (("faster_whisper",), "speech"),
    TRANSLATION: (("ctranslate2", "sentencepiece"), "machine"),
}
_LIMITS: Final = sandbox.Limits(
    memory=64 << 30, file=1 << 20
)  #: address space: what a library reserves, not what it uses


def require_packages(kind: str) -> None:
    """Raise :class:`ToolMissing` if what runs a model of this kind is not installed."""
    packages, extra = PACKAGES[kind]
    for each in packages:
        if importlib.util.find_spec(each) is None:
            raise ToolMissing(
                f"Expected the package {each.replace('_', '-')}, which runs models of {kind}, found none. "
                f"{remedy_for_models(extra)}."
            )


class ModelBox:
    """A model that was loaded. *sound* is the end of a pipe that it hears.

    Raises :class:`ToolMissing` without the packages, :class:`SandboxMissing` without a box, :class:`UsageError` if the
    library cannot load the model.
    """

    def __init__(self, model: Model, sound: int = -1) -> None:
        require_packages(model.kind)
        self._name = model.name
        asked, self._asking = os.pipe2(os.O_CLOEXEC)
        self._answers, answering = os.pipe2(os.O_CLOEXEC)
        self._rest, self._over = b"", False
        handed = [asked, answering, *([sound] if sound >= 0 else [])]
        words = [model.kind, PLACE, str(asked), str(answering), str(sound)]
        shown = {f"{PLACE}/{name}": path for name, path in model.files.items()}
        try:
            try:
                self._process = sandbox.start([sys.executable, "-I", "-B", WORKER, *words], handed, _LIMITS, shown)
            finally:
                os.close(asked)
                os.close(answering)
        except BaseException:
            os.close(self._asking)
            os.close(self._answers)
            raise
        try:
            if self._line(LOADING) != {"begun": True}:
                raise sandbox.why_it_ended(self._process)
            self.answer(LOADING)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, question: dict[str, Json]) -> None:
        """Ask something; a box that has ended is found out by :meth:`answer`."""
        with suppress(BrokenPipeError):
            data = memoryview(json.dumps(question).encode() + b"\n")
            while data:
                data = data[os.write(self._asking, data) :]

    def ready(self, seconds: float | None) -> bool:
        """Wait so many seconds for a whole answer, or the end; return whether there is one."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._rest and not self._over:
            left = None if deadline is None else max(deadline - time.monotonic(), 0)
            if not is_readable(self._answers, left):
                return False
            chunk = os.read(self._answers, 1 << 16)
            self._over = not chunk or len(self._rest) > LARGEST
            self._rest += chunk
        return True

    def answer(self, seconds: float | None = None) -> dict[str, Json]:
        """Return the next answer, which must come in time if there are *seconds*.

        Raises :class:`UsageError` for none, and for what the library said instead.
        """
        found = self._line(seconds)
        if found is None:
            how = self._process.poll()
            ended = "took too long" if how is None else f"ended with {how}"
            raise UsageError(
                f"Expected an answer of the model {self._name!r}, but what runs it {ended}. Perhaps there is too "
                "little memory; take a smaller model."
            )
        if "error" in found:
            said = "".join(each if each.isprintable() else " " for each in str(found["error"]))[:200]
            raise UsageError(f"Expected a sound model in {self._name!r}; what runs it says: {said}")
        return found

    def close(self) -> None:
        """End it, whatever it does."""
        for each in (self._asking, self._answers):
            os.close(each)
        sandbox.end(self._process)
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _line(self, seconds: float | None) -> dict[str, Json] | None:
        """Return the next line; None if there is none, in time, or what came is none."""
        ready = self.ready(seconds)
        if b"\n" not in self._rest:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5 if ready else 0)
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            found = json.loads(line)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None
