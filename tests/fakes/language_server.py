"""A language server that misbehaves to order: `language_server.py --help`.

It complains of each word BAD, by the code `bad`, and of each SAD, by the code `sad`; its quick fix makes that a `good`
or a `glad`. `source.fixAll` does so for each BAD. Files and their versions are as the client tells them, never as they
are on the disk.
"""

import argparse
import json
import os
import re
import sys
import threading
import time
from typing import Any, NoReturn

WORDS = {"BAD": ("bad", "good"), "SAD": ("sad", "glad")}
UNITS = {
    "utf-8": lambda text: len(text.encode()),
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "utf-32": len,
}


class Server:
    """`open` are the text and the version of each file, `asked` those it was asked about, `waiting` the next push."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.open: dict[str, tuple[str, int]] = {}
        self.asked: set[str] = set()
        self.waiting = threading.Timer(0, lambda: None)

    def serve(self) -> None:
        self.note("start")
        while (message := read()) is not None:
            self.take(message)
        self.note("hung up")

    def take(self, message: dict[str, Any]) -> None:
        method, params = message.get("method", ""), message.get("params") or {}
        self.note(method)
        name = method.replace("/", "_").replace("$", "")
        answer = getattr(self, name, None)
        if answer is None:
            return
        result = answer(params)
        if "id" in message:
            reply = {"error": result["error"]} if isinstance(result, dict) and "error" in result else {"result": result}
            send({"id": message["id"], **reply})

    def note(self, word: str) -> None:
        if self.options.log:
            with open(self.options.log, "a") as log:  # noqa: PTH123
                log.write(f"{os.getpid()} {word}\n")

    # What a client may ask. Each is named as the protocol has it.

    def initialize(self, params: dict[str, Any]) -> dict[str, Any]:
        options = self.options
        if options.crash:
            leave(options.crash)
        if options.garbage:
            say(b"Segmentation fault (core dumped)\n")
        if options.half:
            say(b'Content-Length: 200\r\n\r\n{"jsonrpc": "2.0", "id"')
            leave("cut off")
        if options.mute:
            time.sleep(3600)
        able: dict[str, Any] = {"textDocumentSync": 1}
        if options.encoding:
            able["positionEncoding"] = options.encoding
        if not options.push:
            able["diagnosticProvider"] = {"interFileDependencies": False, "workspaceDiagnostics": False}
        if not options.no_actions:
            able["codeActionProvider"] = {"resolveProvider": options.resolve}
        return {"capabilities": able}

    def shutdown(self, params: dict[str, Any]) -> None: ...

    def exit(self, params: dict[str, Any]) -> NoReturn:
        self.note("end")
        raise SystemExit(0)

    def textDocument_didOpen(self, params: dict[str, Any]) -> None:  # noqa: N802
        document = params["textDocument"]
        self.changed(document["uri"], document["text"], document["version"])

    def textDocument_didChange(self, params: dict[str, Any]) -> None:  # noqa: N802
        document = params["textDocument"]
        self.changed(document["uri"], params["contentChanges"][-1]["text"], document["version"])

    def textDocument_didClose(self, params: dict[str, Any]) -> None:  # noqa: N802
        del self.open[params["textDocument"]["uri"]]

    def changed(self, uri: str, text: str, version: int) -> None:
        self.open[uri] = text, version
        if self.options.crash_on and self.options.crash_on in text:
            leave("out of cheese")
        if not self.options.push or (self.options.hang_on and self.options.hang_on in text):
            return
        if self.options.last:
            self.waiting.cancel()
            self.waiting = threading.Timer(0.2, self.push, (uri, version))
            self.waiting.start()
        else:
            self.push(uri, version)

    def push(self, uri: str, version: int) -> None:
        if self.options.twice:
            self.publish(uri, version, [])
        if self.options.late:
            time.sleep(self.options.late)
        self.publish(uri, version, self.complaints(uri))
        if self.options.old:
            self.publish(uri, version - 1, [])

    def publish(self, uri: str, version: int, found: list[dict[str, Any]]) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": found}
        if not self.options.no_version:
            params["version"] = version
        send({"method": "textDocument/publishDiagnostics", "params": params})

    def textDocument_diagnostic(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        uri = params["textDocument"]["uri"]
        if self.options.hang_on and self.options.hang_on in self.open[uri][0]:
            time.sleep(3600)
        if self.options.late:
            time.sleep(self.options.late)
        if self.options.cancel and uri not in self.asked:
            self.asked.add(uri)
            return {"error": {"code": -32802, "message": "busy", "data": {"retriggerRequest": True}}}
        if self.options.refuse:
            return {"error": {"code": -32603, "message": self.options.refuse}}
        return {"kind": "full", "items": self.complaints(uri)}

    def complaints(self, uri: str) -> list[dict[str, Any]]:
        text, _ = self.open[uri]
        found = re.finditer("|".join(WORDS), text)
        told = [
            {
                "range": self.place(text, match.start(), match.end()),
                "code": code,
                "source": "fake",
                "message": f"{word}!",
            }
            for match in found
            for word, (code, _) in WORDS.items()
            if match[0] == word
        ]
        return [*told, *self.paler(text)]

    def paler(self, text: str) -> list[dict[str, Any]]:
        """A hint with a tag, which is for the eye only."""
        place = self.place(text, 0, 1)
        return [{"range": place, "severity": 4, "tags": [1], "message": "pale"}] if self.options.pale else []

    def place(self, text: str, start: int, end: int) -> dict[str, Any]:
        return {"start": self.position(text, start), "end": self.position(text, end)}

    def position(self, text: str, offset: int) -> dict[str, int]:
        before = text[:offset].split("\n")
        units = UNITS[self.options.encoding or "utf-16"]
        return {"line": len(before) - 1, "character": units(before[-1])}

    def textDocument_codeAction(self, params: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        uri, context = params["textDocument"]["uri"], params["context"]
        if "source.fixAll" in context["only"]:
            found = [one for one in self.complaints(uri) if one.get("code") == "bad"]
            return [{"title": "All", "kind": "source.fixAll.fake", "edit": self.edit(uri, found)}] if found else []
        return [self.action(uri, one) for one in context["diagnostics"]] if "quickfix" in context["only"] else []

    def action(self, uri: str, found: dict[str, Any]) -> dict[str, Any]:
        action: dict[str, Any] = {"title": "Be good", "kind": "quickfix", "diagnostics": [found]}
        if self.options.resolve:
            return {**action, "data": {"uri": uri, "found": found}}
        if self.options.command:
            return {**action, "command": {"title": "", "command": "fix", "arguments": [uri, found]}}
        return {**action, "edit": self.edit(uri, [found])}

    def codeAction_resolve(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {**params, "edit": self.edit(params["data"]["uri"], [params["data"]["found"]])}

    def workspace_executeCommand(self, params: dict[str, Any]) -> None:  # noqa: N802
        uri, found = params["arguments"]
        send({"id": "apply", "method": "workspace/applyEdit", "params": {"edit": self.edit(uri, [found])}})

    def edit(self, uri: str, found: list[dict[str, Any]]) -> dict[str, Any]:
        new = dict(WORDS.values())
        edits = [{"range": one["range"], "newText": self.options.text or new[one["code"]]} for one in found]
        if self.options.beside:
            return {"changes": {uri: edits, uri.rpartition("/")[0] + "/beside.txt": edits}}
        if self.options.versioned is None:
            return {"changes": {uri: edits}}
        document = {"uri": uri, "version": self.open[uri][1] + self.options.versioned}
        return {"documentChanges": [{"textDocument": document, "edits": edits}]}


def leave(words: str) -> NoReturn:
    print(words, file=sys.stderr, flush=True)
    os._exit(7)


def say(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def send(message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    say(b"Content-Length: %d\r\n\r\n" % len(body) + body)


def read() -> dict[str, Any] | None:
    size = 0
    while (line := sys.stdin.buffer.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            size = int(line.split(b":")[1])
    found: dict[str, Any] | None = json.loads(sys.stdin.buffer.read(size)) if size else None
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--push", action="store_true", help="push diagnostics, do not answer for them")
    parser.add_argument("--no-version", action="store_true", help="push without a version")
    parser.add_argument("--twice", action="store_true", help="push nothing first, then what there is")
    parser.add_argument("--old", action="store_true", help="push what there is, then nothing about the version before")
    parser.add_argument("--last", action="store_true", help="push about the last of several files only")
    parser.add_argument("--encoding", choices=UNITS, help="count positions so, and say it; default: utf-16, unsaid")
    parser.add_argument("--late", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--cancel", action="store_true", help="tell a client to ask again, once for each file")
    parser.add_argument("--refuse", help="answer each question for diagnostics with an error of these words")
    parser.add_argument("--pale", action="store_true", help="give a hint that is for the eye only, too")
    parser.add_argument("--crash", help="end at the start, with these last words")
    parser.add_argument("--crash-on", help="end when a file has this word")
    parser.add_argument("--hang-on", help="give no answer about a file with this word")
    parser.add_argument("--mute", action="store_true", help="give no answer at all")
    parser.add_argument("--garbage", action="store_true", help="print something else than a message at the start")
    parser.add_argument("--half", action="store_true", help="end in the middle of the first message")
    parser.add_argument("--no-actions", action="store_true", help="offer no code actions")
    parser.add_argument("--resolve", action="store_true", help="give the edits of actions when they are resolved")
    parser.add_argument("--command", action="store_true", help="give the edits of actions by a command")
    parser.add_argument("--beside", action="store_true", help="have actions edit another file, too")
    parser.add_argument("--versioned", type=int, help="name the version of the file in edits, so many too high")
    parser.add_argument("--text", help="have quick fixes write this")
    parser.add_argument("--log", help="append what happens to this file, each line with the process id")
    Server(parser.parse_args()).serve()


if __name__ == "__main__":
    main()
