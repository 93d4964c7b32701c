"""What is stated is written and read in ``statements`` alone: others hold the typed values."""

import ast
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parents[3] / "src" / "tamizdat"
#: read no member: a statement is printed as it is signed, and every word of one is searched for withheld names
WHOLE: Final = frozenset({"workbench/content/custody.py", "evidence/contents.py"})


def test_nothing_outside_this_package_reads_a_predicate_or_makes_a_statement() -> None:
    """No ``statement.predicate["post"]`` and no ``Statement(…)``; the ledger's own roster aside."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        inside = path.relative_to(SOURCE).as_posix()
        if inside.startswith(("statements/", "ledger/")) or inside in WHOLE:
            continue
        text = path.read_text(encoding="utf-8")
        if "predicate" not in text and "Statement" not in text:  # parsing all takes four seconds
            continue
        tree = ast.parse(text)
        found += [f"{inside}:{getattr(node, 'lineno', 0)}" for node in ast.walk(tree) if _is_raw(node)]
    assert found == []


def _is_raw(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="predicate", ctx=ast.Load()):
            return True
        case ast.Call(func=ast.Name(id="Statement") | ast.Attribute(attr="Statement")):
            return True
    return False
