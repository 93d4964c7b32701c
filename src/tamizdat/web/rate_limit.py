"""How often something may be tried: a bucket of tries that fills again at a steady pace.

Everybody who is not signed in may come from one address (a proxy, an onion service), so tries are counted by what they
aim at, a name or a code, and all together.

>>> limit = RateLimit(tries=2, seconds=30)
>>> limit.wait("magpie", 0), limit.wait("magpie", 0), limit.wait("magpie", 0), limit.wait("magpie", 30)
(0, 0, 30, 0)
"""

import math
import threading
from collections import OrderedDict


class RateLimit:
    """*tries* at once, then one more every so many *seconds*, for each thing that is tried.

    At most *most* things are remembered; the ones tried longest ago are forgotten first, and by then they are full
    again or nearly so.
    """

    def __init__(self, tries: int, seconds: float, most: int = 10_000) -> None:
        self._tries, self._seconds, self._most = tries, seconds, most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._mutex = threading.Lock()

    def wait(self, what: str, now: float) -> int:
        """Take a try and return 0; if none is left, return the whole seconds until there is one."""
        with self._mutex:
            left, at = self._left.pop(what, (float(self._tries), now))
            left = min(float(self._tries), left + max(0.0, now - at) / self._seconds)
            allowed = left >= 1
            self._left[what] = (left - 1 if allowed else left, now)
            while len(self._left) > self._most:
                self._left.popitem(last=False)
        return 0 if allowed else math.ceil((1 - left) * self._seconds)
