"""The codes of ruff whose fixes no program can tell, and those of which what could differ is ruled out."""

from stomper.proof.rows import Check, Row, proved, safe

LAYOUT = """
    COM812 COM819 D201 D202 D203 D204 D211 D300
    E201 E202 E203 E204 E211 E221 E222 E223 E224 E225 E226 E227 E228 E231 E241 E242 E251 E252 E261 E262 E265 E266 E271
    E272 E273 E274 E275 E301 E302 E303 E304 E305 E306 E502 E703 ISC001 ISC004 PGH004 PLE2510 PLE2512 PLE2513 PLE2514
    PLE2515 PLR2044 PLR5501 Q000 Q001 Q002 Q003 Q004 RUF021 RUF028 RUF031 RUF039 RUF100 RUF101 RUF102 RUF103 RUF105
    RUF106 TD006 UP009 UP025 UP034 UP039 W291 W292 W293 W391 W605"""
SAFE: tuple[Row, ...] = (
    safe("layout, comments, quotes, parentheses and escapes", LAYOUT, Check.CODE),
    safe(
        "a stub is never run",
        """PYI009 PYI010 PYI011 PYI014 PYI015 PYI020 PYI026 PYI029 PYI044 PYI053 PYI054""",
        Check.CODE,
    ),
    safe("the language says that both forms are the same", "E713 E714 SIM211 SIM212 FURB154 UP048"),
    safe("a statement that does nothing goes", "PIE790 PYI012 PYI013 RUF047 RUF072", Check.DOCS),
    safe("the same branches are taken, by the same questions", "RET505 RET506 RET507 RET508 SIM102 SIM108 SIM114"),
    safe("the same statements run, in the same order", "PLW0120 SIM117"),
    safe("a function that ends returns None", "PLR1711 RET501 RET502 RET503"),
    safe("the value of a literal is the same", "B033 PIE800 SIM905 UP012 UP030"),
    safe("a text without fields is the same text", "F541", Check.DOCS),
)
PROVED: tuple[Row, ...] = (
    proved(
        "an import of the standard library has no effect but its names",
        "E401 F401 F811 I001 PLR0402 UP010 UP029 FURB156",
        Check.IMPORTS,
    ),
    proved(
        "both names are one object of the standard library",
        "FURB167 LOG009 UP017 UP019 UP033",
        Check.IMPORTS,
        Check.BUILTINS,
    ),
    proved("both names are one built-in object", "UP020 UP024 UP041 B014", Check.BUILTINS),
    proved(
        "built-in functions are known",
        """B905 B912 C405 C406 C408 C409 C410 C411 C418 C420 FURB181 PIE808 RUF010 RUF058 UP003 UP015
        UP018 UP050""",
        Check.BUILTINS,
    ),
    proved(
        "ruff calls it safe where the argument is a literal",
        "FURB105 FURB157 RUF037",
        Check.BUILTINS,
        Check.RUFF,
    ),
    proved("the name of the attribute is a word", "B009 B010 B043", Check.BUILTINS, Check.RUFF, Check.WORDS),
    proved("`list(sorted(x))` copies a list that nobody else has", "C413", Check.BUILTINS, Check.RUFF),
    proved("the default of the standard library is written out, or left out", "PLW1510 UP011 UP021 UP022"),
    proved("keyword arguments are the same", "PIE804", Check.WORDS),
    proved("the name between two comparisons has no effect when read", "PLR1716"),
    proved("every class is an object", "UP004", Check.BUILTINS, Check.BASES),
    proved("`super()` means the class that the code stands in", "UP008", Check.SUPER),
    proved("arguments that are names print the same", "UP032", Check.FORMAT),
    proved(
        "the variable is read by the `return` alone",
        "RET504",
        Check.NAMES,
    ),
    proved(
        "annotations that nobody reads",
        """ANN201 ANN202 ANN204 ANN205 ANN206 PYI016 PYI019 PYI030 PYI032 PYI034 PYI036 PYI041 PYI055 PYI058 PYI061
        PYI062 PYI064 RUF013 RUF020 RUF036 RUF038 RUF041 UP006 UP007 UP037 UP043 UP044 UP045""",
        Check.ANNOTATIONS,
    ),
    proved("annotations that nobody reads, by another name", "UP035", Check.MEANINGS),
    proved("`cast` and an empty `if TYPE_CHECKING` have no effect", "TC005 TC006"),
    proved(
        "docstrings that nobody reads",
        """D200 D205 D207 D208 D209 D210 D212 D213 D214 D215 D301 D400 D403 D405 D406 D407 D408 D409 D410 D411 D412 D413
        D415 D416 PYI021""",
        Check.DOCS,
    ),
    proved(
        "pytest takes both forms alike",
        "PT001 PT003 PT006 PT007 PT018 PT020 PT023 PT024 PT025 PT026",
    ),
    proved(
        "nobody can ask for a variable of a function that is not used",
        "B007 F841 RUF059",
        guarded=True,
    ),
    proved(
        "nothing there raises StopIteration, and built-in names are built in",
        "C400 C402 SIM110",
        guarded=True,
    ),
    proved(
        "the text is made before the exception, and nobody sees its name",
        "EM101 EM102 EM103",
        guarded=True,
    ),
)
