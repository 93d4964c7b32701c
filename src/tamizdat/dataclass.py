"""``@dataclass`` as the standard library has it, but that its methods are written when the first object is made.

Python writes the methods of a dataclass as text and compiles them: half a millisecond each, and a command loads some
two hundred, of which it makes objects of a few dozen. So a class waits here until its first object is asked for; what
is written then is what the standard library writes. Of a class that still waits there is no object that could be
compared, printed or changed.

>>> @dataclass(frozen=True)
... class Reading:
...     place: str
...     degrees: int = 20
>>> Reading("Derge") == Reading("Derge", 20)
True
"""

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
        if how.get("slots"):  # makes another class, which could not stand in the place of this one later
            return dataclasses.dataclass(made, **how)
        own = {"__init__", "__setstate__", "__init_subclass__"} & vars(made).keys()
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
        """Let the standard library write the methods of a class that waits.

        ``__init__`` comes last, in one step: until then another thread that makes an object is led here, and waits.
        Were it gone for a moment, that thread would find the one of a class above, and have half an object. As the
        standard library keeps one that is there, it writes it for a class that follows and is thrown away.
        """
        with _LOCK:
            if made in _WAITING:
                how = _WAITING[made]
                dataclasses.dataclass(made, **{**how, "init": False})
                del made.__init_subclass__
                follower = type(made)(made.__name__, (made,), {"__module__": made.__module__, "__doc__": ""})
                only = {"repr": False, "eq": False, "match_args": False, "frozen": how.get("frozen", False)}
                init = dataclasses.dataclass(follower, **only).__init__
                init.__qualname__ = f"{made.__qualname__}.__init__"
                made.__init__ = init
                del made.__setstate__, _WAITING[made]


def field_names(made: type) -> list[str]:
    """Return the names of the fields of a dataclass, in their order; its methods are not written for that."""
    return [*dict.fromkeys(name for each in reversed(made.__mro__) for name in getattr(each, "__annotations__", ()))]


__all__ = ["dataclass", "field_names"]
_WAITING: Final[dict[type, dict[str, bool]]] = {}
_LOCK: Final = RLock()
