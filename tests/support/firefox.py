"""A real Firefox, driven by its own protocol (Marionette): for what is to be seen in another browser than Chromium."""

import base64
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

FIREFOX: Final = shutil.which("firefox") or shutil.which("firefox-esr") or ""
ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
KEYS: Final = {"Control": "\ue009", "Shift": "\ue008", "Alt": "\ue00a", "Enter": "\ue007"}
#: no first-run pages, no requests of the browser's own, no wait until a question may be answered
SETTINGS: Final = {
    "app.update.enabled": False, "browser.aboutwelcome.enabled": False, "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0, "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "security.dialog_enable_delay": 0,
    "services.settings.server": "http://127.0.0.1:9/", "toolkit.telemetry.enabled": False,
}  # fmt: skip
#: in the place of the window in which people choose a folder: one that has chosen *arguments[0]*
PICKER: Final = """
    const folder = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
    folder.initWithPath(arguments[0]);
    const picker = () => ({
        QueryInterface: ChromeUtils.generateQI(["nsIFilePicker"]),
        init() {}, appendFilters() {}, appendFilter() {}, appendRawFilter() {}, close() {},
        file: folder, isModeSupported: async () => true,
        open: (told) => Services.tm.dispatchToMainThread(() => told.done(Ci.nsIFilePicker.returnOK)),
    });
    const made = {
        QueryInterface: ChromeUtils.generateQI(["nsIFactory"]),
        createInstance: (kind) => picker().QueryInterface(kind),
    };
    Components.manager.QueryInterface(Ci.nsIComponentRegistrar)
        .registerFactory(Services.uuid.generateUUID(), "", "@mozilla.org/filepicker;1", made);
"""


class Firefox:
    """A window of it."""

    def __init__(self, port: int) -> None:
        self._stream = socket.create_connection(("127.0.0.1", port), 30)
        self._number = 0
        self._read()  # its greeting
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})

    def ask(self, command: str, **given: Any) -> Any:
        """The result of a command; an AssertionError with the browser's words if it fails."""
        self._number += 1
        message = json.dumps([0, self._number, command, given]).encode()
        self._stream.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._read()
        assert error is None, error
        return result.get("value", result) if isinstance(result, dict) else result

    def open(self, address: str) -> None:
        """Load a page."""
        self.ask("WebDriver:Navigate", url=address)

    def run(self, script: str, *given: Any) -> Any:
        """What a script in the page returns."""
        return self.ask("WebDriver:ExecuteScript", script=script, args=list(given))

    def type(self, selector: str, words: str) -> None:
        """Type into a field."""
        found = self.ask("WebDriver:FindElement", using="css selector", value=selector)
        self.ask("WebDriver:ElementSendKeys", id=found[ELEMENT], text=words)

    def click(self, selector: str) -> None:
        """Click on an element."""
        found = self.ask("WebDriver:FindElement", using="css selector", value=selector)
        self.ask("WebDriver:ElementClick", id=found[ELEMENT])

    def press(self, *keys: str) -> None:
        """Press keys together, wherever the focus is."""
        named = [KEYS.get(each, each) for each in keys]
        actions = [{"type": "keyDown", "value": each} for each in named]
        actions += [{"type": "keyUp", "value": each} for each in reversed(named)]
        self.ask("WebDriver:PerformActions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    def choose_folder(self, selector: str, folder: Path) -> None:
        """Choose a folder, as by the window in which people do it; what the browser asks about it is agreed to."""
        self.ask("Marionette:SetContext", value="chrome")
        self.ask("WebDriver:ExecuteScript", script=PICKER, args=[str(folder)])
        self.ask("Marionette:SetContext", value="content")
        self.run("document.querySelector(arguments[0]).focus()", selector)
        self.press(" ")
        end = time.monotonic() + 20
        while True:
            try:
                self.ask("WebDriver:GetAlertText")
                break
            except AssertionError:  # it does not ask yet
                assert time.monotonic() < end, "nothing was asked about the folder"
                time.sleep(0.1)
        self.ask("WebDriver:AcceptAlert")

    def until(self, script: str, seconds: float = 20) -> Any:
        """Wait until a script in the page returns something true, and return it."""
        end = time.monotonic() + seconds
        while not (found := self.run(script)):
            assert time.monotonic() < end, f"{script}: {self.run('return document.body.innerText')[:2000]}"
            time.sleep(0.05)
        return found

    def picture(self) -> bytes:
        """A PNG of the window."""
        return base64.b64decode(self.ask("WebDriver:TakeScreenshot", full=False))

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._take(1)
        data = b""
        while len(data) < int(length[:-1]):
            data += self._take(int(length[:-1]) - len(data))
        return json.loads(data)

    def _take(self, most: int) -> bytes:
        found = self._stream.recv(most)
        assert found, "Firefox closed its connection"
        return found


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A Firefox without a window on the screen, with a new profile in *folder*."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    profile = folder / "profile"
    profile.mkdir()
    settings = {**SETTINGS, "marionette.port": port}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
    (profile / "user.js").write_text("".join(lines))
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    command.append("--remote-allow-system-access")  # to choose a folder
    home = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_HEADLESS_WIDTH": "1440", "MOZ_HEADLESS_HEIGHT": "1000"}
    process = subprocess.Popen(command, env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while True:
            try:
                opened = Firefox(port)
                break
            except OSError:
                assert time.monotonic() < end, "Firefox did not start"
                assert process.poll() is None, "Firefox ended"
                time.sleep(0.1)
        yield opened
    finally:
        process.terminate()
        process.wait(20)
