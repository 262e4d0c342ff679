"""Types by the usual meaning of a name: the last resort, where neither a use nor a call says anything.

The names are those of which nearly all annotated code says the same; mypy judges the guess like any other.
"""

import re

from stomper.fixers.annotate.types import Type, words

STRINGS = words(
    "name text string s str_ msg message key_name attr attrname attribute_name method encoding charset "
    "filename fname filepath path dirname directory folder url uri host hostname username user_name password "
    "passwd prefix suffix pattern delimiter separator sep line label title description username token_type "
    "scope realm mode language lang locale module module_name modname class_name clsname func_name fieldname "
    "field_name command cmd template_name source_code fragment query scheme content_type mimetype mime_type "
    "header_name tag tagname tag_name word comment fmt format_string format_spec expr_text indent_str"
)
NUMBERS = words(
    "n num number count size length width height index idx i j k offset position pos start stop end lineno "
    "line_no line_number linenum column col port level depth limit maxsize max_size min_size maxlen max_length "
    "min_length maxsplit chunk_size chunksize buffer_size bufsize nbytes pid fd signum stacklevel retries "
    "max_retries seed year month day hour minute second status_code errno exit_code returncode indent"
)
FLAGS = words(
    "verbose debug quiet force recursive strict silent dry_run overwrite ignore_case case_sensitive reverse "
    "enabled flag inplace follow_redirects"
)
SECONDS = words("timeout delay interval seconds")
FLAG = re.compile(r"(is|has|use|allow|should|include|skip|enable|disable|with|no)_[a-z_]+")
STRING = re.compile(r"[a-z_]+_(name|text|string|url|uri|path|prefix|suffix|filename|message|msg|dir|title|label)")
NUMBER = re.compile(
    r"(num|n|max|min)_[a-z_]+s|[a-z_]+_(count|size|length|width|height|index|idx|offset|lineno|port|id_)"
)


def guess_by_name(name: str) -> Type | None:
    """The type that a parameter of this name most likely has; None where the name says too little."""
    name = name.strip("_")
    if name in FLAGS or FLAG.fullmatch(name):
        return Type("bool")
    if name in SECONDS:
        return Type("float")
    if name in STRINGS or STRING.fullmatch(name):
        return Type("str")
    if name in NUMBERS or NUMBER.fullmatch(name):
        return Type("int")
    return None
