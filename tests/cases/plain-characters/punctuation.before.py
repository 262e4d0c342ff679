def area(width, height):
    """Don’t multiply by hand – ‘width × height’.

    Hard space, fullwidth （brackets）.
    """
    # It’s 3 × 4 − 1.
    return width * height  # not “width” ∕ height
