"""The life of a worker process: it reads a job and then tasks from its connection, and answers each with an outcome.

Little is imported before signals are taken care of; the rest while the parent has nothing to give yet.
"""

import contextlib
from multiprocessing.connection import Connection

from stomper.process.under_parent import end_with_parent, from_parent_only


def serve(connection: Connection) -> None:
    """Work for the parent at the other end, until it hangs up. Signals are blocked when this is called."""
    from_parent_only()
    from stomper.worker.fix_file import fix_in_worker, start_worker

    with contextlib.suppress(EOFError, ConnectionError):  # nobody is there any more who wants more
        start_worker(connection.recv())
        end_with_parent()  # not before: a process that has threads cannot enter a namespace
        while True:
            connection.send(fix_in_worker(connection.recv()))
