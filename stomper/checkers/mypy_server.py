"""A mypy that stays: started by mypy's own interpreter with mypy's own words, it imports nothing of Stomper.

It reads the base commit's types from a cache and keeps them. Each question is answered by a fork of it, which takes up
the contents that it is given, and is gone with the answer: no question leaves anything behind for the next.

One line of JSON in, `{"texts": {path: content}, "base": {path: content}, "files": [path], "plain": bool}`, one out:
`{"lines": [...], "more": bool}`, what mypy prints of `files`, and whether an error is in it that the cache has not; or
`{"no": why}`. Contents are bytes, as Latin-1. A file whose `base` does not have the errors that the cache has is not
told of. `plain` lines are text and all that is found, and may be of several files. It ends with its input.
"""

import collections
import functools
import gc
import json
import os
import re
import select
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

Told = dict[str, Any]
Row = Any  # a tuple of mypy's: file, line, column, their ends, severity, message, code
MEMORY = 4 * 2**30  # bytes
DEPTH = 2**14  # of recursion, as mypy has it
# Of this note mypy leaves the second line out if it stays.
HINT = re.compile(r'(Hint: \\"python3 -m pip install [\w.-]+\\")')
INSTALL = r'\1\\n(or run \\"mypy --install-types\\" to install all missing stub packages)'
HIDDEN = "stomper-content-"
HERE = os.getcwd()  # noqa: PTH109  # a text, by which it is found again


class CannotError(Exception):
    """No answer: mypy has to be started for that."""


class Base:
    """The types of the base commit."""

    def __init__(self, words: list[str]) -> None:
        import mypy.build
        import mypy.main
        from mypy.fscache import FileSystemCache
        from mypy.server.update import FineGrainedBuildManager

        files = FileSystemCache()
        sources, options = mypy.main.process_options(words, fscache=files)
        if not options.local_partial_types or options.follow_imports != "normal":
            raise CannotError("its options are none for one that stays")
        if any(options.clone_for_module(source.module).follow_imports != "normal" for source in sources):
            raise CannotError("it does not follow all imports")
        options.fine_grained_incremental = options.use_fine_grained_cache = options.cache_fine_grained = True
        options.raise_exceptions = True
        options.num_workers = 0
        options.report_dirs = {}
        result = mypy.build.build(sources, options, fscache=files)
        if not result.used_cache:
            raise CannotError("its cache cannot be read")
        self.build = FineGrainedBuildManager(result)
        self.manager, self.graph = self.build.manager, self.build.graph
        self.modules = {os.path.normpath(source.path): source.module for source in sources if source.path}
        self.known = {module: errors_of(state.error_lines) for module, state in self.graph.items()}
        self.last = ""
        self.proved: dict[str, Told] = {}

    def module(self, path: str) -> str:
        module = self.modules.get(os.path.normpath(path))
        if module not in self.graph:
            raise CannotError("it does not know " + path)
        return module

    def path_of(self, module: str) -> str:
        return str(self.graph[module].path)

    def load(self, paths: Sequence[str]) -> None:
        """Have the types at hand that an answer needs. They are the base commit's: nothing is taken up here."""
        from mypy.server.update import ensure_deps_loaded, ensure_trees_loaded

        modules = [self.module(path) for path in paths]
        for module in modules:
            ensure_deps_loaded(module, self.build.deps, self.graph)
        ensure_trees_loaded(self.manager, self.graph, modules)

    # What follows spoils what is kept: it is for a fork.

    def agrees(self, path: str, text: str) -> Told:
        """Say whether a file as it was has the errors that the cache has of it."""
        module = self.module(path)
        self.take_up({path: text})
        return {"agrees": errors_of(self.rows(module)) == self.known[module]}

    def answer(self, question: Told) -> Told:
        self.take_up(question["texts"])
        goals = [self.module(path) for path in question["files"]]
        self.settle([self.module(path) for path in question["texts"]], goals)
        if question["plain"]:
            return {"lines": self.plain(goals), "more": False}
        rows = {module: self.rows(module) for module in goals}
        more = any(kinds(errors_of(found)) - kinds(self.known[module]) for module, found in rows.items())
        print_rows = self.manager.errors.format_messages
        formatter = self.manager.error_formatter
        lines = [line for module in goals for line in print_rows(self.graph[module].xpath, rows[module], formatter)]
        return {"lines": [HINT.sub(INSTALL, line) for line in lines], "more": more}

    def plain(self, goals: Sequence[str]) -> list[str]:
        options, errors = self.manager.options, self.manager.errors
        options.show_column_numbers = False
        options.many_errors_threshold = -1
        lines = []
        for module in goals:
            lines += errors.format_messages(self.graph[module].xpath, self.rows(module))
        return lines

    def take_up(self, texts: Mapping[str, str]) -> None:
        """Have these contents read in the place of those files."""
        from mypy.build import normpath
        from mypy.util import hash_digest

        manager, shadows = self.manager, dict[str, str]()
        manager.fscache.flush()
        for number, (path, text) in enumerate(texts.items()):
            own = self.path_of(self.module(path))
            name = str(Path(own).with_name(HIDDEN + str(number) + Path(own).suffix))
            content = text.encode("latin-1")
            manager.fscache.read_cache[name], manager.fscache.hash_cache[name] = content, hash_digest(content)
            shadows[own] = name
            manager.shadow_equivalence_map[normpath(own, manager.options)] = name
        manager.shadow_map = shadows
        manager.options.shadow_file = [list(pair) for pair in shadows.items()]

    def settle(self, changed: Sequence[str], goals: Sequence[str]) -> None:
        """Check what was changed, and what that changes of all that the goals import."""
        todo, most = list(changed), 10 * len(self.graph)
        while todo and most:
            most -= 1
            more = self.update(todo.pop(0))
            reach = self.reach(goals)
            todo += [module for module in more if module in reach and module not in todo]
        if todo:
            raise CannotError("there is no end of changes")

    def update(self, module: str) -> list[str]:
        """Check a module anew, and give those that are to be checked because of it."""
        before = self.graph[module].dependencies_set.copy()
        self.last = module
        self.manager.ast_cache.clear()
        self.manager.find_module_cache.clear()
        self.build.updated_modules, self.build.triggered = [], []
        more, (reached, _), blocked = self.build.update_module(module, self.path_of(module), False, False)
        if blocked is not None or self.manager.errors.is_blockers():
            raise CannotError("stopped by " + module)
        if reached != module:
            raise CannotError(module + " imports what nothing has imported before")
        if module in self.reach(self.graph[module].dependencies_set ^ before):
            # In which order mypy looks at the modules of a cycle has a say in what it finds.
            raise CannotError(module + " is not in the cycle of imports that it was in")
        return [other for other, _ in more]

    def reach(self, modules: Iterable[str]) -> set[str]:
        """The modules that these import, and they themselves."""
        seen, todo = set[str](), list(modules)
        while todo:
            module = todo.pop()
            if module not in seen and module in self.graph:
                seen.add(module)
                todo += [*self.graph[module].dependencies, *(self.graph[module].ancestors or [])]
        return seen

    def rows(self, module: str) -> list[Row]:
        """The rows of a module's messages, checked last of all."""
        if self.last != module:
            self.update(module)
        return self.manager.errors.file_messages(self.graph[module].xpath)


def errors_of(rows: Iterable[Row]) -> list[tuple[int, int, str, str]]:
    """Rows of mypy without notes, which it gives once a run, and in an order of ours."""
    return sorted(
        (line, column, code or "", message) for _, line, column, _, _, kind, message, code in rows if kind == "error"
    )


def kinds(errors: Iterable[tuple[int, int, str, str]]) -> "collections.Counter[tuple[str, str]]":
    return collections.Counter((code, message) for _, _, code, message in errors)


def ask(base: Base, question: Told) -> Told:
    try:
        os.chdir(HERE)  # a checkout may have been mounted anew, and the folder that was there before is none any more
        base.load([*question["texts"], *question["files"]])
    except (CannotError, OSError) as error:
        return {"no": str(error)}
    for path, text in question["base"].items():
        if path not in base.proved:
            base.proved[path] = in_fork(functools.partial(base.agrees, path, text))
        if "no" in base.proved[path]:
            return base.proved[path]
        if not base.proved[path]["agrees"]:
            return {"no": "of " + path + " as it was it says something else"}
    return in_fork(lambda: base.answer(question))


def in_fork(work: Callable[[], Told]) -> Told:
    """Do some work in a fork and give its result; the fork is ended if nobody waits for it any more."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        reply(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        while pipe not in select.select([pipe, sys.stdin], [], [])[0]:
            os.kill(child, signal.SIGKILL)  # there is no next question before the answer: it is the end
            break
        told = pipe.read()
    os.waitpid(child, 0)
    try:
        answer: Told = json.loads(told)
    except ValueError:
        return {"no": "it ended before its answer"}
    return answer


def reply(work: Callable[[], Told], writing: int) -> NoReturn:
    """Write what some work gives, and end."""
    try:
        gc.disable()
        answer = work()
    except BaseException as error:
        answer = {"no": str(error) if isinstance(error, CannotError) else type(error).__name__ + ": " + str(error)}
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(answer).encode())
    finally:
        os._exit(0)


def limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    out = os.fdopen(os.dup(1), "wb", 0)
    os.dup2(2, 1)  # what a plugin prints is no answer
    if sys.platform == "linux":
        limit_memory()
    sys.setrecursionlimit(DEPTH)

    def say(answer: Told) -> None:
        out.write(json.dumps(answer).encode() + b"\n")

    try:
        base = Base(sys.argv[1:])
    except (Exception, SystemExit) as error:
        say({"no": str(error) if isinstance(error, CannotError) else type(error).__name__ + ": " + str(error)})
        return
    gc.collect()
    gc.freeze()
    say({"ready": len(base.graph)})
    for line in iter(sys.stdin.buffer.readline, b""):
        say(ask(base, json.loads(line)))


if __name__ == "__main__":
    main()
