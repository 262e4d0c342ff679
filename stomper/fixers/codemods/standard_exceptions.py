"""The exceptions that modules of the standard library have had since the oldest Python that is in use."""

_NAMES = {
    "argparse": "ArgumentError ArgumentTypeError",
    "asyncio": """
        CancelledError IncompleteReadError InvalidStateError LimitOverrunError QueueEmpty QueueFull
        SendfileNotAvailableError TimeoutError
    """,
    "binascii": "Error Incomplete",
    "calendar": "IllegalMonthError IllegalWeekdayError error",
    "concurrent.futures": "BrokenExecutor CancelledError TimeoutError",
    "configparser": """
        DuplicateOptionError DuplicateSectionError Error InterpolationDepthError InterpolationError
        InterpolationMissingOptionError InterpolationSyntaxError MissingSectionHeaderError NoOptionError
        NoSectionError ParsingError
    """,
    "copy": "Error error",
    "csv": "Error",
    "ctypes": "ArgumentError",
    "curses": "error",
    "decimal": """
        Clamped ConversionSyntax DecimalException DivisionByZero DivisionImpossible DivisionUndefined
        FloatOperation Inexact InvalidContext InvalidOperation Overflow Rounded Subnormal Underflow
    """,
    "email.errors": """
        BoundaryError CharsetError CloseBoundaryNotFoundDefect FirstHeaderLineIsContinuationDefect
        HeaderDefect HeaderMissingRequiredValue HeaderParseError InvalidBase64CharactersDefect
        InvalidBase64LengthDefect InvalidBase64PaddingDefect InvalidHeaderDefect
        InvalidMultipartContentTransferEncodingDefect MalformedHeaderDefect MessageDefect MessageError
        MessageParseError MisplacedEnvelopeHeaderDefect MissingHeaderBodySeparatorDefect
        MultipartConversionError MultipartInvariantViolationDefect NoBoundaryInMultipartDefect
        NonASCIILocalPartDefect NonPrintableDefect ObsoleteHeaderDefect StartBoundaryNotFoundDefect
        UndecodableBytesDefect
    """,
    "ftplib": "Error error_perm error_proto error_reply error_temp",
    "getopt": "GetoptError error",
    "getpass": "GetPassWarning",
    "gzip": "BadGzipFile",
    "http.client": """
        BadStatusLine CannotSendHeader CannotSendRequest HTTPException ImproperConnectionState
        IncompleteRead InvalidURL LineTooLong NotConnected RemoteDisconnected ResponseNotReady
        UnimplementedFileMode UnknownProtocol UnknownTransferEncoding error
    """,
    "http.cookiejar": "LoadError",
    "http.cookies": "CookieError",
    "inspect": "EndOfBlock",
    "io": "BlockingIOError UnsupportedOperation",
    "ipaddress": "AddressValueError NetmaskValueError",
    "json": "JSONDecodeError",
    "json.decoder": "JSONDecodeError",
    "locale": "Error",
    "lzma": "LZMAError",
    "mailbox": "Error ExternalClashError FormatError NoSuchMailboxError NotEmptyError",
    "mmap": "error",
    "multiprocessing": "AuthenticationError BufferTooShort ProcessError TimeoutError",
    "netrc": "NetrcParseError",
    "optparse": "AmbiguousOptionError BadOptionError OptParseError OptionConflictError OptionError OptionValueError",
    "os": "error",
    "pickle": "PickleError PicklingError UnpicklingError",
    "plistlib": "InvalidFileException",
    "poplib": "error_proto",
    "queue": "Empty Full",
    "re": "error",
    "resource": "error",
    "select": "error",
    "shutil": "Error ExecError ReadError RegistryError SameFileError SpecialFileError",
    "signal": "ItimerError",
    "smtplib": """
        SMTPAuthenticationError SMTPConnectError SMTPDataError SMTPException SMTPHeloError
        SMTPNotSupportedError SMTPRecipientsRefused SMTPResponseException SMTPSenderRefused
        SMTPServerDisconnected
    """,
    "socket": "error gaierror herror timeout",
    "sqlite3": """
        DataError DatabaseError Error IntegrityError InterfaceError InternalError NotSupportedError
        OperationalError ProgrammingError Warning
    """,
    "ssl": """
        CertificateError SSLCertVerificationError SSLEOFError SSLError SSLSyscallError SSLWantReadError
        SSLWantWriteError SSLZeroReturnError socket_error
    """,
    "statistics": "StatisticsError",
    "struct": "error",
    "subprocess": "CalledProcessError SubprocessError TimeoutExpired",
    "tarfile": """
        AbsoluteLinkError AbsolutePathError CompressionError EOFHeaderError EmptyHeaderError ExtractError
        FilterError HeaderError InvalidHeaderError LinkOutsideDestinationError OutsideDestinationError
        ReadError SpecialFileError StreamError SubsequentHeaderError TarError TruncatedHeaderError
    """,
    "termios": "error",
    "threading": "BrokenBarrierError ThreadError",
    "tokenize": "TokenError",
    "unittest": "SkipTest",
    "urllib.error": "ContentTooShortError HTTPError URLError",
    "urllib.request": "ContentTooShortError HTTPError URLError",
    "wave": "Error",
    "webbrowser": "Error",
    "xml.dom": """
        DOMException DomstringSizeErr HierarchyRequestErr IndexSizeErr InuseAttributeErr InvalidAccessErr
        InvalidCharacterErr InvalidModificationErr InvalidStateErr NamespaceErr NoDataAllowedErr
        NoModificationAllowedErr NotFoundErr NotSupportedErr SyntaxErr ValidationErr WrongDocumentErr
    """,
    "xml.etree.ElementTree": "ParseError",
    "xml.parsers.expat": "ExpatError error",
    "xml.sax": """
        SAXException SAXNotRecognizedException SAXNotSupportedException SAXParseException
        SAXReaderNotAvailable
    """,
    "xmlrpc.client": "Error Fault ProtocolError ResponseError",
    "zipfile": "BadZipFile BadZipfile LargeZipFile error",
    "zipimport": "ZipImportError",
    "zlib": "error",
}
EXCEPTIONS = {module: frozenset(names.split()) for module, names in _NAMES.items()}
"""By module; those of each Python from 3.8 to 3.13 on Linux."""
