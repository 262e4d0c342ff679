"""Accepting what is left: comments that silence just the diagnostics which nobody fixed."""

from stomper.fixers.suppress.fixer import NAME, SuppressFixer

__all__ = ["NAME", "SuppressFixer"]
