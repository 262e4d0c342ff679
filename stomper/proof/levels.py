"""The grade that a guess needs to land."""

from stomper.settings import ProofLevel, ProofSettings


def level_for(proof: ProofSettings, path: str, code: str) -> ProofLevel:
    """Give the level for a code in a file."""
    return proof.level
