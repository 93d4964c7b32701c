"""``@dataclass`` as the standard library has it, but that its methods are written when the first object is made.

Python writes each method of a dataclass as text and compiles it, half a millisecond a class; a command loads some two
hundred classes, and publishing one word makes objects of ninety. So a class waits here until its first object is asked
for, and of its methods only ``__init__`` is written as text then. The others are functions that know the names of its
fields, and do what those of the standard library do. Of a class that still waits there is no object that could be
compared, printed or changed. Classes that ask for more than frozen fields are the standard library's, written at once;
they follow none that waits.

>>> @dataclass(frozen=True)
... class Reading:
...     place: str
...     degrees: int = 20
>>> Reading("Derge") == Reading("Derge", 20)
True
"""

from operator import attrgetter
from reprlib import recursive_repr
from threading import RLock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(made=None, /, **how):
        """Make a dataclass of *made*, now or when its first object is."""
        return _put_off(made, how) if made else lambda made: _put_off(made, how)

    def _put_off(made, how):
        if how.keys() - {"frozen", "kw_only"}:
            return dataclasses.dataclass(made, **how)
        own = _OURS & vars(made).keys()
        assert not own, f"{made.__name__} is a dataclass that waits, of which {own} is written"

        def __init__(self, *values, **named):
            _write(made)
            made.__init__(self, *values, **named)

        def __setstate__(self, state):  # an object from the other process (parallel.py), the first of its class here
            _write(made)
            vars(self).update(state)

        def __init_subclass__(follower, **named):  # which may make its objects by itself
            _write(made)
            super(made, follower).__init_subclass__(**named)

        made.__init__, made.__setstate__, made.__dataclass_fields__ = __init__, __setstate__, _Fields(made)
        made.__init_subclass__ = classmethod(__init_subclass__)
        _WAITING[made] = how
        return made

    class _Fields:
        """Stands where the standard library looks for the fields: it is told those of the class, written then."""

        def __init__(self, made):
            self._made = made

        def __get__(self, one, owner):
            _write(self._made)
            return self._made.__dataclass_fields__

    def _write(made):
        """Write the methods of a class that waits.

        ``__init__`` comes last, in one step: until then another thread that makes an object is led here, and waits.
        Were it gone for a moment, that thread would find the one of a class above, and have half an object.
        """
        with _LOCK:
            if made in _WAITING:
                how = {"frozen": False, **_WAITING[made]}
                frozen = how.pop("frozen")
                dataclasses.dataclass(made, **how, init=False, repr=False, eq=False)  # the fields alone
                del made.__init_subclass__
                its = dataclasses.fields(made)
                _compare(made, its, frozen)
                if frozen:
                    _freeze(made, {each.name for each in its})
                made.__init__ = _init(made, its, frozen)
                del made.__setstate__, _WAITING[made]

    def _compare(made, its, frozen):
        told = [each.name for each in its if each.repr]
        own = attrgetter("__class__", *(each.name for each in its if each.compare))

        def __repr__(self):
            return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in told)})"

        def __eq__(self, other):
            return own(self) == own(other) if self.__class__ is other.__class__ else NotImplemented

        made.__repr__, made.__eq__ = recursive_repr()(__repr__), __eq__
        made.__hash__ = (lambda self: hash(own(self))) if frozen else None

    def _freeze(made, names):
        def __setattr__(self, name, value):
            if type(self) is made or name in names:
                raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
            super(made, self).__setattr__(name, value)

        def __delattr__(self, name):
            if type(self) is made or name in names:
                raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
            super(made, self).__delattr__(name)

        made.__setattr__, made.__delattr__ = __setattr__, __delattr__

    def _init(made, its, frozen):
        """Return ``__init__``, compiled from text: nothing else takes values by the names of fields so fast."""
        known, values, named, steps = {"__put__": object.__setattr__, "__absent__": object()}, ["self"], [], []
        for each in its:
            name, value, default = each.name, each.name, ""
            if each.default_factory is not dataclasses.MISSING:
                known[f"__{name}_made__"], default = each.default_factory, "=__absent__"
                value = f"__{name}_made__()" + (f" if {name} is __absent__ else {name}" if each.init else "")
            elif each.default is not dataclasses.MISSING:
                known[f"__{name}_else__"], default = each.default, f"=__{name}_else__"
            if each.init:
                (named if each.kw_only else values).append(name + default)
            if each.init or value != name:  # of others the class has the default, or ``__post_init__`` puts one
                steps.append(f"__put__(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
        if hasattr(made, "__post_init__"):
            steps.append("self.__post_init__()")
        takes = ", ".join([*values, *(["*"] if named else []), *named])
        exec(f"def __init__({takes}):\n  " + "\n  ".join(steps or ["pass"]), known)  # noqa: S102 -- names of fields
        known["__init__"].__qualname__ = f"{made.__qualname__}.__init__"
        return known["__init__"]


def field_names(made: type) -> list[str]:
    """Return the names of the fields of a dataclass, in their order; its methods are not written for that."""
    return [*dict.fromkeys(name for each in reversed(made.__mro__) for name in getattr(each, "__annotations__", ()))]


__all__ = ["dataclass", "field_names"]
_OURS: Final = frozenset(
    ["__init__", "__setstate__", "__init_subclass__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__"]
)
_WAITING: Final[dict[type, dict[str, bool]]] = {}
_LOCK: Final = RLock()
