def work(task):
    BaseException = ValueError
    try:
        task()
    except:
        return 2
