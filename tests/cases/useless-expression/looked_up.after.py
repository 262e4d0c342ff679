def read(request, names):
    _ = request.content_type  # reads the headers
    try:
        _ = undefined
    except NameError:
        names[0]; return 1
