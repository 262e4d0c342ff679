"""The codes of ruff behind whose fixes only types or tests stand, with what might differ."""

from stomper.proof.rows import Row, needs

A_TEST = "a test that runs it"
OR_TYPES = "a test that runs it, or mypy saying that the operands are built-in"
ONLY_ASKED = "a person: it is about other files than this one, or changes what the program does"
A_READER = "a person: what reads the docstring may show it to somebody"
NO_TEST = frozenset({ONLY_ASKED, A_READER})
"""What tests that pass say nothing about."""
NEEDS: tuple[Row, ...] = (
    needs(
        OR_TYPES,
        "an operand may define it in its own way: `==`, `<`, `+`, `in`, truth, hash, length, iteration, `format`",
        """B004 C401 C403 C404 C414 C416 E711 E712 F632 FLY002 FURB118 FURB131 FURB132 FURB136 FURB148 FURB161
        FURB168 FURB169 FURB171 PERF102 PIE810 PLC0207 PLC1802 PLC2801 PLE1141 PLR1714 PLR1730 PLR1733 PLR1736 PLR6104
        PLR6201 PLW3301 RUF005 RUF007 RUF015 RUF017 RUF019 RUF046 RUF050 RUF057 SIM101 SIM103 SIM118 SIM201 SIM202
        SIM208 SIM210 SIM220 SIM221 SIM222 SIM223 SIM300 SIM401 UP031""",
    ),
    needs(OR_TYPES, "what is caught may be a tuple, which Python refuses within another", "B013"),
    needs(
        OR_TYPES,
        "the object may be another than its method's name says",
        """FURB129 FURB140 FURB142 FURB145 FURB188 FURB192 FURB122 G010 PERF101 PGH002 RUF051 RUF055 RUF056 SIM910
        SIM911 UP005""",
    ),
    needs(
        A_TEST,
        "what is evaluated, when, in which order or how often",
        """ASYNC105 ASYNC115 ASYNC116 B006 B011 C417 C419 E731 F504 F522 F523 F601 F602 FURB110 FURB113 FURB116 FURB187
        ISC003 PERF401 PERF403 PIE807 PLC0208 PLE0241 PLE4703 PLR0202 PLR0203 PLR1701 PLR1712 PLR1722 PLW0108 PLW0133
        PLW0245 PLW1507 RSE102 RUF024 RUF026 RUF070 SIM105 SIM109 TRY201 UP028""",
    ),
    needs(
        A_TEST,
        "what is printed, logged, raised, read or computed",
        """B028 F901 FURB101 FURB103 FURB152 FURB162 FURB163 FURB164 FURB166 FURB177 G004 LOG001 LOG002 LOG004
        LOG014 PLW1514 RUF027 RUF030 RUF032 RUF064 RUF071 SIM112 T201 T203 TRY400
        PTH100 PTH101 PTH102 PTH103 PTH104 PTH105 PTH106 PTH107 PTH108 PTH109 PTH110 PTH111 PTH112 PTH113 PTH114 PTH115
        PTH116 PTH117 PTH119 PTH120 PTH121 PTH123 PTH201 PTH202 PTH203 PTH204 PTH205 PTH208 PTH210 PTH211""",
    ),
    needs(
        A_TEST,
        "names, bases, signatures and lists that others may read",
        """FURB180 FURB189 ICN001 N804 N805 PIE794 PLC0414 PLE1519 PLE1520 PYI018 PYI025 PYI059 RUF022 RUF023 RUF033
        RUF052 RUF053 RUF068 RUF077 UP001 UP013 UP014 UP040 UP042 UP046 UP047 UP049 UP051 UP052""",
    ),
    needs(
        A_TEST,
        "the module that is imported, when, and what it does then",
        "E402 FA100 FA102 I002 TC001 TC002 TC003 TC004 TC007 TC008 TID252 TID254 TID255 UP023 UP026 UP036 UP038",
    ),
    needs(A_TEST, "what a test tests", "PT009 PT014 PT022 PT027 RUF061"),
    needs(
        A_TEST,
        "what a framework does with it",
        """AIR201 AIR202 AIR301 AIR302 AIR311 AIR312 AIR321 FAST001 FAST002 FAST003 NPY001 NPY003 NPY201 PD002""",
    ),
    needs(ONLY_ASKED, "the program that the system starts, or the settings of a tool", "EXE004 RUF201 RUF202"),
)
