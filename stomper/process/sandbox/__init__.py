"""Starting a program so that it sees what it needs, writes in a few named places and touches nothing else.

A worktree keeps agents apart by agreement only: an absolute path leads into the user's checkout, a socket of a
daemon or a signal to another process does as much. Here the kernel keeps them out: a mount, a process, an IPC and a
UTS namespace of its own, and a network of its own where the program needs none. Done by bubblewrap where that is
installed, else by unshare(1), mount(8), pivot_root(8) and setpriv(1).
"""

from stomper.process.sandbox.model import Kind, Sandbox, Sight

__all__ = ["Kind", "Sandbox", "Sight"]
