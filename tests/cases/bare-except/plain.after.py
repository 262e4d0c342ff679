def work(task):
    try:
        task()
    except ValueError:
        return 1
    except BaseException:  # all of them
        return 2
    try:
        task()
    except BaseException:
        return 3
