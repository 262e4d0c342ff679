x: int = "a"  # type: ignore
y: int = "a" + 1  # type: ignore # noqa: E501
z: int = len(1) + ""  #type:ignore  # both
print("a" + 1, "# type: ignore #")  # type: ignore
print(
    "a" + 1,  # type: ignore
    '# type: ignore',
)
