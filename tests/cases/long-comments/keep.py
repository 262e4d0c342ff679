# https://example.com/a/path/that/has/no/spaces/and/that/is/much/longer/than/a/line/may/be/at/all
def work(a):
    # | a table   | with columns that would not be columns any more if they were in other lines  |
    # result = work_that_was_taken_out(with_an_argument, and_another_one, and_a_third_one_as_well)
    value = a.attribute  # type: ignore[attr-defined]  # because of something that is long to explain
    if value:
        return 1
    else:  # a comment that is too long, which would be in the block above if it were moved above this
        return 2
    value = a + \
        2  # a comment that is too long behind a line that ends with a backslash, above which nothing fits
    value = 3  # pragma: no cover because of something that takes more words than there is room for
    # aligned   words    that    are      set      in        columns      and      so        stay     #
