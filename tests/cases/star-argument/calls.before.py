def call(function, session, args, kwargs):
    function(1, session=session, *args, **kwargs)
    return function(session=session,
                    timeout=3,
                    *args)
