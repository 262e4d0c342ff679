"""A scripted forge on the loopback, with its API, held against what its maker describes, and git over HTTP."""
