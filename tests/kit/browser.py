"""A real Chromium, driven over a pipe by its debugging protocol: no driver, no port, no network."""

import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.kit.wait import PATIENCE, eventually

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    *("--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--disable-extensions", "--disable-breakpad", "--no-zygote"),
)
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, "")}


def chromium() -> str | None:
    """The path of a Chromium on this machine; None if there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@dataclass
class Browser:
    """A page in a browser. `events` are what it has told beside its answers, among them what went wrong in it."""

    to: IO[bytes]
    by: int
    heard: bytes = b""
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser, and wait for its answer."""
        number = next(self.numbers)
        said: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self.session:
            said["sessionId"] = self.session
        self.to.write(json.dumps(said).encode() + b"\0")
        self.to.flush()
        while (heard := self._hear()).get("id") != number:
            self.events.append(heard)
        assert "error" not in heard, f"{method}: {heard['error']}"
        result: dict[str, Any] = heard["result"]
        return result

    def _hear(self) -> dict[str, Any]:
        """Give the next message; a browser that says nothing for long fails the test."""
        while b"\0" not in self.heard:
            assert select.select([self.by], [], [], 3 * PATIENCE)[0], "the browser says nothing"
            more = os.read(self.by, 2**16)
            assert more, "the browser has ended"
            self.heard += more
        message, _, self.heard = self.heard.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told

    def attach(self) -> None:
        """Open an empty page, and listen to what it says."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def open(self, address: str) -> None:
        """Go to an address, and wait until the page is ready."""
        for place in ("about:blank", address):  # not from one place in a page to another
            self.call("Page.navigate", url=place)
        self.until("document.documentElement?.dataset.ready")

    def run(self, script: str) -> Any:
        """Give the value of an expression of JavaScript; a promise is waited for."""
        facts = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in facts, facts["exceptionDetails"]
        return facts["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression is true."""
        eventually(lambda: self.run(script), script)

    def press(self, *names: str) -> None:
        """Press keys, one after the other."""
        for name in names:
            code, text = KEYS[name] if name in KEYS else (ord(name.upper()), name)
            self.call("Input.dispatchKeyEvent", type="keyDown", key=name, text=text, windowsVirtualKeyCode=code)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=code)

    def look(self, width: int, height: int, dark: bool = False, medium: str = "screen") -> None:
        """Have the page in a window of this size, in light or dark colours, on screen or on paper."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media=medium, features=scheme)

    def complaints(self) -> list[str]:
        """What went wrong: exceptions, and what the page's policy has refused."""
        self.run("1")
        kinds = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
        return [json.dumps(event["params"])[:500] for event in self.events if event.get("method") in kinds]

    def requests(self) -> list[str]:
        """The addresses that the page has asked for, itself included."""
        found = (e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent")
        return [address for address in found if not address.startswith(("about:", "data:"))]


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Start a browser whose profile is in a folder; it has ended when this is left."""
    program = chromium()
    assert program is not None, "there is no Chromium"
    (in_read, in_write), (out_read, out_write) = os.pipe(), os.pipe()

    def give_pipes() -> None:
        os.dup2(in_read, 103)
        os.dup2(out_write, 104)
        os.dup2(103, 3)
        os.dup2(104, 4)
        os.closerange(5, 4096)  # or what waits for our own output to end would wait for the browser's children

    words = [program, *OPTIONS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
    env = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    with (folder / "chromium.log").open("wb") as log:
        started = subprocess.Popen(
            words, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=False, preexec_fn=give_pipes
        )
    os.close(in_read)
    os.close(out_write)
    with os.fdopen(in_write, "wb") as to:
        page = Browser(to, out_read)
        try:
            page.attach()
            yield page
            page.session = ""
            page.call("Browser.close")
        finally:
            to.close()
            os.close(out_read)
            try:
                started.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()
