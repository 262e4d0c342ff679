def remove(path):
    try:
        path.unlink()
    except OSError:  # pragma: no cover
        pass
