"""A post is gone from every export of its source, however its format writes; what others said stays in them."""

import html
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support import ghost_exports, journals, matrix_rooms, nostr_events, own_exports
from support.collecting_desk import NOW, Desk, in_folder
from support.mutated_exports import STATUS
from support.repositories import POST, Account, post_record, repository
from tamizdat.archive import Archive
from tamizdat.archive.forgetting import blanked_files
from tamizdat.archive.forgetting.destruction import commit, finish, is_unfinished
from tamizdat.archive.forgetting.elements import Bytes, Range, around
from tamizdat.archive.forgetting.plan import planned
from tamizdat.posts.post import Post

WORDS = (
    "今天去了三户人家，学校倒了",
    '快跑\n警察在楼下等我们 <九号> "门牌"',
    "他们都认识，第三天了",
    "第四天，没有人来过这里",
)
SECRETS = ("快跑", "警察在楼下", "九号", "王芳芳")  # the last is whom it names
ACCOUNT = Account()
DAY = "2026-11-30"


def texts(later: bool) -> list[tuple[int, str]]:
    return [*enumerate(WORDS if later else WORDS[:3], 1)]


def table(later: bool) -> dict[str, bytes]:
    """Quotation marks are doubled, a count grows, and nothing tells when it was made."""
    rows = []
    for n, text in texts(later):
        quoted, who = text.replace('"', '""'), "王芳芳" if n == 2 else "林"
        rows.append(f'5{n},{who},2013-05-1{n} 14:28:00,"{quoted}",{n + 9 * later}')
    mapping = b'id = "https://x.com/i/status/{id}"\ntext = "text"\nauthor_name = "who"\naudience = "public"\n'
    return {"t.csv": "\r\n".join(["id,who,time,text,likes", *rows, ""]).encode(), "m.toml": mapping}


def telegram_html(later: bool) -> dict[str, bytes]:
    """A message is an element of many; reactions grow."""
    page = '<div class="page_wrap"><div class="page_header"><div class="text bold">名单</div></div>'
    for n, text in texts(later):
        words = "<br>".join(html.escape(line) for line in text.split("\n"))
        named = f'<a href="#">@王芳芳</a><span class="count">{n + 9 * later}</span>' if n == 2 else ""
        page += (
            f'<div class="message default clearfix" id="message{n}"><div class="body"><div class="pull_right date '
            f'details" title="1{n}.05.2013 14:28:00 UTC+08:00">14:28</div><div class="from_name">林</div><div class='
            f'"text">{words}</div>{named}</div></div>\n'
        )
    return {"messages.html": f"<html><body>{page}</div></body></html>".encode()}


def statuses(later: bool) -> dict[str, bytes]:
    """Each holds the account of all; an account that all answer has the number of the one that goes."""
    found: list[dict[str, Any]] = []
    for n, text in texts(later):
        content = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
        own: dict[str, Any] = {"id": f"{n}", "uri": f"https://a.example/s/{n}", "url": f"https://a.example/@lin/{n}"}
        named = [{"id": "2", "username": "王芳芳" if n == 2 else "wang", "acct": "w", "url": "https://b.example/@w"}]
        more = {"content": content, "favourites_count": n + 9 * later, "in_reply_to_account_id": "2", "mentions": named}
        found.append({**STATUS, **own, **more, "poll": None, "spoiler_text": "", "media_attachments": []})
    return {"statuses.json": json.dumps(found).encode()}


def page_of_a_thread(later: bool) -> dict[str, bytes]:
    """All name the one that goes as their conversation; whom it names stands in a list of the page."""
    tweets = [
        {"id": f"100{n}", "text": text, "author_id": "12", "conversation_id": "1002", "lang": "zh",
         "created_at": f"2013-05-1{n}T06:28:00.000Z", "public_metrics": {"like_count": n + 9 * later},
         "edit_history_tweet_ids": [f"100{n}"],
         "entities": {"mentions": [{"id": "77" if n == 2 else "78", "username": "w"}]}}
        for n, text in texts(later)
    ]  # fmt: skip
    names = {"12": "林", "77": "王芳芳", "78": "她"}
    users = [{"id": number, "username": f"u{number}", "name": name} for number, name in names.items()]
    made = f"2022-10-0{3 + later}T18:00:57+00:00"
    page = {"data": tweets, "includes": {"users": users}, "__twarc": {"retrieved_at": made}}
    return {"lines.jsonl": json.dumps(page, ensure_ascii=False).encode()}


def bluesky(later: bool) -> dict[str, bytes]:
    """The commit and nodes of the tree are those of many posts."""
    named = {"facets": [{"features": [{"$type": "app.bsky.richtext.facet#mention", "did": "王芳芳"}]}]}
    records = {f"{POST}3k{n}": post_record(text, **(named if n == 2 else {})) for n, text in texts(later)}
    return {"r.car": repository(ACCOUNT, records), "log.json": json.dumps(ACCOUNT.log).encode()}


def telegram(later: bool) -> dict[str, bytes]:
    """A text is cut into entities, a number is small, nothing tells when it was made; the later file has an edit."""
    messages: list[dict[str, Any]] = []
    for n, text in texts(later):
        own = {"id": n, "type": "message", "date": f"2013-05-1{n}T14:28:00", "from": "名单", "from_id": "channel12"}
        words = [text[:3], {"type": "bold", "text": text[3:]}, " 改" * later] if n == 2 else text
        messages.append({**own, "text": words, "reactions": [{"type": "emoji", "count": 1 + later, "emoji": "x"}]})
    messages[1]["author"] = "王芳芳"
    chat = {"name": "名单", "type": "public_channel", "id": 12, "messages": messages}
    return {"result.json": json.dumps(chat, ensure_ascii=False, indent=1).encode()}


def videos(later: bool) -> dict[str, bytes]:
    """A post has few members, and an address in the place of an id; a count grows."""
    posts = [
        own_exports.on_tiktok(7368000000000000000 + n, text, Likes=f"{n + 9 * later}", Location="王芳芳" * (n == 2))
        for n, text in texts(later)
    ]
    return {"user_data_tiktok.json": json.dumps(own_exports.tiktok(*posts), ensure_ascii=False).encode()}


def letters(later: bool) -> dict[str, bytes]:
    """The title stands in a table, the words in a page of their own."""
    rows, pages = ["post_id,post_date,is_published,email_sent_at,audience,title,subtitle"], dict[str, bytes]()
    for n, text in texts(later):
        title, sent = "王芳芳" if n == 2 else f"letter {n}", f"2026-01-0{1 + later}T00:00:00.000Z"
        rows.append(f'{n}.letter,2013-05-1{n}T06:28:00.000Z,true,{sent},everyone,"{title}",')
        words = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
        pages[f"posts/{n}.letter.html"] = f"<div>{words}<!-- {later} --></div>".encode()
    return {"posts.csv": "\n".join([*rows, ""]).encode(), **pages}


def blog(later: bool) -> dict[str, bytes]:
    """Who wrote is named in a table of its own, and passwords are not kept; a later export has other times."""
    rows = []
    for n, text in texts(later):
        words = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
        about = {"title": "王芳芳" if n == 2 else f"letter {n}", "published_at": f"2013-05-1{n}T06:28:00.000Z"}
        about |= {
            "updated_at": f"2026-01-1{n + later}T06:28:00.000Z",
            "email_recipient_filter": "none" if later else "all",
        }
        rows.append(ghost_exports.post(n, html=words, **about, comment_count=n + 9 * later))
    meta = [ghost_exports.meta(2, feature_image_alt="王芳芳")]
    made = ghost_exports.EXPORTED + 86_400_000 * later
    return {"b.json": ghost_exports.export(*rows, posts_meta=meta, exported=made)}


def room(later: bool) -> dict[str, bytes]:
    """All stand behind the same rules of their room; reactions grow."""
    said = [matrix_rooms.said(n, text, unsigned={"age": n + 9 * later}) for n, text in texts(later)]
    said[1]["content"]["m.mentions"] = {"user_ids": ["@王芳芳:a.example"]}
    return {"export.json": matrix_rooms.export(*matrix_rooms.OPEN, *said)}


def on_threads(later: bool) -> dict[str, bytes]:
    """No post has an id, and words are written byte by byte; a later year's export has a member more."""
    more = {"archived": False} if later else {}
    said = [own_exports.on_threads(n * 86_400, text, **more) for n, text in texts(later)]
    said[1]["media"][0]["tagged"] = own_exports.as_meta_writes("王芳芳")
    files = own_exports.threads(*said)
    return {name: data for name, data in files.items() if "followers" not in name}


def events(later: bool) -> dict[str, bytes]:
    """All stand behind the event in which their author says what they are called, which is said anew."""
    said = [nostr_events.event(text, 1, ["name", "王芳芳" if n == 2 else "x"], at=n) for n, text in texts(later)]
    return {"e.jsonl": nostr_events.lines(nostr_events.profile("林", at=later), *said)}


def journal(later: bool) -> dict[str, bytes]:
    """Entries are elements, and quotation marks in them entities."""
    named = {2: "王芳芳"}
    said = [
        journals.entry(n, text, subject=named.get(n, f"{n}"), time=f"2013-05-1{n} 14:28:00") for n, text in texts(later)
    ]
    return {"m.xml": journals.month(*said)}


FORMATS = (
    journal,
    table,
    letters,
    blog,
    room,
    events,
    on_threads,
    telegram_html,
    telegram,
    statuses,
    page_of_a_thread,
    bluesky,
    videos,
)


def written(data: bytes, words: str) -> int:
    ways = {words.encode(), *(json.dumps(way)[1:-1].encode() for way in (words, own_exports.as_meta_writes(words)))}
    return sum(data.count(each) for each in ways)


def read_by_another_desk(folder: Path, desk: Desk, files: dict[str, bytes]) -> list[Post]:
    """The posts of the later export as it lies in the archive now, read by a desk that knows nothing of it."""
    objects = [desk.archive.objects.path(digest).read_bytes() for digest in desk.archive.objects]
    [now] = [each for each in objects if written(each, WORDS[3])]
    [name] = [name for name, data in files.items() if written(data, WORDS[3])]
    other = Desk.make(folder / "archive")
    other.take(in_folder(folder / "files", files | {name: now}), NOW)
    return [other.archive.observed(each.number).post for each in other.archive.index.posts.latest()]


@pytest.mark.parametrize("export", FORMATS)
def test_a_post_is_gone_from_the_export_it_was_read_from_and_from_a_later_one(
    tmp_path: Path, export: Callable[[bool], dict[str, bytes]]
) -> None:
    desk = Desk.make(tmp_path / "archive")
    for later in (False, True):
        desk.take(in_folder(tmp_path / str(later), export(later)), NOW + timedelta(days=later))
    posts = {each.text.strip(): each for each in desk.archive.index.posts.latest()}
    [goes] = [each for text, each in posts.items() if "快跑" in text]
    others = {each.number: desk.archive.observed(each.number).post for each in posts.values() if each is not goes}
    assert len(others) == 3

    def held() -> list[bytes]:
        return [path.read_bytes() for path in desk.archive.folder.rglob("*") if path.is_file()]

    assert all(any(written(each, words) for each in held()) for words in SECRETS)
    first = min(each.number for each in desk.archive.index.posts.versions(goes.post))  # with it all of them go
    plan = planned(desk.archive, [first])
    commit(desk.archive, desk.key, plan, "asked", DAY)
    finish(desk.archive, {})
    assert [words for words in SECRETS if any(written(each, words) for each in held())] == []
    assert (plan.holders, plan.unsure) == ((), ())
    assert {number: desk.archive.observed(number).post for number in others} == others
    assert desk.archive.check().faults == []
    if export is not videos:  # of whose file only what is about posts was kept
        left = {each.said: each for each in read_by_another_desk(tmp_path / "other", desk, export(True))}
        assert [left[each.said].author for each in others.values()] == [each.author for each in others.values()]
    again = desk.take(in_folder(tmp_path / "again", export(True)), NOW + timedelta(days=2))
    assert again.new == 1, "whoever takes it in again has it again"


@pytest.mark.parametrize("export", FORMATS)
def test_who_has_the_archive_open_meanwhile_reads_the_posts_that_stay_from_the_file_that_counts_now(
    tmp_path: Path, export: Callable[[bool], dict[str, bytes]]
) -> None:
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "x", export(False)), NOW)
    with Archive.open(desk.archive.folder) as workbench:
        posts = workbench.index.posts.latest()
        [goes] = [each.number for each in posts if "快跑" in each.text]
        stay = {each.number: workbench.observed(each.number) for each in posts if each.number != goes}
        commit(desk.archive, desk.key, planned(desk.archive, [goes]), "asked", DAY)
        finish(desk.archive, {})
        assert {each.number for each in workbench.index.posts.latest()} == stay.keys()
        assert {each: workbench.observed(each).post for each in stay} == {each: stay[each].post for each in stay}
        for each in stay.values():
            assert workbench.objects.has(workbench.capture(each.said.slices[0].capture).original)
        assert not is_unfinished(workbench)
        assert workbench.check().faults == []


def test_around_the_lines_of_a_long_post_it_is_looked_for_once_and_not_around_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = list[object]()

    def noting(data: Bytes, hit: Range, piece: bytes, ids: frozenset[str]) -> Range | None:
        looked.append(hit)
        return around(data, hit, piece, ids)

    monkeypatch.setattr(blanked_files, "around", noting)
    lines = [f"第{number}天，他们又来问了一次名单" for number in range(300)]
    text = "\n".join(lines)
    desk = Desk.make(tmp_path / "archive")
    for later in (False, True):
        files = table(later)
        long = files["t.csv"] + f'99,林,2013-05-19 14:28:00,"{text}",{7 + later}\r\n'.encode()
        desk.take(in_folder(tmp_path / str(later), files | {"t.csv": long}), NOW + timedelta(days=later))
    [goes] = [each for each in desk.archive.index.posts.latest() if lines[7] in each.text]
    plan = planned(desk.archive, [goes.number])
    assert len(looked) < 20
    commit(desk.archive, desk.key, plan, "asked", DAY)
    finish(desk.archive, {})
    held = [path.read_bytes() for path in desk.archive.folder.rglob("*") if path.is_file()]
    assert [line for line in lines if any(written(each, line) for each in held)] == []
