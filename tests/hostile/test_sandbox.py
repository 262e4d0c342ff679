"""A program in a sandbox that means harm: it reads, reaches and changes nothing that it was not given."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper import process
from stomper.process import Sandbox
from stomper.settings import Settings
from stomper.worker.checkout_watch import confine
from tests.kit.agents import stub_agent
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.sandboxes import KINDS, sandbox_of

CANARY = "canary-of-the-user"
KNOBS = (
    *("/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger", "/proc/irq"),
    *("/sys", "/sys/kernel/mm", "/sys/fs/cgroup"),
)
CALL = """
import socket, sys
for name in sys.argv[1:]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            socket.socket(socket.AF_UNIX, kind).connect(name.replace("@", chr(0)))
            print("reached", name)
        except OSError:
            pass
"""


@pytest.fixture(params=KINDS)
def box(request: pytest.FixtureRequest) -> Sandbox:
    return sandbox_of(request.param)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "open").mkdir()
    return tmp_path / "open"


def shell(box: Sandbox, place: Path, script: str, **env: str) -> process.Completed:
    words = ["sh", "-c", script]
    return process.run(words, cwd=place, env=env, contained=True, sandbox=box.opened(place), timeout=120)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[list[str]]:
    """Sockets of the user's daemons: below temporary folders, in a folder that is shown, and an abstract one."""
    names = [str(tmp_path / "daemon"), f"/var/tmp/stomper-{os.getpid()}", str(tmp_path / "open" / "inside")]
    sockets = [socket.socket(socket.AF_UNIX) for _ in range(len(names) + 1)]
    try:
        for listener, name in zip(sockets, [*names, f"\0stomper-{os.getpid()}"], strict=True):
            listener.bind(name)
            listener.listen()
        yield [*names, f"@stomper-{os.getpid()}"]
    finally:
        for listener in sockets:
            listener.close()
        for name in names:
            Path(name).unlink(missing_ok=True)


def test_secrets_of_the_user_are_out_of_sight(box: Sandbox, place: Path, hermetic: Hermetic) -> None:
    """Keys, tokens, histories, other repositories: in the home, beside it, and in folders for temporary files."""
    folders = (".ssh/id_ed25519", ".aws/credentials", ".netrc", "work/other/.git/config", ".config/gh/hosts.yml")
    secrets = [hermetic.home / name for name in folders] + [hermetic.root / "srv" / "secret", hermetic.tmp / "secret"]
    for secret in secrets:
        secret.parent.mkdir(parents=True, exist_ok=True)
        secret.write_text(CANARY)
    words = " ".join(f"'{secret}'" for secret in secrets)
    # Of what is not of this test, the names alone: reading all of a home or of /tmp takes minutes.
    homes = f"~ {hermetic.root}; find ~ /root /home /tmp /var/tmp /dev/shm /run -name secret"
    done = shell(box, place, f"cat {words}; grep -rs {CANARY} {homes} -exec cat {{}} +; ls -A ~")
    assert CANARY not in (done.stdout + done.stderr).decode()
    (hermetic.tmp / "secret").unlink()


def test_root_reads_nothing_that_is_roots_alone(box: Sandbox, place: Path) -> None:
    if os.geteuid():
        pytest.skip("for root")
    done = shell(box, place, "cat /etc/shadow /etc/gshadow; ls /etc/ssl/private; id -u; grep CapEff /proc/self/status")
    number, capabilities = done.stdout.decode().split("\n")[:2]
    assert (number, int(capabilities.split()[1], 16)) == ("65534", 0)


def test_no_socket_can_be_reached(box: Sandbox, place: Path, listening: list[str]) -> None:
    """Where there is a network there are abstract sockets too: these are all that is reached then."""
    words = [sys.executable, "-IS", "-c", CALL, *listening]
    offline, online = (
        process.run(words, cwd=place, contained=True, sandbox=box.opened(place).online(network), timeout=120)
        for network in (False, True)
    )
    assert (offline.stdout, offline.stderr) == (b"", b"")
    assert online.stdout.decode() == f"reached {listening[-1]}\n"


def test_a_socket_of_its_own_works(box: Sandbox, place: Path) -> None:
    """By loopback, by a path, by an abstract name, by shared memory: what a test suite does."""
    code = (
        "import socket, multiprocessing.shared_memory as m\n"
        "s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname()[:2])\n"
        "for name in ('own', '/tmp/own', chr(0) + 'own'):\n"
        "    u = socket.socket(socket.AF_UNIX); u.bind(name); u.listen()\n"
        "    socket.socket(socket.AF_UNIX).connect(name)\n"
        "m.SharedMemory(create=True, size=1).unlink()\n"
    )
    done = process.run([sys.executable, "-I", "-c", code], cwd=place, contained=True, sandbox=box.opened(place))
    assert (done.returncode, done.stderr) == (0, b"")


def test_no_process_outside_can_be_seen_or_stopped(box: Sandbox, place: Path) -> None:
    outer = os.getpid()
    script = f"kill -9 {outer}; kill -TERM {outer}; cat /proc/{outer}/environ; ls /proc/{outer}/root /proc/1/root"
    done = shell(box, place, f"{script}; kill -9 -1; ls -d /proc/[0-9]* | wc -l", SECRET=CANARY)
    assert done.returncode in (0, -signal.SIGKILL)
    assert CANARY not in done.stdout.decode()


def test_nothing_outside_is_written_to(box: Sandbox, place: Path, tmp_path: Path) -> None:
    """Kernel settings, devices, control groups, shared memory; what it leaves in /tmp is its own and gone."""
    name = f"stomper-{os.getpid()}"
    places = [f"{folder}/{name}" for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev", "/usr", "/etc", "~")]
    tries = "; ".join(f"echo x > {target}" for target in places)
    knobs = "; ".join(f"test ! -w {knob} || echo {knob}" for knob in KNOBS)
    done = shell(box, place, f"{{ {tries}; }} 2>/dev/null; {knobs}; ls /dev | grep -E 'kmsg|mem|fuse|kvm|sd|vd|nvme'")
    assert done.stdout == b""
    assert [target for target in places if Path(target).expanduser().exists()] == []


def test_names_of_the_host_and_messages_are_its_own(box: Sandbox, place: Path) -> None:
    done = shell(box, place, "for n in pid ipc uts net mnt user; do readlink /proc/self/ns/$n; done")
    inside = done.stdout.decode().split()
    outside = [str(Path(f"/proc/self/ns/{name}").readlink()) for name in ("pid", "ipc", "uts", "net", "mnt", "user")]
    assert not set(inside) & set(outside)
    assert len(inside) == 6


def test_links_in_its_own_folder_lead_nowhere(box: Sandbox, place: Path, hermetic: Hermetic) -> None:
    (hermetic.home / "secret").write_text(CANARY)
    (place / "link").symlink_to(hermetic.home)
    done = shell(box, place, "cat link/secret; echo x > link/made; ln -s / all; echo x > all/made")
    assert (done.stdout, sorted(path.name for path in hermetic.home.iterdir())) == (b"", ["secret"])


def test_of_the_repository_git_works_and_nothing_else_is_there(repo: GitRepo, place: Path, hermetic: Hermetic) -> None:
    """Neither the checkout with what git does not know of it, nor what is recorded of runs; nothing can be changed."""
    repo.commit_file("kept.txt", "kept\n")
    repo.write(".env", CANARY)
    opened = repo.opened()
    opened.state.mkdir(exist_ok=True)
    (opened.state / "record").write_text(CANARY)
    sandbox, _ = confine(opened, Settings(), [stub_agent()], place)
    if sandbox is None:
        pytest.skip("no sandbox works here")
    tree = place / "tree"
    repo.git("worktree", "add", "-q", "--detach", tree)
    done = shell(sandbox, tree, f"git log --format=%s; git status -s; git show HEAD:kept.txt; cat {repo.path}/.env"
                 f"; cat {opened.state}/record; git update-ref refs/heads/x HEAD; git config a.b c")  # fmt: skip
    assert done.stdout.decode().splitlines()[-1] == "kept"
    assert CANARY not in done.stdout.decode()
    assert "refs/heads/x" not in repo.refs()
    repo.git("worktree", "remove", "--force", tree)
