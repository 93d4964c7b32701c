"""What an entry of a blog's own export is: a post that everybody could read, a draft, or no post at all.

What a site gives out is for everybody. The export that its owner downloads is a feed, too, in the same words, and holds
all that nobody else ever saw::

    <wp:status>private</wp:status> <wp:post_password>…</wp:post_password>      WordPress (WXR 1.0 to 1.2)
    <wp:post_type>nav_menu_item</wp:post_type> <wp:comment>…</wp:comment>
    <blogger:type>POST</blogger:type> <blogger:status>DRAFT</blogger:status>   Blogger, by Google Takeout
    <app:control><app:draft>yes</app:draft></app:control>                      Blogger before, and Atom's publishing
    <category scheme="http://schemas.google.com/g/2005#kind" term="…kind#settings"/>
    <lj:security>usemask</lj:security>                 LiveJournal and Dreamwidth, to whoever reads with a password

Whatever is not said to be published, or asks for a password, is ``kept``: nobody but the blog's owner can export it,
and its author may agree that it is shown (:mod:`tamizdat.archive.views.audience`). Comments that are not shown are
``direct``; what a journal shows to friends alone is for ``followers``. WordPress has comments inside the post, with
their writers' addresses of mail and network; they are counted, and left.
"""

from typing import Final

from tamizdat.posts.formats.feed_fields import Fields
from tamizdat.posts.post import KEPT

LIBRARY: Final = "pictures and files of the blog's library"
MACHINERY: Final = "menus, settings and templates of the blog"
#: kinds of WordPress's entries that nobody wrote for readers; any other kind may be somebody's words
NO_POSTS: Final = {
    "attachment": LIBRARY, "nav_menu_item": MACHINERY, "revision": "earlier texts of a post",
    "feedback": "letters to the blog", "flamingo_inbound": "letters to the blog",
    "flamingo_contact": "letters to the blog", "user_request": MACHINERY, "custom_css": MACHINERY,
    "customize_changeset": MACHINERY, "oembed_cache": MACHINERY, "wp_template": MACHINERY,
    "wp_template_part": MACHINERY, "wp_navigation": MACHINERY, "wp_global_styles": MACHINERY,
    "wp_font_family": MACHINERY, "wp_font_face": MACHINERY,
}  # fmt: skip
KINDS: Final = "schemas.google.com/g/2005#kind"
BLOGGER_MACHINERY: Final = ("template", "settings")
FRIENDS: Final = ("usemask", "friends", "access")
PLACES: Final = ("geo_latitude", "geo_longitude", "geo_address")


def audience(fields: Fields) -> str:
    """Return for whom an entry was written."""
    said = {each.text().strip().lower() for each in fields.all("wp:status")}
    if said - {"publish"} or (said and fields.words("wp:post_password")):
        return KEPT
    hidden = "direct" if is_comment(fields) else KEPT
    if {each.text().strip().upper() for each in fields.all("blogger:status")} - {"LIVE"}:
        return hidden
    journal = fields.words("lj:security").lower()
    if journal not in ("", "public"):
        return "followers" if journal in FRIENDS else "direct"
    drafts = [Fields(each).words("app:draft") for each in fields.all("app:control")]
    if fields.words("blogger:trashed") or any(each.lower() == "yes" for each in drafts):
        return hidden
    return "public"


def no_post(fields: Fields) -> str:
    """Return what an entry is that is nobody's post, as a report counts it; "" if it is one."""
    if kind := fields.words("wp:post_type").lower():
        return NO_POSTS.get(kind, "")
    terms = [each.attributes.get("term", "") for each in fields.all("category") if of_kind(each.attributes)]
    return MACHINERY if any(each.rpartition("#")[2] in BLOGGER_MACHINERY for each in terms) else ""


def is_comment(fields: Fields) -> bool:
    """Tell whether an entry of Blogger's export is what somebody wrote below a post."""
    terms = (each.attributes.get("term", "") for each in fields.all("category") if of_kind(each.attributes))
    return fields.words("blogger:type").upper() == "COMMENT" or any(each.endswith("#comment") for each in terms)


def of_kind(category: dict[str, str]) -> bool:
    """Tell whether a category says what kind of entry it is, and is no word of its author's."""
    return category.get("scheme", "").endswith(KINDS)


def private_details(fields: Fields) -> tuple[str, ...]:
    """Return what the bytes of an entry tell beyond it: where it was written, and how to reach who commented."""
    meta = [Fields(each).words("wp:meta_key") for each in fields.all("wp:postmeta")]
    placed = fields.has("geo:") or any(each in PLACES for each in meta)
    return (*(["coordinates"] if placed else []), *(["contact"] if fields.all("wp:comment") else []))
