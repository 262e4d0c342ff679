QUOTES = {
    "nl": "‘’",  # ‘’ as in “it’s”
    "x": "\u2019",  # ’ RIGHT SINGLE QUOTATION MARK
}


def count():
    """Счёт by α and 𝑑.

    >>> print("it’s")
    it’s
    """
    # Сорок: о.
