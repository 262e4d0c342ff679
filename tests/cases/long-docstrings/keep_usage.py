"""Usage: program [options] with a line that docopt reads and that nobody else may break in two."""
