x: int = "a"  # type: ignore[assignment]
y: int = "a" + 1  # type: ignore[operator] # noqa: E501
z: int = len(1) + ""  #type:ignore[arg-type, operator]  # both
print("a" + 1, "# type: ignore #")  # type: ignore[operator]
print(
    "a" + 1,  # type: ignore[operator]
    '# type: ignore',
)
