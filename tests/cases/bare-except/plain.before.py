def work(task):
    try:
        task()
    except ValueError:
        return 1
    except:  # all of them
        return 2
    try:
        task()
    except   :
        return 3
