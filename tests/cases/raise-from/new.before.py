import builtins
import json as j
from urllib.error import URLError

import click
from click import UsageError


class Broken(Exception):
    pass


def new(work, tb):
    try:
        work()
    except TypeError as error:
        raise type(error)("again")
    except KeyError as error:
        raise error.__class__("again")
    except OSError as error:
        raise Broken(error).with_traceback(tb)
    except LookupError as error:
        raise Broken("a") if tb else ValueError("b")
    except ValueError as error:
        raise Broken
    except URLError:
        raise click.ClickException("no")
    except ImportError:
        raise UsageError("no")
    except ArithmeticError:
        raise j.JSONDecodeError("a", "b", 1)
    except BufferError:
        raise builtins.ValueError("a")
