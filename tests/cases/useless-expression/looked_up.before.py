def read(request):
    request.content_type  # reads the headers


def known(names):
    try:
        undefined
    except NameError:
        names[0]; return 1


def has(request):
    try:
        request.content_type
    except AttributeError:
        return False
    return True
