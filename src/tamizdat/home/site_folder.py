"""The folder that a site is put in: whoever serves it serves all that lies in it."""

from tamizdat.errors import UsageError
from tamizdat.home.home import ARCHIVE, SITE, USES, Home
from tamizdat.places.disks import folder_of


def require_nothing_private(home: Home, url: str) -> None:
    """Raise :class:`UsageError` if the folder of *url* is or holds that of the desk, or of a place that is no site.

    Nor may it lie in the archive.
    """
    if not (site := folder_of(url)):
        return
    if site.resolve().is_relative_to((home.folder / ARCHIVE).resolve()):
        raise UsageError(f"Expected a folder for the site alone, found {site} in the archive. Name another folder.")
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


def require_unserved(home: Home, url: str) -> None:
    """Raise :class:`UsageError` if the folder of *url*, which is no site's, lies in that of a site."""
    sites = (home.folder / SITE, *(folder_of(each.url) for each in home.places("sites")))
    folder = folder_of(url)
    for site in sites if folder else ():
        if folder and site and folder.resolve().is_relative_to(site.resolve()):
            raise UsageError(
                f"Expected a folder outside the site's, found {folder} in {site}: who gives out the site would give "
                "out what is there. Name another folder."
            )
