"""Exports of Ghost as whoever runs a blog gets them, made small: tables of its database, in the order of MySQL."""

import json
from typing import Any

EXPORTED = 1753891082041  #: 30 July 2025
LIN, WANG = "5951f5fca366002ebd5dbef7", "5951f5fca366002ebd5dbef8"
SITE = "__GHOST_URL__"


def number(at: int) -> str:
    """The id of a post."""
    return f"605ac141a2d5a6aa9e10{at:04x}"


def post(at: int, title: str = "", html: str | None = None, **more: Any) -> dict[str, Any]:
    """A row of ``posts``, published for everybody."""
    made = {"id": number(at), "uuid": f"3c96e5c4-0d42-4d9b-9f6b-{at:012x}", "title": title, "slug": f"post-{at}"}
    body = {"mobiledoc": None, "lexical": None, "html": html, "comment_id": number(at), "plaintext": None}
    shown = {"feature_image": None, "type": "post", "status": "published", "locale": None, "visibility": "public"}
    times = {"created_at": "2024-05-12T06:00:00.000Z", "updated_at": "2024-05-12T06:28:00.000Z",
             "published_at": "2024-05-12T06:28:00.000Z"}  # fmt: skip
    return {**made, **body, **shown, "email_recipient_filter": "all", **times, "custom_excerpt": None, **more}


def wrote(at: int, *authors: str) -> list[dict[str, Any]]:
    """Rows of ``posts_authors``."""
    return [{"id": f"a{at}{place}", "post_id": number(at), "author_id": who, "sort_order": place}
            for place, who in enumerate(authors)]  # fmt: skip


def meta(at: int, **more: Any) -> dict[str, Any]:
    """A row of ``posts_meta``."""
    return {
        "id": f"m{at}",
        "post_id": number(at),
        "meta_title": None,
        "feature_image_alt": None,
        "email_only": 0,
        **more,
    }


def tables(*posts: dict[str, Any], **more: list[dict[str, Any]]) -> dict[str, Any]:
    """The tables, with what is never kept around those of the posts."""
    secret = {"email": "SECRET@a.example", "password": "$2a$10$SECRET"}
    every: dict[str, Any] = {
        "actions": [{"id": "x", "context": '{"posts": [{"id": "SECRET"}], "title": "SECRET"}'}],
        "members": [{"id": "m", "uuid": "SECRET", "email": "SECRET@b.example", "name": "SECRET"}],
        "posts": list(posts),
        "posts_authors": [],
        "posts_meta": [],
        "posts_tags": [],
        "settings": [{"id": "s", "key": "members_private_key", "value": "SECRET"}],
        "tags": [],
        "users": [
            {"id": LIN, "name": "林", "slug": "lin", **secret},
            {"id": WANG, "name": "王", "slug": "wang", **secret},
            {"id": "nobody", "name": "SECRET who wrote nothing", "slug": "x", **secret},
        ],
    }
    return every | more


def export(*posts: dict[str, Any], exported: int = EXPORTED, indent: int | None = None, **more: Any) -> bytes:
    """The file."""
    meta = {"exported_on": exported, "version": "6.0.0"}
    value = {"db": [{"meta": meta, "data": tables(*posts, **more)}]}
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()
