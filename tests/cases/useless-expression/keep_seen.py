def read(request):
    request.content_type
    return dict(locals())


def each(request):
    request.content_type
    yield 1


async def later(request):
    request.content_type
    await request.done()
