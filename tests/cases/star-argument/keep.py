def call(function, session, args):
    return function(session=session.open(), *args)


def remark(function, session, args):
    return function(session=session,  # the one that is open
                    *args)


def split(function, session, text):
    return function(session=session, *text.split())
