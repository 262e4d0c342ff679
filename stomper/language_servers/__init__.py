"""Speak the language server protocol: start a server, show it files, ask it for diagnostics and code actions.

On floor 5: every folder on a higher floor may import it.
"""
