"""Running the workbench on this computer."""

import contextlib
import ctypes
import threading
from collections.abc import Callable
from typing import Final

from tamizdat.errors import TamizdatError
from tamizdat.publishing.daily_stamps import stamp_daily
from tamizdat.translation.memory import Memory
from tamizdat.translation.standings import standings
from tamizdat.web import server
from tamizdat.workbench.app import application
from tamizdat.workbench.content.release_filter import all_posts
from tamizdat.workbench.content.task_queue import languages_of
from tamizdat.workbench.jobs.publish import keep_asking
from tamizdat.workbench.jobs.receive import begin_watch, is_wanted
from tamizdat.workbench.workbench import Workbench

_ARENA_MAX: Final = -8  #: M_ARENA_MAX of glibc's malloc.h


def serve(bench: Workbench, host: str, port: int, ready: Callable[[int], None] = lambda port: None) -> None:
    """Serve until Ctrl-C. *ready* is told the port once requests are taken; with port 0 the system chooses one.

    Raises :class:`UsageError` if the port is taken.
    """
    listening = server.listen(host, port)
    port = listening.getsockname()[1]
    app = application(bench, server.loopback_names(port))
    _share_memory()
    threading.Thread(target=_make_ready, args=(bench,), daemon=True).start()
    ended = threading.Event()
    threading.Thread(
        target=stamp_daily, args=(bench.home, bench.archive.folder, ended, bench.clock), daemon=True
    ).start()
    threading.Thread(
        target=keep_asking,
        args=(bench.current_home, bench.archive, bench.jobs, bench.asked, ended),
        daemon=True,
    ).start()
    try:  # Ctrl-C may come at any moment from here on
        ready(port)
        if is_wanted(bench.sealed):
            begin_watch(bench.jobs, bench.current_home, bench.archive, bench.now())
        server.serve(app, listening)
    finally:
        listening.close()
        ended.set()
        bench.jobs.stop()
        bench.jobs.wait()


def _share_memory() -> None:
    """Let all threads allocate from two arenas where glibc gives each its own: 30 MB less with thirty people."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def _make_ready(bench: Workbench) -> None:
    """Read what queues, *Today*, suggestions and *What is released* ask of all there is, before somebody asks.

    What fails, fails there.
    """
    with contextlib.suppress(TamizdatError):
        languages = {language for each in bench.accounts.all() for language in languages_of(bench.archive, each)}
        for language in languages:
            standings(bench.archive, language)
        len(Memory(bench.archive))
        if any(each.may("catalogue") for each in bench.accounts.all() if not each.disabled):
            all_posts(bench.archive)
