"""Tell how far a phase has come that has no files to count: to who watches the run, and to `stomper status`."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from stomper.errors import StomperError
from stomper.journal.phase_note import PhaseNote, write_phase
from stomper.journal.run_folder import RunFolder
from stomper.progress import Progress

BEAT = 0.5


@contextlib.contextmanager
def watched(progress: Progress, folder: RunFolder, note: Callable[[], PhaseNote]) -> Iterator[None]:
    """While the `with` lasts, pass on, twice a second, what the note says; its file is written when it changes."""
    over = threading.Event()
    thread = threading.Thread(target=_pass_on, args=(progress, folder, note, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        progress.waiting("")
        with contextlib.suppress(OSError):
            write_phase(folder.path, None)


def _pass_on(progress: Progress, folder: RunFolder, note: Callable[[], PhaseNote], over: threading.Event) -> None:
    told: PhaseNote | None = None
    while True:
        now = note()
        progress.waiting(now.text)
        if now != told:
            with contextlib.suppress(OSError, StomperError):  # nobody depends on it
                write_phase(folder.path, now)
            told = now
        if over.wait(BEAT):
            return
