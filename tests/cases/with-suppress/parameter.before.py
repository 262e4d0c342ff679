def run(contextlib):
    try:
        contextlib.go()
    except OSError:
        pass
