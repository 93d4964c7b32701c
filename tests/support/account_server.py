"""A server with Mastodon's API, on loopback: an account whose posts are made, edited and removed as a test goes on.

``replies`` answers in place of what is sound, by the beginning of a path; each is used so often as it says.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from support.web_server import Reply, WebServer


@dataclass
class AccountServer:
    """The server; a context manager. *page*: how many posts it gives out at most."""

    page: int = 4
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    edits: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    replies: list[tuple[str, int, Reply]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    links: bool = True
    number: str = "1"
    created: str = "2020-01-01T00:00:00.000Z"
    asked: list[str] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> "AccountServer":
        self._web = WebServer(self._answered).__enter__()
        self.site = self._web.site
        self.url = f"{self.site}/@lin"
        return self

    def __exit__(self, *_: object) -> None:
        self._web.close()

    def show(self, now: datetime) -> None:
        """Set its clock."""
        self._web.now = now

    def _answered(self, request: BaseHTTPRequestHandler) -> Reply:
        self.asked.append(request.path)
        self.sent.append({name.lower(): value for name, value in request.headers.items()})
        return self.answer(request.path)

    def write(self, number: int, text: str, **more: Any) -> None:
        """Make a post."""
        address = f"{self.site}/users/lin/statuses/{number}"
        self.posts[number] = {
            "id": str(number), "uri": address, "url": f"{self.site}/@lin/{number}", "content": f"<p>{text}</p>",
            "created_at": "2024-05-12T06:28:00.000Z", "edited_at": None, "visibility": "public", "spoiler_text": "",
            "reblog": None, "media_attachments": [], "account": self.account, **more,
        }  # fmt: skip

    def edit(self, number: int, text: str, when: str) -> None:
        """Edit a post."""
        post = self.posts[number]
        first = {**post, "created_at": post["created_at"]}
        made = {**post, "content": f"<p>{text}</p>", "created_at": when}
        history = self.edits.setdefault(number, [first])
        history.append(made)
        self.posts[number] = {**post, "content": made["content"], "edited_at": when}

    @property
    def account(self) -> dict[str, Any]:
        """The account, as the API gives it out."""
        return {"id": self.number, "created_at": self.created, "username": "lin", "acct": "lin",
                "display_name": "林", "url": self.url, "uri": f"{self.site}/users/lin",
                "statuses_count": len(self.posts)}  # fmt: skip

    def answer(self, path: str) -> Reply:
        """What is answered to a request."""
        for at, (beginning, count, reply) in enumerate(self.replies):
            if path.startswith(beginning) and count:
                self.replies[at] = (beginning, count - 1, reply)
                return reply
        parts = urlsplit(path)
        query, names = parse_qs(parts.query), parts.path.strip("/").split("/")
        if parts.path == "/api/v1/accounts/lookup":
            return self._json(self.account) if query["acct"] == ["lin"] else self._json({"error": "not found"}, 404)
        if parts.path == f"/api/v1/accounts/{self.number}/statuses":
            below = int(query["max_id"][0]) if "max_id" in query else 1 << 60
            numbers = sorted((each for each in self.posts if each < below), reverse=True)[: self.page]
            link = f'<{self.site}{parts.path}?max_id={numbers[-1]}>; rel="next"' if numbers and self.links else ""
            return self._json([self.posts[each] for each in numbers], headers={"Link": link} if link else {})
        if names[:3] == ["api", "v1", "statuses"] and names[3].isdigit() and int(names[3]) in self.posts:
            number = int(names[3])
            return self._json(self.edits.get(number, []) if names[4:] == ["history"] else self.posts[number])
        return self._json({"error": "Record not found"}, 404)

    def _json(self, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
        head = {"Content-Type": "application/json", **self.headers, **(headers or {})}
        return status, head, json.dumps(value, ensure_ascii=False).encode()
