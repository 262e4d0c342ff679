"""A comment that silences nothing."""

a = 1  # type: ignore
b: int = "b"  # type: ignore[assignment, attr-defined]
c = 3  # type: ignore[attr-defined]  # of another opinion
d = 4  #type:ignore
e = 5  # type: ignore [attr-defined]
