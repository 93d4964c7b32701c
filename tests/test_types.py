"""Types of the program: ``Any`` is rare, for nothing that passes through it is checked."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CODE = Path(__file__).resolve().parents[1] / "src" / "tamizdat"
MOST = 60  #: uses; they stand for answers of SQLite, options of argparse, parameters of paths, libraries without types


def uses(tree: ast.AST) -> Iterator[int]:
    """Yield the line of each use of ``Any``: in annotations, also such as are text, in casts and aliases."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and "Any" in (getattr(node, "id", ""), getattr(node, "attr", "")):
            yield node.lineno
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            for text in ast.walk(annotation) if annotation else ():
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield from (text.lineno for _ in re.findall(r"\bAny\b", text.value))


def test_any_is_rare() -> None:
    found = [
        f"{path.relative_to(CODE)}:{line}"
        for path in sorted(CODE.rglob("*.py"))
        if "Any" in (text := path.read_text("utf-8"))  # parsing all takes two seconds
        for line in uses(ast.parse(text))
    ]
    assert len(found) <= MOST, (
        f"Expected Any at most {MOST} times in src, found {len(found)}. Say the type: Json or a shape for documents, "
        f"JsonValue for strangers', object for what is only passed on. It stands at {', '.join(found)}."
    )


def test_every_use_of_any_counts_and_its_import_does_not() -> None:
    written = (
        "from typing import Any\nimport typing\nROW = tuple[Any, ...]\n"
        "def f(a: Any, *b: 'list[Any]') -> dict[str, typing.Any]:\n    c: 'Any' = cast(Any, a)\n    return 'Any'\n"
    )
    assert sorted(uses(ast.parse(written))) == [3, 4, 4, 4, 5, 5]
