"""The check page in Chromium, opened from a disk, over a whole site: seconds, and CPU seconds of each kind of process.

    python bench/check_page.py SITE [SITE …]

Each *SITE* is a published folder; several (of the same posts, by the code before and now) are checked in turns, three
rounds. Chromium says itself what its processes took; what was taken before the folder was chosen is left out. With
``--profile`` behind them, the functions that took the most time in the page's own thread are told, too.
"""

import sys
import time
from collections import Counter, defaultdict
from os import getloadavg
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.chromium import started

ROUNDS = 3
MOST = 900_000  #: milliseconds until an outcome is given up


def spent(session: Any) -> dict[str, float]:
    """CPU seconds so far, by kind of process."""
    found = defaultdict[str, float](float)
    for each in session.send("SystemInfo.getProcessInfo")["processInfo"]:
        found[each["type"]] += each["cpuTime"]
    return found


def busiest(profile: dict[str, Any]) -> str:
    """The functions of a profile that took the most time themselves, in per cent."""
    frames = {each["id"]: each["callFrame"] for each in profile["nodes"]}
    names = {node: f"{frame['functionName']}:{frame['lineNumber'] + 1}" for node, frame in frames.items()}
    times = Counter[str]()
    for node, microseconds in zip(profile["samples"], profile["timeDeltas"], strict=True):
        times[names[node]] += microseconds
    return "\n".join(f"      {100 * took / times.total():5.1f} % {name}" for name, took in times.most_common(40))


def check(site: Path, profiled: bool) -> None:
    with started() as browser:
        page = browser.new_page()
        page.goto((site / "check/index.html").as_uri())
        processes, own = browser.new_browser_cdp_session(), page.context.new_cdp_session(page)
        if profiled:
            own.send("Profiler.enable")
            own.send("Profiler.start")
        before, start = spent(processes), time.perf_counter()
        page.set_input_files("#check-folder", str(site))
        chosen = time.perf_counter()
        page.wait_for_selector("#check-report[data-outcome]:not([data-outcome=''])", timeout=MOST)
        seconds, now = time.perf_counter() - chosen, spent(processes)
        taken = {kind: now[kind] - before[kind] for kind in now}
        kinds = ", ".join(f"{kind} {took:.1f}" for kind, took in sorted(taken.items()))
        outcome = page.get_attribute("#check-report", "data-outcome")
        said = f"{outcome} {seconds:6.1f} s {sum(taken.values()):6.1f} CPU s ({kinds})"
        print(f"  {site}: {said}, given in {chosen - start:.1f} s, load {getloadavg()[0]:.0f}", flush=True)
        if profiled:
            print(busiest(own.send("Profiler.stop")["profile"]))


def main() -> None:
    sites = [Path(each).resolve() for each in sys.argv[1:] if each != "--profile"]
    for _ in range(1 if "--profile" in sys.argv else ROUNDS):
        for site in sites:
            check(site, "--profile" in sys.argv)


if __name__ == "__main__":
    main()
