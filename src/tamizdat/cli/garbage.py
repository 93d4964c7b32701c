"""When Python looks for garbage in circles: not while a verb is loaded, nor while it makes an edition.

Neither leaves any worth looking for. What was made meanwhile counts as old afterwards: else Python would look through
all of it at the next occasion, which is a fiftieth of an edition in which one word changed.
"""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def garbage_waits() -> Iterator[None]:
    """Let Python's collector of garbage wait within the block."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.freeze()
            gc.unfreeze()  # which makes all that there is the oldest
            gc.enable()
