"""Sandboxes of each kind, for tests that try to get out."""

from pathlib import Path

import pytest

from stomper.process import Sandbox, candidates, keeps_all, prove

KINDS = ("bubblewrap", "namespaces")


def sandbox_of(kind: str, *closed: Path) -> Sandbox:
    """The sandbox of this kind; the test is skipped where it is not installed or not allowed."""
    for box in candidates():
        if box.kind == kind:
            proofs = prove(box, *closed)
            if not proofs:
                pytest.skip(f"{kind}: not allowed here")
            assert keeps_all(proofs), [proof.name for proof in proofs if not proof.holds]
            return box
    pytest.skip(f"{kind}: not installed here")
