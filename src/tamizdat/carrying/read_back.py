"""Reading back what a place holds: what it says that it took, and what it may hold from a run that was killed.

One :class:`ReadBack` for each place in each run; several threads use it.
"""

import secrets
import threading
from contextlib import suppress
from typing import Final

from tamizdat.errors import NotThere, PlaceError, PlaceRefused, PlaceUnreachable
from tamizdat.places import Place

SAMPLED: Final = 16  #: of so many parcels one is read back before the spool's copy goes
PART: Final = 16 << 10  #: bytes that are read of it, where the place can give a part


class ReadBack:
    """What of one place was asked in one run. *most*: parcels that may be under way at a time.

    *is_refused*: its login may not read, so nothing of what it took could be read back.
    """

    def __init__(self, most: int) -> None:
        self.is_refused = False
        self._most = most
        self._asked = 0
        self._sampled = False
        self._counting = threading.Lock()

    def was_taken(self, place: Place, name: str, data: memoryview) -> bool:
        """Whether the place holds a parcel already that a killed run may have sent; where it may be read, it is read.

        Only the first parcels of a run are asked for: no more were in hand when the one before it ended. Whatever the
        answer is but the very bytes, the parcel is to be put.
        """
        with self._counting:
            self._asked += 1
            if self._asked > self._most:
                return False
        if not is_held(place, name, len(data)):
            return False
        try:
            return memoryview(place.get(name)) == data
        except PlaceRefused:
            self.is_refused = True
            return True  # what it says is all there is, as when it takes one
        except PlaceError:
            return False

    def sample(self, place: Place, name: str, data: memoryview) -> None:
        """Read back the first parcel of a run, and later one in :data:`SAMPLED`, before the spool's copy goes.

        Of a place that can give a part, a part that dice choose: a whole parcel that comes back keeps what leaves
        from being acknowledged in time, on a line of 1 Mbit/s for four seconds. If that is not what was put, all of it
        is read: a service may hold everything and know parts badly. A login that may not read cannot be asked. Raises
        PlaceUnreachable if the place has something else, or nothing.
        """
        if self.is_refused or (self._sampled and secrets.randbelow(SAMPLED)):
            return
        try:
            held = None if _gives_part(place, name, data) else place.get(name)
        except NotThere:
            found = "nothing"
        except PlaceRefused:
            self.is_refused = True
            return
        except PlaceError:
            return  # the line, most likely; the next parcel is asked for
        else:
            if held is None or memoryview(held) == data:
                self._sampled = True
                return
            found = f"{len(held):,} bytes that are not the same"
        raise PlaceUnreachable(
            f"Place “{place.name}”: expected the parcel that it took and says it holds, found {found}. The parcel "
            "stays in the outbox. Ask its owner, and count on other places; or remove it with 'tamizdat places "
            "remove', then its parcels go to the others."
        )


def _gives_part(place: Place, name: str, data: memoryview) -> bool:
    """Whether the place gives a part of *data* as it was put; False also if it gives no parts. Raises PlaceError."""
    give = getattr(place, "get_part", None)
    if give is None:
        return False
    start = secrets.randbelow(max(0, len(data) - PART) + 1)
    part = data[start : start + PART]
    with suppress(PlaceRefused):  # perhaps the question only
        return memoryview(give(name, start, len(part))) == part
    return False


def is_held(place: Place, name: str, size: int) -> bool:
    """Whether the place says that it holds a parcel of so many bytes.

    No answer is none: this question waits for less time than a parcel does, and who is silent to both is called that.
    """
    try:
        return place.stat(name) == size
    except PlaceError:
        return False
