"""A place in memory: a real place for rehearsals, for tests and for a demonstration without a disk.

It keeps every promise but one: it is gone when the process ends.
"""

import threading
from collections.abc import Iterator

from tamizdat.errors import NotThere
from tamizdat.places.place import Guarantees, check_name, check_size


class MemoryPlace:
    """Objects in a dictionary, behind a lock."""

    guarantees = Guarantees(atomic_put=True, durable_put=False, complete_list=True, can_delete=True)

    def __init__(self, name: str) -> None:
        self.name = name
        self._objects: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"MemoryPlace({self.name!r}, {len(self._objects)} objects)"

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Keep a copy of *data*."""
        check_size(self.name, memoryview(data).nbytes)
        whole = bytes(data)  # a copy: the caller may use its buffer again
        with self._lock:
            self._objects[check_name(name)] = whole

    def get(self, name: str) -> bytes:
        """Return the object that is held; raises :class:`NotThere`."""
        with self._lock:
            held = self._objects.get(check_name(name))
        if held is None:
            raise NotThere(f"Place “{self.name}” holds nothing of this name.")
        return held

    def stat(self, name: str) -> int:
        """Return the object's size in bytes; raises as :meth:`get`."""
        return len(self.get(name))

    def list(self) -> Iterator[str]:
        """Yield the names held at this moment, in the order in which they came."""
        with self._lock:
            names = [*self._objects]
        return iter(names)

    def delete(self, name: str) -> None:
        """Forget the object."""
        with self._lock:
            self._objects.pop(check_name(name), None)
