"""RO-Crate 1.1: what is in a package, for programs. Every file of it is listed; days, no times; no program is named."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, canonical

NAME: Final = "ro-crate-metadata.json"
PROFILE: Final = "https://w3id.org/ro/crate/1.1"
LICENSE: Final = "#terms"


@dataclass(frozen=True)
class Listed:
    """A file of the crate: path from the payload's root, bytes, SHA-256, and what it is in a few words."""

    path: str
    size: int
    sha256: str
    name: str


def crate(files: Iterable[Listed], day: str, about: str, parts: Mapping[str, str]) -> bytes:
    """Return the metadata; *about* describes the package, *parts* each folder by its path."""
    every = sorted(files, key=lambda each: each.path)
    has: list[Json] = [{"@id": f"{path}/"} for path in parts]
    has += [{"@id": quote(each.path)} for each in every if "/" not in each.path]
    graph: list[Json] = [
        {"@id": NAME, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": PROFILE}},
        {
            "@id": "./", "@type": "Dataset", "name": "Evidence package", "description": about, "datePublished": day,
            "license": {"@id": LICENSE}, "hasPart": has,
        },
        {
            "@id": LICENSE, "@type": "CreativeWork", "name": "Terms",
            "description": "The rights are with the authors. Made for use in proceedings.",
        },
    ]  # fmt: skip
    for folder, description in parts.items():
        within: list[Json] = [{"@id": quote(each.path)} for each in every if each.path.startswith(f"{folder}/")]
        about_it: dict[str, Json] = {"@id": f"{folder}/", "@type": "Dataset", "name": folder}
        graph.append({**about_it, "description": description, "hasPart": within})
    for each in every:
        facts: dict[str, Json] = {"contentSize": str(each.size), "name": each.name, "sha256": each.sha256}
        graph.append({"@id": quote(each.path), "@type": "File", **facts})
    return canonical({"@context": f"{PROFILE}/context", "@graph": graph})
