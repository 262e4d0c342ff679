def thing() -> int:
    return 1
