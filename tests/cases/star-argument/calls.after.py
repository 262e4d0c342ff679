def call(function, session, args, kwargs):
    function(1, *args, session=session, **kwargs)
    return function(*args,
                    session=session,
                    timeout=3)
