"""Docstrings of the program: each public thing has one, and it names the errors that are raised where it is written."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "src" / "tamizdat"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Parents = dict[str, tuple[str, ...]]  #: our error classes, with those they are made from


class Public(NamedTuple):
    """A module, class, function or method that others may use."""

    path: Path
    name: str
    node: ast.Module | ast.ClassDef | Function

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(self.node, 'lineno', 1)} {self.name}"


def errors_of(trees: dict[Path, ast.Module]) -> Parents:
    """Return the classes of ``errors.py`` and every class made from one of them, with their parents."""
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known: Parents = {"TamizdatError": ()}
    before = 0
    while before < len(known):
        before = len(known)
        for each in classes:
            parents = tuple(name for name in map(_last_name, each.bases) if name in known)
            if parents:
                known[each.name] = parents
    return known


def public_in(path: Path, tree: ast.Module) -> Iterator[Public]:
    """Yield a module and what is public in it."""
    yield Public(path, "the module", tree)
    yield from _public_members(path, tree.body, "")


def raised_by(function: Function, errors: Parents) -> set[str]:
    """Return our errors that a function's own body raises, nested functions left out, and does not catch itself."""
    return set(_raised(function.body, errors))


def unnamed(function: Function, errors: Parents) -> list[str]:
    """Return the errors that a function raises and whose name, or that of what they are made from, it does not tell."""
    told = set(re.findall(r"\w+", ast.get_docstring(function) or ""))
    return sorted(name for name in raised_by(function, errors) if not told & (_line(name, errors) - {"TamizdatError"}))


def _public_members(path: Path, body: list[ast.stmt], within: str) -> Iterator[Public]:
    for node in body:
        if isinstance(node, ast.If):
            yield from _public_members(path, [*node.body, *node.orelse], within)
        elif isinstance(node, (ast.ClassDef, *FUNCTIONS)) and not node.name.startswith("_") and not _is_repeated(node):
            yield Public(path, f"{within}{node.name}", node)
            if isinstance(node, ast.ClassDef):
                yield from _public_members(path, node.body, f"{within}{node.name}.")


def _is_repeated(node: ast.ClassDef | Function) -> bool:
    """Return whether it is another form of what is documented under its name: an overload, a setter."""
    return any(_last_name(each) in ("overload", "setter", "deleter") for each in node.decorator_list)


def _raised(body: list[ast.stmt], errors: Parents) -> Iterator[str]:
    for node in body:
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            name = _last_name(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
            if name in errors:
                yield name
        elif isinstance(node, ast.Try):
            caught = {name for each in node.handlers for name in _caught(each)}
            yield from (name for name in _raised(node.body, errors) if not caught & _line(name, errors))
            for each in node.handlers:
                yield from _raised(each.body, errors)
            yield from _raised([*node.orelse, *node.finalbody], errors)
        elif isinstance(node, ast.With) and any(_reports(each.context_expr) for each in node.items):
            continue
        else:
            for part in ("body", "orelse"):
                yield from _raised(getattr(node, part, []), errors)
            for case in getattr(node, "cases", []):
                yield from _raised(case.body, errors)


def _reports(context: ast.expr) -> bool:
    """Return whether it is a link of a report, which takes down what is raised in it (``verifying/report.py``)."""
    return isinstance(context, ast.Call) and _last_name(context.func) == "link"


def _caught(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
    return {_last_name(each) for each in kinds}


def _line(name: str, errors: Parents) -> set[str]:
    """Return the name of an error, and of all it is made from."""
    return {name}.union(*(_line(each, errors) for each in errors[name]))


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@cache
def trees() -> dict[Path, ast.Module]:
    """Return the parsed program; not while tests are collected, for each process of them collects all."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(CODE.rglob("*.py"))}


@cache
def errors() -> Parents:
    """Return the error classes of the program."""
    return errors_of(trees())


@cache
def public() -> list[Public]:
    """Return what is public in the program."""
    return [each for path, tree in trees().items() for each in public_in(path, tree)]


def test_everything_public_says_what_it_is() -> None:
    silent = [str(each) for each in public() if not ast.get_docstring(each.node)]
    assert not silent, "without a docstring:\n" + "\n".join(silent)


def test_a_function_names_the_errors_that_it_raises() -> None:
    missing = [
        f"{each} raises {', '.join(names)}"
        for each in public()
        if isinstance(each.node, FUNCTIONS) and (names := unnamed(each.node, errors()))
    ]
    assert not missing, "errors that the docstring does not name:\n" + "\n".join(missing)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("raise UsageError('x')", ["UsageError"]),
        ("raise errors.UsageError('x') from None", ["UsageError"]),
        ("raise Unusable", ["Unusable"]),
        ("for each in x:\n  with y:\n    raise UsageError('x')", ["UsageError"]),
        ("match x:\n  case 1:\n    raise UsageError('x')", ["UsageError"]),
        ("try:\n  x()\nexcept ValueError:\n  raise UsageError('x') from None", ["UsageError"]),
        ("try:\n  raise UsageError('x')\nexcept ValueError:\n  pass", ["UsageError"]),
        ("try:\n  raise WrongPassphrase('x')\nexcept UsageError:\n  pass", []),
        ("'Raises :class:`UsageError`.'\nraise UsageError('x')", []),
        ("'Raises :class:`UsageError`.'\nraise WrongPassphrase('x')", []),
        ("'Raises :class:`WrongPassphrase`.'\nraise UsageError('x')", ["UsageError"]),
        ("'Raises :class:`TamizdatError`.'\nraise UsageError('x')", ["UsageError"]),
        ("def inner():\n  raise UsageError('x')", []),
        ("raise ValueError('x')", []),
    ],
)
def test_an_error_that_leaves_the_body_must_be_named_or_its_parent(body: str, names: list[str]) -> None:
    function = ast.parse("def f():\n" + "\n".join(f"  {line}" for line in body.splitlines())).body[0]
    assert isinstance(function, FUNCTIONS)
    assert unnamed(function, errors()) == names


def test_what_begins_with_an_underscore_is_not_public() -> None:
    classes = "class C:\n  def d(self): ...\n  def __init__(self): ...\nclass _E:\n  def f(self): ..."
    tree = ast.parse(f"def a(): ...\ndef _b(): ...\n{classes}")
    assert [each.name for each in public_in(CODE / "x.py", tree)] == ["the module", "a", "C", "C.d"]


def missing_modules(path: Path, tree: ast.Module) -> Iterator[str]:
    """Yield each module that docstrings of a file point to and that is not there."""
    package = path.parent
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)):
            continue
        told = ast.get_docstring(node) or ""
        for whole in re.findall(r":\w+:`~?(tamizdat(?:\.\w+)+)`", told):
            if not _stands(CODE, whole.split(".")[1:], of_it=True):
                yield whole
        for beside in re.findall(r":mod:`\.(\w+(?:\.\w+)*)`", told):
            if not _stands(package, beside.split("."), of_it=False):
                yield f".{beside}"
        if path.name == "__init__.py" and isinstance(node, ast.Module):
            below = {each.name for each in package.rglob("*.py")}
            yield from sorted({name for name in re.findall(r"\b\w+\.py\b", told) if name not in below})


def _stands(folder: Path, names: list[str], of_it: bool) -> bool:
    """Return whether a module of this name is there; *of_it*: or a module with something of that name in it."""
    where = folder
    for done, name in enumerate(names):
        if (where / name).is_dir():
            where = where / name
            continue
        module = where / f"{name}.py"
        module, rest = (module, names[done + 1 :]) if module.is_file() else (where / "__init__.py", names[done:])
        return not rest or (of_it and re.search(rf"\b{rest[0]}\b", module.read_text(encoding="utf-8")) is not None)
    return True


def test_the_modules_that_docstrings_point_to_are_there() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {name}" for path, tree in trees().items() for name in missing_modules(path, tree)
    ]
    assert not missing, "pointed to, and not there:\n" + "\n".join(missing)


def test_a_module_that_was_renamed_is_noticed_where_it_is_pointed_to() -> None:
    told = (
        "See :mod:`tamizdat.keys`, :mod:`.backup`, :mod:`tamizdat.gone`, :mod:`.gone`, :class:`tamizdat.keys.NoName`."
    )
    names = ["tamizdat.gone", "tamizdat.keys.NoName", ".gone"]
    assert list(missing_modules(CODE / "x.py", ast.parse(f'"""{told}"""'))) == names
