"""The command line: click, one file per command. Nothing below this folder prints or reads argv."""
