"""A room whose workbench is served on loopback, for a browser."""

import asyncio
import socket
import threading
import weakref
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Page

from support.visitor import WORDS, Room
from tamizdat.web.rate_limit import RateLimit
from tamizdat.workbench.app import application


class Served:
    """A room whose workbench is served on loopback, and can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.room = Room(folder, now=datetime.now(UTC))
        # the tests of a module sign one account in more often than a guesser may try
        self.room.bench.by_name = RateLimit(1_000, 1)
        held = socket.socket()  # never listens; while nothing is served nobody else is given its port
        weakref.finalize(self, held.close)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        self.port = held.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        app = application(self.room.bench, [f"127.0.0.1:{self.port}"])
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve(sockets=[listening])))
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def work(self, post: int = 1) -> str:
        return f"{self.address}/translate/{self.room.number(post)}/en"


def sign_in(page: Page, served: Served, name: str) -> None:
    page.goto(f"{served.address}/sign-in")
    page.fill("#name", name)
    page.fill("#passphrase", WORDS)
    page.click("button.first")
    page.wait_for_url(f"{served.address}/")
