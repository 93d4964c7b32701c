"""What a power cut would take: files and folders that were changed and not flushed to the disk yet."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Unflushed:
    """Names of what only memory has. A file that is moved to its final name must be on the disk before."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.calls: list[str] = []  #: what was done, in order

    def names(self) -> set[str]:
        """The last part of each path."""
        return {Path(each).name for each in self.paths}

    def note(self, call: str, given: tuple[Any, ...], more: dict[str, Any], is_new: bool) -> None:
        """Take one call into account, after it was done."""
        match call:
            case "write" | "pwrite" | "ftruncate":
                self.paths.add(_path(given[0]))
            case "fsync":
                self.paths.discard(_path(given[0]))
            case "open" if is_new:
                self.paths.add(str(Path(_path(given[0], more.get("dir_fd"))).parent))
            case "mkdir" | "unlink":
                path = _path(given[0], more.get("dir_fd"))
                self.paths.discard(path)
                self.paths.add(str(Path(path).parent))
            case "rename":
                before = _path(given[0], more.get("src_dir_fd"))
                assert before not in self.paths, f"{Path(before).name} was moved before the disk had it"
                self.paths |= {str(Path(before).parent), str(Path(_path(given[1], more.get("dst_dir_fd"))).parent)}
        self.calls.append(call)


def _path(given: Any, within: int | None = None) -> str:
    if isinstance(given, int):
        return str(Path(f"/proc/self/fd/{given}").readlink())
    base = Path(f"/proc/self/fd/{within}").readlink() if within is not None else Path.cwd()
    return str(base / os.fsdecode(given))


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[Unflushed]:
    """Note what this process changes on disks, and what it flushes."""
    found = Unflushed()

    def noting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            is_new = name == "open" and not os.path.lexists(_path(given[0], more.get("dir_fd")))
            done = real(*given, **more)
            found.note(name, given, more, is_new)
            return done

        return call

    with patch.context() as patched:
        for name in ("open", "write", "pwrite", "ftruncate", "fsync", "rename", "unlink", "mkdir"):
            patched.setattr(os, name, noting(name, getattr(os, name)))
        yield found
