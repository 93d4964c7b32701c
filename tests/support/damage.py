"""What a disk does to one file of ours: it is lost, emptied, cut, doubled, altered, or an older one is there again."""

import random
import shutil
from pathlib import Path

KINDS = ("lost", "emptied", "halved", "doubled", "zeros", "a bit", "a line", "older")


def damage(dice: random.Random, path: Path, older: Path) -> str:
    """Damages a file in one way or another, and says in which; *older* is what may be there instead."""
    kind = dice.choice(KINDS[: -1 if not older.is_file() else None])
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    match kind:
        case "lost":
            path.unlink()
        case "older":
            shutil.copyfile(older, path)
        case "a bit" if data:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            path.write_bytes(data)
        case "a line" if data:
            lines = bytes(data).splitlines(keepends=True)
            del lines[dice.randrange(len(lines))]
            path.write_bytes(b"".join(lines))
        case _:
            whole = {"halved": bytes(data[: len(data) // 2]), "doubled": bytes(data * 2), "zeros": bytes(len(data))}
            path.write_bytes(whole.get(kind, b""))
    return kind


def choose(dice: random.Random, folder: Path, parcels: tuple[str, ...]) -> Path | None:
    """A file below *folder*, more often one of what is known than of what lies in folders named *parcels*."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    known = [path for path in files if not set(path.relative_to(folder).parts) & set(parcels)]
    chosen = known if known and dice.random() < 0.6 else files
    return dice.choice(chosen) if chosen else None
