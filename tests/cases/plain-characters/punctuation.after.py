def area(width, height):
    """Don't multiply by hand - 'width x height'.

    Hard space, fullwidth (brackets).
    """
    # It's 3 x 4 - 1.
    return width * height  # not “width” / height
