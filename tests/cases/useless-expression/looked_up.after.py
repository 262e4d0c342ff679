def read(request):
    _ = request.content_type  # reads the headers


def known(names):
    try:
        _ = undefined
    except NameError:
        names[0]; return 1


def has(request):
    try:
        _ = request.content_type
    except AttributeError:
        return False
    return True
