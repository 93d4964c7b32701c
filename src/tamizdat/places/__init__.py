"""Storage places: they move opaque named bytes, and know nothing of ledgers, seals or keys."""

from tamizdat.places.place import Guarantees, Place
from tamizdat.places.rights import Rights, probe, takes
from tamizdat.places.urls import open_place, set_up_place, shown_host_key

__all__ = ["Guarantees", "Place", "Rights", "open_place", "probe", "set_up_place", "shown_host_key", "takes"]
