"""What a version tells beside its words: bounded, harmless, and the same when it is read again."""

from dataclasses import replace

import pytest

from tamizdat.archive.views.post_details import (
    MOST_ALT,
    MOST_DEPTH,
    Details,
    details_column,
    digests_of,
    read_details,
    web,
)
from tamizdat.encoding import sha256_hex
from tamizdat.posts.post import Attachment, Author, Choice, Post, reference
from tamizdat.statements.post_context import Choice as Told
from tamizdat.statements.post_context import Context, Inner, Poll, whole_text

LIN = Author("https://x.com/i/user/12", "lin", "林")
POST = Post("https://x.com/i/status/1", LIN, "look")


def read(post: Post, *missing: Attachment) -> Details:
    return read_details(details_column(post, missing))


def test_a_post_that_tells_nothing_else_has_no_column() -> None:
    assert details_column(POST, ()) == ""
    assert digests_of("look", "") == {sha256_hex(b"look")}


def test_thirty_posts_quoting_each_other_are_told_three_deep() -> None:
    post = POST
    for number in range(2, 32):
        post = replace(POST, id=f"https://x.com/i/status/{number}", text=f"post {number}", quotes=(post,))
    told = read(post).inner or ()
    assert [each.depth for each in told] == list(range(1, MOST_DEPTH + 1))
    assert [each.text for each in told] == ["post 30", "post 29", "post 28"]


def test_a_post_that_quotes_itself_quotes_nothing() -> None:
    assert read(replace(POST, quotes=(POST,))) == Details()
    other = replace(POST, id="https://x.com/i/status/2", quotes=(replace(POST, quotes=(reference(POST.id),)),))
    assert len(read(other).inner or ()) == 1


def test_a_description_of_200_kilobytes_is_cut() -> None:
    [told] = read(POST, Attachment("image/jpeg", "https://a.example/1.jpg", "x" * 200_000)).missing or ()
    assert len(told.alt) == MOST_ALT
    assert told.alt.endswith("…")


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "ftp://a.example", "//a.example", "/a", "",
     "https://a.example/ b", "https://a.example/\nb", "https://a.example/\u202eb", "https://a.example/\0"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_leads_nowhere(target: str) -> None:
    assert web(target) == ""
    said = replace(POST, text="look https://t.co/A", links=(("https://t.co/A", target),))
    told = read(said, Attachment("image/jpeg", target, "A gate"))
    assert told.links is None
    assert [each.url for each in told.missing or ()] == [""]


def test_only_links_that_stand_in_the_text_are_told_once() -> None:
    links = (("https://t.co/A", "https://a.example"), ("https://t.co/A", "https://a.example"), ("https://t.co/B", "x"))
    told = read(replace(POST, text="look https://t.co/A", links=(*links, ("https://t.co/C", "https://c.example"))))
    assert [each.target for each in told.links or ()] == ["https://a.example"]


def test_a_character_that_no_page_can_hold_ends_no_publishing() -> None:
    quoted = replace(POST, id="https://x.com/i/status/2", text="a\0b", author=Author("x", "a\0b", "c\0d"))
    told = read(replace(POST, quotes=(quoted,), choices=(Choice("a\0b"),)))
    assert "\0" not in repr(told)


def test_a_translation_may_be_of_each_form_in_which_a_post_was_shown() -> None:
    quoted = replace(POST, id="https://x.com/i/status/2", text="a lantern", author=Author("2", "wang.example", ""))
    post = replace(POST, choices=(Choice("north", 3), Choice("south")), quotes=(quoted,))
    poll = Poll((Told("north", 3), Told("south", None)), "2026-11-23")
    inner = Inner(1, "quotes", "", "wang.example", "", None, "", "a lantern", False, False, None)
    shown, hidden = (
        Context(poll=poll, inner=(inner,)),
        Context(poll=poll, inner=(replace(inner, text=None, hidden=True),)),
    )
    assert whole_text("look", shown) == "look\n\nnorth\nsouth\n\nRT @wang·example: a lantern"
    assert whole_text("look", hidden) == "look\n\nnorth\nsouth"
    forms = digests_of("look", details_column(post, ()))
    assert forms >= {sha256_hex(whole_text("look", each).encode()) for each in (shown, hidden, None)}
