def work():
    """Text that the program shows as it stands, in a line that is longer than it may be, always."""


print(work.__doc__)
