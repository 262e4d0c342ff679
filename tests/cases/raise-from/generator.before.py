def lines(files):
    for file in files:
        try:
            yield from file
        except (OSError, ValueError):
            raise RuntimeError(file)
