def read(request, names):
    request.content_type  # reads the headers
    try:
        undefined
    except NameError:
        names[0]; return 1
