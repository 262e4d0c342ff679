from gettext import gettext as _


def read(request):
    request.content_type
    return _("read")
