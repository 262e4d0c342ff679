"""Keys of one test, by which git signs commits: real ones of OpenPGP and SSH, and a program that only pretends."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.hermetic import IDENTITY, Hermetic

# It signs so many times, as git's gpg.program, and then no more.
PRETENDER = """\
#!/bin/sh
cat > /dev/null
echo . >> {count}
test "$(wc -l < {count})" -le {times} || {{ echo 'the card was taken out' >&2; exit 2; }}
echo '[GNUPG:] SIG_CREATED ' >&2
echo '-----BEGIN PGP SIGNATURE-----'
"""


@contextlib.contextmanager
def openpgp(hermetic: Hermetic) -> Iterator[None]:
    """A key of the user's in a keyring of its own; its agent is ended. Skips the test without gpg."""
    if shutil.which("gpg") is None or shutil.which("gpgconf") is None:
        pytest.skip("gpg is not installed")
    home = hermetic.root / "gnupg"
    home.mkdir(mode=0o700)
    os.environ["GNUPGHOME"] = str(home)
    words = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", f"{IDENTITY[0]} <{IDENTITY[1]}>"]
    try:
        subprocess.run([*words, "ed25519", "sign", "0"], check=True, capture_output=True)
        yield
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)


@contextlib.contextmanager
def ssh(hermetic: Hermetic) -> Iterator[None]:
    """A key of the user's, which git knows and trusts. Skips the test without ssh-keygen."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    key = hermetic.home / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True, capture_output=True)
    signers = hermetic.home / "signers"
    signers.write_text(f"{IDENTITY[1]} {key.with_suffix('.pub').read_text()}")
    hermetic.set_git_config("gpg.format", "ssh")
    hermetic.set_git_config("user.signingKey", f"{key}.pub")
    hermetic.set_git_config("gpg.ssh.allowedSignersFile", str(signers))
    yield


KINDS = {"openpgp": openpgp, "ssh": ssh}


def pretender(hermetic: Hermetic, times: int) -> Path:
    """Have git sign by a program that does so for `times` commits, and then fails."""
    program = hermetic.root / "pretender"
    program.write_text(PRETENDER.format(count=hermetic.root / "signed", times=times))
    program.chmod(0o755)
    hermetic.set_git_config("gpg.program", str(program))
    return program
