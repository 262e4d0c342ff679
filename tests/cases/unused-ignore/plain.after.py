"""A comment that silences nothing."""

a = 1
b: int = "b"  # type: ignore[assignment]
c = 3  # of another opinion
d = 4
e = 5
