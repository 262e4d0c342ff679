def work(a, b):
    first = {"left": alone}
    result = some_function_with_a_long_name(
        first, "an argument", keyword="another argument", c=a
    )
    if a:
        return result
    x = 1
    y = [2, 3]
    z = 4
    return x, y, z


class Table:
    def tabs(self):
        return {"a": 1}
