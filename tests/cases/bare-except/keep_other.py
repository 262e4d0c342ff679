def run(work, BaseException):
    try:
        work()
    except:
        return BaseException
