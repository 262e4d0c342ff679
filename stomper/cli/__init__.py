"""The command line: click, one file per command. Nothing below this folder prints or reads argv.

On floor 12: every folder on a higher floor may import it.
"""
