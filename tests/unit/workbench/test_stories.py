"""Stories at the workbench: typed as text without scripts, saved as a draft, stated, translated as posts are."""

import json
import re
from collections.abc import Sequence

import pytest

from support.visitor import Room
from tamizdat.archive.views.stories import name_of

TEXT = """# A list
language: zh
credit: Robin

## 第一天

他们要名字。没有人回答。

{FIRST}
"""


@pytest.fixture
def text(room: Room) -> str:
    return TEXT.replace("FIRST", str(room.number(1)))


def stated(room: Room, text: str, release: str = "public", where: str = "/stories/new") -> int:
    """A version of a story, stated as a form without scripts sends it; the story's number."""
    editor = room.visitor("editor")
    known = where.rsplit("/", 1)[1]
    latest = room.archive.index.stories.story(int(known)) if known != "new" else None
    editor.get(where)
    sent = {"text": text, "revision": "0", "latest": str(latest.latest) if latest else "", "release": release}
    answer = editor.post(f"{where}/state", **sent)
    assert answer.status == 303, answer.text
    return int(answer.to.partition("?")[0].rsplit("/", 1)[1])


def test_a_story_is_typed_previewed_and_released(room: Room, text: str) -> None:
    editor = room.visitor("editor")
    assert "There is no story yet" in editor.get("/stories").text
    assert "# \nlanguage: en" in editor.get("/stories/new").text
    assert editor.post("/stories/new/draft", text=text, revision="0").to == "/stories/new?done=saved"
    assert "Go on with the new story" in editor.get("/stories").text
    page = editor.get("/stories/new/read").text
    assert "他们要名字。没有人回答。" in page
    assert "1 thing is not released" in page
    number = stated(room, text)
    assert "Begin a story" in editor.get("/stories").text, "what is stated is no draft any more"
    page = editor.get(f"/stories/{number}").text
    assert "the page of the story leaves it out" in page
    assert f'href="/items/{room.number(1)}"' in page
    assert room.archive.index.stories.shown(number)
    assert editor.get(f"/items/{number}").to == f"/stories/{number}"


def test_what_another_tab_saved_is_not_written_over(room: Room, text: str) -> None:
    editor = room.visitor("editor")
    editor.get("/stories/new")
    headers = {"accept": "application/json"}
    one = editor.ask(
        "POST", "/stories/new/draft", {"text": text, "revision": "0"}, {**headers, "form-token": editor.token}
    )
    revision = json.loads(one.text)["revision"]
    late = {"text": text + "\nfrom the other tab\n", "revision": "0"}
    two = editor.ask("POST", "/stories/new/draft", late, {**headers, "form-token": editor.token})
    assert (two.status, json.loads(two.text)) == (409, {"revision": revision, "text": text})
    late["revision"] = str(revision)
    assert editor.ask("POST", "/stories/new/draft", late, {**headers, "form-token": editor.token}).status == 200


def test_what_another_tab_saves_while_a_version_is_stated_stays_a_draft(
    room: Room, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, later = room.visitor("editor"), text + "\nfrom the other tab\n"
    editor.get("/stories/new")
    assert editor.post("/stories/new/draft", text=text, revision="0").status == 303
    [revision] = re.findall('name="revision" value="([0-9]+)"', editor.get("/stories/new").text)
    append, other = room.archive.append, room.visitor("editor")

    def saved_meanwhile(envelopes: Sequence[bytes]) -> list[int]:
        other.post("/stories/new/draft", text=later, revision=revision)
        return append(envelopes)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(room.archive, "append", saved_meanwhile)
        sent = {"text": text, "revision": revision, "latest": "", "release": "public"}
        assert editor.post("/stories/new/state", **sent).status == 303
    assert "from the other tab" in editor.get("/stories/new").text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "begins with its title"),
        ("# A list\n", "language: en"),
        (
            "# A list\nlanguage: en\n\nprose before any chapter\n",
            "Line 4: expected the first chapter, like '## The first day', found 'prose before any chapter'",
        ),
        ("# A list\nlanguage: en\n\n## One\n\n{99999}\n", "chapter 1, element 1: expected the number of a post"),
        ("# A list\nlanguage: en\n\n## One\n\n{41 0:09 - 0:01}\n", "Line 6: expected a part like"),
        ("# A list\nlanguage: en\n\n## One\n\n{map}\nnowhere\n", "Line 7: expected a place like"),
        ("# A list\nlanguage: en\n\n## One\n\n{map}\nPole: 91, 0\n", "degrees from -90 to 90"),
        ("# A list\nlanguage: en\n\n## \n", "Line 4: expected a chapter's title, found none"),
        ("# \nlanguage: en\n\n## One\n\nx\n", "Line 1: expected a title of the story, found none"),
        ("# A\u202elist\nlanguage: en\n\n## One\n\nx\n", "U+202E"),
    ],
)
def test_what_is_no_story_is_refused_with_its_line_and_the_words_stay(room: Room, typed: str, says: str) -> None:
    editor, size = room.visitor("editor"), room.archive.size
    editor.get("/stories/new")
    answer = editor.post("/stories/new/state", text=typed, revision="0", latest="", release="public")
    assert (answer.status, room.archive.size) == (400, size)
    assert says.replace("'", "&#39;") in answer.text, answer.text
    assert "prose before any chapter" in answer.text or "prose" not in typed


def test_who_states_a_version_of_an_older_page_is_told(room: Room, text: str) -> None:
    number = stated(room, text)
    editor = room.visitor("editor")
    editor.get(f"/stories/{number}")
    stated(room, text.replace("名字", "名单"), where=f"/stories/{number}")
    sent = {"text": text, "revision": "0", "latest": str(number), "release": "public"}
    answer = editor.post(f"/stories/{number}/state", **sent)
    assert (answer.status, "Somebody else stated a version" in answer.text) == (400, True)


def test_a_story_waits_in_the_queue_of_posts_and_is_translated_there_sentence_by_sentence(
    room: Room, text: str
) -> None:
    number = stated(room, text, "draft")
    translator, where = room.visitor("translator"), f"/translate/{number}/en"
    assert f'href="{where}"' not in translator.get("/translate?language=en").text, "a draft is nobody's yet"
    stated(room, text, "proposed", f"/stories/{number}")
    assert f'href="{where}"' in translator.get("/translate?language=en").text
    page = translator.get(where).text
    assert "没有人回答。" in page
    assert "/guides/voice/" not in page
    version = room.archive.index.texts.versions(name_of(number))[-1]
    words = ["The list", "The first day", "They asked for names.", "Nobody answered."]
    form = {f"target-{at}": each for at, each in enumerate(words)} | {f"seen-{at}": "0" for at in range(4)}
    assert translator.post(f"{where}/propose", version=str(version.number), latest="", **form).status == 303
    [work] = room.archive.index.translations.of(name_of(number))
    assert work.target == "The list\n\nThe first day\n\nThey asked for names. Nobody answered."
    reviewer = room.visitor("reviewer")
    assert "They asked for names." in reviewer.get(f"{where}/review").text
    stated(room, text, "public", f"/stories/{number}")
    for who, way, verdict in (("reviewer", "review", "reviewed"), ("editor", "approve", "approved")):
        [latest] = room.archive.index.translations.of(name_of(number))[-1:]
        answer = room.visitor(who).post(f"{where}/{way}", verdict=verdict, translated=latest.number)
        assert answer.status == 303, answer.text
    assert "post not released" not in room.visitor("editor").get("/").text, "the story is released, and no post"


def test_translators_see_no_story_and_editors_withdraw_one_with_a_reason(room: Room, text: str) -> None:
    number = stated(room, text)
    assert room.visitor("translator").get(f"/stories/{number}").status == 403
    editor, latest = room.visitor("editor"), room.archive.index.stories.story(number)
    assert latest
    editor.get(f"/stories/{number}")
    sent = {"latest": str(latest.latest), "release": "withdrawn", "reason": "A wrong day."}
    assert editor.post(f"/stories/{number}/state", **sent).to.endswith("done=taken-off")
    assert room.archive.index.stories.shown(number) is None
    assert "A wrong day." in editor.get(f"/stories/{number}").text


def test_the_search_offers_what_has_a_number_or_the_words(room: Room) -> None:
    editor, number = room.visitor("editor"), room.number(1)
    words = room.archive.index.posts.versions(room.post(1))[-1].text
    by_number = json.loads(editor.get(f"/stories/find?q={number}").text)["found"]
    assert [(each["number"], each["what"], each["timed"]) for each in by_number] == [(number, "Post", False)]
    found = json.loads(editor.get(f"/stories/find?q={words[:4]}").text)["found"]
    assert number in {each["number"] for each in found}
    assert json.loads(editor.get("/stories/find?q=").text)["found"] == []
