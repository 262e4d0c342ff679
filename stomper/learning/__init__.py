"""Record what each fixer achieved per code, and rank fixers and prompts by it.

On floor 3: every folder on a higher floor may import it.
"""
