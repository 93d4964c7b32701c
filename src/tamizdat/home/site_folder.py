"""The folder that a site is put in: whoever serves it serves all that lies in it."""

from tamizdat.errors import UsageError
from tamizdat.home.home import USES, Home
from tamizdat.places.disks import folder_of


def require_nothing_private(home: Home, url: str) -> None:
    """Raise :class:`UsageError` if the folder of *url* is or holds that of the desk, or of a place that is no site."""
    if not (site := folder_of(url)):
        return
    private = {"the desk": home.folder}
    for place in (each for use in USES if use != "sites" for each in home.places(use)):
        if folder := folder_of(place.url):
            private[f"the place “{place.name}”"] = folder
    for what, folder in private.items():
        if folder.resolve().is_relative_to(site.resolve()):
            raise UsageError(
                f"Expected a folder for the site alone, found that {what} lies in {site}: who gives out the site would "
                "give out what is there. Name another folder."
            )
