from strange import *


def check(a, b):
    lock = a.acquire()
    held, other = None, a[b]
    text = """a  
      
    """
    if text:
        raise ValueError("none")
    print(msg)
    return "%s" % b.args


def shown():
    """Show.

    >>> show()
    a  
    """
    message = f"""
    {shown}  
    """
    return message
