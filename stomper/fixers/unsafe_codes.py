"""The codes whose unsafe fixes of ruff are worth an attempt without being asked for, and why others are not.

`TRIED` is what ruff calls unsafe for comments and white space only, or where nothing but a name or a form is another.
What changes an annotation is judged by what reads annotations. `LEFT` is tried too, and lands where types or tests
stand behind it. `--unsafe-fixes` makes the others.

In neither is: what takes away output or code that someone wanted (T201, T203, F401 of a package's `__init__`), more of
what means something else for some types (PTH: `Path` instead of `str`; PLR6104, RUF032, FURB189, UP042), what may break
at run time only (TC, FA, UP040, PYI outside of stubs), what changes what is logged, read or raised (TRY400, LOG014,
PLW0133, PLW1514, SIM112, RUF024, RUF027, RUF033), what is about one framework (AIR, FAST, NPY, PD).
"""

_LINTERS = {
    "flake8-annotations": "ANN201 ANN202 ANN204 ANN205 ANN206",
    "flake8-async": "ASYNC115",
    "flake8-bugbear": "B007 B009 B010 B013 B014 B033 B043 B905 B912",
    "flake8-comprehensions": "C400 C401 C402 C403 C404 C405 C406 C408 C409 C410 C411 C418 C420",
    "flake8-errmsg": "EM101 EM102 EM103",
    "flake8-implicit-str-concat": "ISC001 ISC004",
    "flake8-logging": "G010 LOG009",
    "flake8-pie": "PIE800 PIE804 PIE807 PIE808",
    "flake8-pytest-style": "PT001 PT003 PT006 PT007 PT018 PT020 PT023 PT024 PT025 PT026",
    "flake8-raise, flake8-return": "RET501 RET502 RET503 RET504 RET505 RET506 RET507 RET508",
    "flake8-simplify": "SIM102 SIM108 SIM110 SIM114 SIM117 SIM211 SIM212 SIM905 SIM910 SIM911",
    "Perflint": "PERF101",
    "pycodestyle": "E401 E713 E714 W291 W293 W605",
    "pydocstyle": """D200 D201 D202 D203 D204 D205 D207 D208 D209 D210 D211 D212 D213 D214 D215 D300 D301 D403 D405 D406
        D407 D408 D409 D410 D411 D412 D413 D416""",
    "Pyflakes": "F632 F811 F841",
    "Pylint": """PLC0208 PLE2510 PLE2512 PLE2513 PLE2514 PLE2515 PLR0402 PLR1711 PLR1712 PLR1716 PLR2044 PLR5501
        PLW0120 PLW1510""",
    "pyupgrade": """UP001 UP003 UP004 UP005 UP006 UP007 UP008 UP009 UP010 UP011 UP012 UP013 UP014 UP015 UP017 UP018
        UP019 UP020 UP021 UP022 UP023 UP024 UP025 UP029 UP030 UP032 UP033 UP034 UP035 UP037 UP039
        UP041 UP043 UP044 UP045 UP048 UP049 UP050 UP051""",
    "refurb": """FURB116 FURB122 FURB129 FURB140 FURB142 FURB145 FURB154 FURB156 FURB157 FURB167 FURB168 FURB169
        FURB181 FURB188""",
    "ruff": """RUF010 RUF013 RUF020 RUF021 RUF022 RUF028 RUF031 RUF036 RUF038 RUF041 RUF047 RUF051 RUF055 RUF056 RUF058
        RUF059 RUF061 RUF068 RUF072 RUF101 RUF102""",
}
TRIED = frozenset(code for codes in _LINTERS.values() for code in codes.split())

_LEFT = {
    "an operand may define it in its own way: `==`, `<`, `+`, `in`, truth, length, iteration, `format`": """
        B004 C414 C416 E711 E712 FLY002 FURB118 FURB131 FURB132 FURB136 FURB148 FURB171 PERF102 PIE810 PLC0207 PLC1802
        PLC2801 PLE1141 PLR1714 PLR1730 PLR1733 PLR1736 PLR6201 PLW3301 RUF005 RUF007 RUF015 RUF017 RUF019 RUF046 RUF050
        RUF057 SIM103 SIM118 SIM201 SIM202 SIM208 SIM210 SIM220 SIM221 SIM222 SIM223 SIM300 SIM401""",
    "what is evaluated, when, in which order or how often: state that calls share, what ends early": """
        ASYNC105 ASYNC116 B006 B011 C413 C417 C419 F504 F522 F523 F601 F602 FURB105 FURB110 FURB113 PERF401 PERF403
        PLR0202 PLR0203 PLW0108 PLW0245 PLW1507 RUF026 RUF070 SIM101 SIM105 SIM109 UP028""",
    "what is printed, logged, raised, read or computed": """
        B028 D400 D415 F541 F901 FURB101 FURB103 FURB152 FURB161 FURB162 FURB163 FURB164 FURB166 FURB177 FURB180
        FURB187 FURB192 ISC003 LOG001 LOG002 PIE790 PLR1722 RSE102 RUF030 RUF037 RUF039 RUF064 RUF071""",
    "names, signatures and code that others may rely on, or other versions of Python": """
        E731 N804 N805 PIE794 PLC0414 RUF023 RUF052 RUF053 RUF077 TID252 UP026 UP036 UP046 UP047 UP052""",
    "what a test tests": """PT009 PT014 PT022 PT027""",
}
LEFT = {code: why for why, codes in _LEFT.items() for code in codes.split()}
"""Codes whose unsafe fixes may change what a program does, and what may be different then."""
