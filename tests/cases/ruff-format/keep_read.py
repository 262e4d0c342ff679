"""Use it.  

So.  
"""

print(__doc__)
