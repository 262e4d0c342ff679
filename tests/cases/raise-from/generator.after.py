def lines(files):
    for file in files:
        try:
            yield from file
        except (OSError, ValueError) as err:
            raise RuntimeError(file) from err
