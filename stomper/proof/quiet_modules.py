"""Modules of the standard library whose import does nothing that a program can tell but bind a name.

A test imports each of them, and looks at what Python keeps for a whole program: paths, hooks, warnings, signals,
handlers, threads, the environment. Left out are those that only some systems have, that warn of their end, that do
something (`this`, `antigravity`, `readline`, `site`), and those that change when others are there.
"""

import sys

_NAMES = """
    __future__ _thread abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar cmath
    codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv
    ctypes dataclasses datetime dbm decimal difflib dis email encodings ensurepip enum errno faulthandler filecmp
    fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib gzip hashlib heapq hmac html
    http imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox marshal
    math mimetypes mmap modulefinder multiprocessing netrc ntpath numbers opcode operator optparse os pathlib pickle
    pickletools pkgutil platform plistlib poplib posixpath pprint profile pstats py_compile pyclbr queue quopri random
    re reprlib runpy sched secrets select selectors shelve shlex shutil signal smtplib socket socketserver sqlite3 ssl
    stat statistics string stringprep struct subprocess symtable sys sysconfig tabnanny tarfile tempfile textwrap
    threading time timeit token tokenize tomllib trace traceback tracemalloc types typing unicodedata unittest urllib
    uuid warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo"""
QUIET = frozenset(_NAMES.split())
LOUD_PARTS = frozenset({"concurrent.interpreters", "dbm.gnu", "dbm.ndbm", "encodings.mbcs", "encodings.oem"})
"""Parts of quiet packages that only some systems or Pythons have."""
NOT_THE_SAME = ("ctypes.wintypes", "ctypes.macholib", "multiprocessing.popen", "asyncio.windows", "asyncio.unix")
BACKPORT = "typing_extensions"


def is_quiet(module: str) -> bool:
    """Say whether a module, by its absolute name, has no effect when it is imported but that it is there then."""
    top = module.partition(".")[0]
    if module == BACKPORT:
        return True
    known = top in QUIET and top in {*sys.stdlib_module_names}
    return known and module not in LOUD_PARTS and not module.startswith(NOT_THE_SAME) and "__main__" not in module
