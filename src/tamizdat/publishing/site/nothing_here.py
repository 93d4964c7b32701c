"""What a server says of an address at which a site has nothing: in the site's look, in the reader's language.

It is in no edition, and nobody signs it: a server makes it, at the root of whose address the site stands.
"""

from collections.abc import Sequence

from tamizdat.publishing.site.renderer import environment, prefix, versions


def nothing_here(name: str, language: str, there: Sequence[str]) -> bytes:
    """Return the page, for the site called *name* whose front pages are *there* in these languages."""
    others = versions(tuple(each for each in there if each != language))
    page = environment(language).get_template("nothing_here.html")
    return page.render(name=name, home=f"/{prefix(language)}", others=others).encode()
