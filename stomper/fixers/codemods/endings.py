"""The end of a function."""

import libcst as cst


def with_return_none(body: cst.IndentedBlock) -> cst.IndentedBlock:
    """The block with `return None` as its last statement; a comment at its end stays above that."""
    last = cst.SimpleStatementLine([cst.Return(cst.Name("None"))], leading_lines=body.footer)
    return body.with_changes(body=[*body.body, last], footer=[])
