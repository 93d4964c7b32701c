"""Whatever is published, every page is made, well-formed, and says the signed words; feeds and scripts can be read."""

import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.html_page import Page
from support.kinds import examples
from support.sample_site import content, earlier_text, person, post, removal, site, translation, wall
from tamizdat.publishing.model import SiteContent
from tamizdat.publishing.site import pages
from tamizdat.statements.derived import Person, Post, TextPointer, Voice

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
MARKED = st.lists(st.sampled_from(["RT @a: ", "//@b：", "名", "<b>", "&", "\r", "'\""]), max_size=6).map("".join)
SAID = st.one_of(TEXT, MARKED)
TAG = st.one_of(st.sampled_from(["zh-Hans", "en", "ar", "bo", "", "und", "x-<i>"]), TEXT)
DAY = st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(lambda day: day.isoformat())
TIME = st.one_of(
    st.none(), DAY, DAY.map(lambda day: f"{day}T09:05:00"), DAY.map(lambda day: f"{day}T23:59:59-11:30"),
    DAY.map(lambda day: f"{day}T00:00:00+00:00"),
)  # fmt: skip


@st.composite
def a_post(draw: st.DrawFn, number: int) -> Post:
    tongues = draw(st.lists(TAG, unique=True, max_size=2))
    notes = st.lists(SAID, max_size=1).map(tuple)
    translations = [translation(each, draw(SAID), number, draw(notes), draw(TEXT), draw(TEXT)) for each in tongues]
    gone = st.builds(removal, st.sampled_from(["export", "http"]), TIME, st.none() | st.integers(0, 10**10), DAY)
    return post(
        number, draw(SAID), voice=Voice(draw(st.sampled_from(["a" * 16, "b" * 16])), draw(TEXT), draw(TEXT)),
        published=draw(TIME), language=draw(TAG), summary=draw(TEXT), translations=tuple(translations),
        earlier=tuple(earlier_text(draw(SAID), draw(DAY)) for _ in range(draw(st.integers(0, 1)))),
        gone=draw(st.none() | gone), tags=tuple(draw(st.lists(TEXT, max_size=2))), url=draw(TEXT),
        thread=draw(st.sampled_from([number, 1])), bytes_shown=draw(st.booleans()),
        pointer=draw(st.sampled_from([None, TextPointer(0, "/full_text", True)])),
    )  # fmt: skip


@st.composite
def a_person(draw: st.DrawFn, number: int) -> Person:
    names = draw(st.dictionaries(TAG, TEXT, max_size=1))
    state = draw(st.sampled_from(["reported", "checked", "confirmed"]))
    told = person(number, draw(SAID), draw(TAG), names, draw(TEXT), draw(TEXT), draw(TEXT), state, draw(SAID), ())
    return replace(told, day=draw(DAY))


@st.composite
def a_site(draw: st.DrawFn) -> SiteContent:
    posts = tuple(draw(a_post(number)) for number in range(1, draw(st.integers(1, 4))))
    people = tuple(draw(a_person(number)) for number in range(2000, draw(st.integers(2000, 2003))))
    return content(posts=posts, people=people, wall=wall(draw(TEXT), draw(TAG)))


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(a_site())
def test_every_page_is_made_and_says_the_signed_words(whole: SiteContent) -> None:
    built = dict(pages.render(site(), whole))
    for path, data in built.items():
        if path.endswith(".html"):
            Page(data.decode())
        elif path.endswith(".xml"):
            ElementTree.fromstring(data)
        elif path.startswith("search/"):
            text = data.decode()
            json.loads(text[text.index("(") + 1 : text.rindex(")")])
    for one in whole.posts:
        signed = {"text": one.text, **{f"translation {each.language}": each.target for each in one.translations}}
        assert Page(built[f"zh/items/{one.number}/index.html"].decode()).said == signed
