"""The Chromium that looks at pages, without windows where there is such a build: it takes a quarter of the time."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM

expect.set_options(timeout=30_000)  # the machine may be shared: a slow answer is no failure


@contextmanager
def started(**settings: Any) -> Iterator[Browser]:
    """Yield a started browser, with these further *settings* of Playwright's ``launch``."""
    settings.setdefault("args", ["--no-sandbox", "--disable-gpu"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=SHELL, **settings)
        yield browser
        browser.close()
