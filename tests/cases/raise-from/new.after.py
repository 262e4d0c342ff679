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
        raise type(error)("again") from error
    except KeyError as error:
        raise error.__class__("again") from error
    except OSError as error:
        raise Broken(error).with_traceback(tb) from error
    except LookupError as error:
        raise Broken("a") if tb else ValueError("b") from error
    except ValueError as error:
        raise Broken from error
    except URLError as err:
        raise click.ClickException("no") from err
    except ImportError as err:
        raise UsageError("no") from err
    except ArithmeticError as err:
        raise j.JSONDecodeError("a", "b", 1) from err
    except BufferError as err:
        raise builtins.ValueError("a") from err
