"""Lists of all that is known to read no annotation. The tests hold the classes to the Python that they run on."""


def _full(module: str, names: str) -> set[str]:
    return {f"{module}.{name}" for name in names.split()}


EXCEPTIONS = (
    "BaseException Exception ArithmeticError AssertionError AttributeError BufferError EOFError FloatingPointError "
    "GeneratorExit ImportError IndentationError IndexError KeyError KeyboardInterrupt LookupError MemoryError "
    "ModuleNotFoundError NameError NotImplementedError OSError IOError EnvironmentError OverflowError RecursionError "
    "ReferenceError RuntimeError "
    "StopAsyncIteration StopIteration SyntaxError SystemError SystemExit TabError TypeError "
    "UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError ValueError "
    "ZeroDivisionError BlockingIOError BrokenPipeError ChildProcessError ConnectionAbortedError ConnectionError "
    "ConnectionRefusedError ConnectionResetError FileExistsError FileNotFoundError InterruptedError IsADirectoryError "
    "NotADirectoryError PermissionError ProcessLookupError TimeoutError Warning BytesWarning DeprecationWarning "
    "FutureWarning ImportWarning PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning "
    "UnicodeWarning UserWarning"
)
CLASSES = frozenset(
    _full("builtins", f"object dict list set frozenset tuple str bytes bytearray int float complex {EXCEPTIONS}")
    | _full("abc", "ABC")
    | _full(
        "argparse", "Action ArgumentParser HelpFormatter Namespace RawTextHelpFormatter RawDescriptionHelpFormatter"
    )
    | _full("ast", "NodeVisitor NodeTransformer")
    | _full("asyncio", "Protocol DatagramProtocol SubprocessProtocol BufferedProtocol Queue Event Lock")
    | _full("cmd", "Cmd")
    | _full("code", "InteractiveConsole InteractiveInterpreter")
    | _full("codecs", "Codec IncrementalDecoder IncrementalEncoder StreamReader StreamWriter")
    | _full("collections", "ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque")
    | _full(
        "collections.abc",
        "AsyncGenerator AsyncIterable AsyncIterator Awaitable ByteString Callable Collection Container Coroutine "
        "Generator Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping MutableSequence "
        "MutableSet Reversible Sequence Set Sized ValuesView",
    )
    | _full("concurrent.futures", "Executor Future ProcessPoolExecutor ThreadPoolExecutor")
    | _full("configparser", "ConfigParser RawConfigParser Interpolation BasicInterpolation ExtendedInterpolation Error")
    | _full(
        "contextlib", "AbstractContextManager AbstractAsyncContextManager ContextDecorator ExitStack AsyncExitStack"
    )
    | _full("csv", "Dialect DictReader DictWriter Error")
    | _full("datetime", "date datetime time timedelta tzinfo")
    | _full("decimal", "Decimal")
    | _full("fractions", "Fraction")
    | _full("html.parser", "HTMLParser")
    | _full("http.server", "BaseHTTPRequestHandler HTTPServer SimpleHTTPRequestHandler ThreadingHTTPServer")
    | _full("importlib.abc", "Loader MetaPathFinder PathEntryFinder")
    | _full("io", "BytesIO StringIO TextIOWrapper RawIOBase IOBase BufferedIOBase TextIOBase FileIO")
    | _full("json", "JSONEncoder JSONDecoder JSONDecodeError")
    | _full(
        "logging",
        "Filter Formatter Handler Logger LoggerAdapter StreamHandler FileHandler NullHandler BufferingFormatter",
    )
    | _full("logging.handlers", "RotatingFileHandler TimedRotatingFileHandler QueueHandler QueueListener")
    | _full("multiprocessing", "Process")
    | _full("optparse", "OptionParser Option")
    | _full("pathlib", "PurePath PurePosixPath PureWindowsPath")
    | _full("pprint", "PrettyPrinter")
    | _full("queue", "Queue LifoQueue PriorityQueue Empty Full")
    | _full("random", "Random")
    | _full("socketserver", "BaseRequestHandler BaseServer StreamRequestHandler TCPServer ThreadingMixIn UDPServer")
    | _full("string", "Formatter")
    | _full("threading", "Thread Timer local")
    | _full("types", "ModuleType SimpleNamespace")
    | _full("typing", "Generic")
    | _full("unittest", "IsolatedAsyncioTestCase TestCase TestLoader TestResult TestSuite TextTestRunner")
    | _full("unittest.mock", "MagicMock Mock NonCallableMock")
    | _full("urllib.request", "BaseHandler HTTPRedirectHandler Request")
    | _full("weakref", "ref WeakKeyDictionary WeakValueDictionary WeakSet")
)
"""Classes whose subclasses are read by nothing."""
OF_FUNCTIONS = frozenset({"typing.Protocol", "typing_extensions.Protocol", "enum.Enum", "enum.IntEnum", "enum.StrEnum"})
OF_FUNCTIONS |= _full("enum", "Flag IntFlag") | _full("typing", "NamedTuple") | {"typing_extensions.Generic"}
"""Bases that look at the names and values of a class, but not at its methods' annotations."""
OF_FIELDS = frozenset({"dataclasses.dataclass"})
"""Decorators of classes that read the annotations of their fields, and not those of their methods."""
DECORATORS = frozenset(
    _full("builtins", "classmethod property staticmethod")
    | _full("abc", "abstractclassmethod abstractmethod abstractproperty abstractstaticmethod")
    | _full("asyncio", "coroutine")
    | _full("atexit", "register")
    | _full("contextlib", "asynccontextmanager contextmanager")
    | _full("functools", "cache cached_property lru_cache total_ordering wraps")
    | _full("types", "coroutine")
    | {
        f"{module}.{name}"
        for module in ("typing", "typing_extensions")
        for name in ("final", "no_type_check", "overload")
    }
    | {
        "typing.override",
        "typing_extensions.override",
        "typing.runtime_checkable",
        "typing_extensions.runtime_checkable",
    }
    | _full("typing_extensions", "deprecated")
    | _full("unittest", "expectedFailure skip skipIf skipUnless")
    | _full("unittest.mock", "patch patch.dict patch.object patch.multiple")
    | _full("warnings", "deprecated")
)
"""Decorators that read nothing. `total_ordering`, `final` and the like stand before classes too."""
FAMILIES = ("pytest.mark.",)
"""What decorators of these read nothing begins with."""
ACCESSORS = frozenset({"setter", "getter", "deleter"})
CALLS = frozenset(
    _full(
        "builtins",
        "all any bool callable dir filter getattr hasattr hash id isinstance issubclass iter len map max min next "
        "print repr reversed setattr sorted str sum super type zip",
    )
    | _full("asyncio", "iscoroutinefunction run_coroutine_threadsafe to_thread")
    | _full("atexit", "register unregister")
    | _full("contextlib", "suppress")
    | _full("functools", "reduce wraps update_wrapper")
    | _full("inspect", "isclass iscoroutinefunction isfunction isgeneratorfunction getdoc getsource")
    | _full("itertools", "accumulate dropwhile filterfalse groupby starmap takewhile")
    | _full("multiprocessing", "Process")
    | _full("signal", "signal")
    | _full("threading", "Thread Timer")
    | {f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("assert_type", "cast")}
    | _full("unittest.mock", "patch patch.dict patch.object")
    | _full("pytest", "raises")
)
"""Calls that do nothing with what they take but call it, or ask what it is."""
METHODS = frozenset({"sort", "submit", "map", "add_done_callback", "call_soon", "call_later", "run_in_executor"})
"""The same of methods, by their name: of sequences, executors and event loops."""
