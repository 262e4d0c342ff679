"""`python -m stomper`, the `stomper` script and the binary all start here."""

import sys

if __name__ == "__main__" and not sys.flags.safe_path and not __file__.startswith(f"{sys.path[0]}/"):
    # `python -m stomper` puts the folder that it is started in before the library: a checkout's json.py would be ours.
    del sys.path[0]


def main() -> None:
    """Run the command line and exit by the contract's codes."""
    frozen = getattr(sys, "frozen", False)
    if frozen:
        import multiprocessing

        # In the binary a worker is this program started again: it must go its own way before anything else.
        multiprocessing.freeze_support()
    from stomper.cli.main import run_cli
    from stomper.cli.streams import secure_streams
    from stomper.process.ending import end

    secure_streams()
    if frozen:
        _own_unpacked_folder()
    end(run_cli(sys.argv[1:]))


def _own_unpacked_folder() -> None:
    """Claim the folder that the binary unpacked itself to, and remove it at the end if nobody else does."""
    import atexit

    from stomper import process

    process.claim_unpacked()
    atexit.register(process.stand_in_for_loader)


if __name__ == "__main__":
    main()
