"""``@dataclass`` as the standard library has it, but that its methods are written when the first object is made.

Python writes the methods of a dataclass as text and compiles them: half a millisecond each, and a command loads some
two hundred, of which it makes objects of a few dozen. So a class waits here until its first object is asked for; what
is written then is what the standard library writes. Of a class that still waits there is no object that could be
compared, printed or changed; only :func:`fields` is asked of classes themselves.

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
    from dataclasses import dataclass, fields
else:
    import dataclasses

    def dataclass(made=None, /, **how):
        """Make a dataclass of *made*, now or when its first object is."""
        return _put_off(made, how) if made else lambda made: _put_off(made, how)

    def fields(asked):
        """Return the fields of a dataclass, or of an object of one."""
        _write(asked if isinstance(asked, type) else type(asked))
        return dataclasses.fields(asked)

    def _put_off(made, how):
        if how.get("slots"):  # makes another class, which could not stand in the place of this one later
            return dataclasses.dataclass(made, **how)
        assert "__init__" not in vars(made), f"{made.__name__} is a dataclass, whose __init__ is written"

        def __init__(self, *values, **named):
            _write(made)
            made.__init__(self, *values, **named)

        def __setstate__(self, state):  # an object from the other process (parallel.py), the first of its class here
            _write(made)
            vars(self).update(state)

        made.__init__, made.__setstate__ = __init__, __setstate__
        _WAITING[made] = how
        return made

    def _write(made):
        """Let the standard library write the methods of a class, and of those that it follows, if they wait."""
        with _LOCK:  # of two threads that make a first object one waits for the other
            for each in reversed(made.__mro__):
                if each in _WAITING:
                    del each.__init__, each.__setstate__
                    dataclasses.dataclass(each, **_WAITING[each])
                    del _WAITING[each]


__all__ = ["dataclass", "fields"]
_WAITING: Final[dict[type, dict[str, bool]]] = {}
_LOCK: Final = RLock()
