"""Records as a TOML file, for a team: what one repository has learned for the others."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import make_room
from stomper.disk.parse import parse_toml
from stomper.disk.regular_files import read_regular_text
from stomper.errors import ConfigError
from stomper.learning.broken import Broken
from stomper.learning.records import Record
from stomper.learning.store import Learned, Share

FORMAT = 1
MOST_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class ExportedShare:
    """A share with the id of the store that it is from."""

    origin: str
    runs: int
    records: tuple[Record, ...]
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A whole file."""

    format: int
    shares: tuple[ExportedShare, ...]


def write_export(path: Path, learned: Learned) -> None:
    """Write everything a store has. Raises ConfigError if that cannot be done."""
    import tomli_w

    shares = tuple(ExportedShare(origin, s.runs, s.records, s.broken) for origin, s in sorted(learned.shares.items()))
    try:
        make_room(path)
        write_atomically(path, tomli_w.dumps(dataclasses.asdict(Export(FORMAT, shares))).encode())
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror}", "Name a file in a folder that can be written."
        ) from error


def read_export(path: Path) -> dict[str, Share]:
    """The shares of a file by their origins. Raises ConfigError for what is no export."""
    import pydantic

    try:
        export = pydantic.TypeAdapter(Export).validate_python(parse_toml(read_regular_text(path, limit=MOST_BYTES)))
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}", "Write one with: stomper stats export FILE"
        ) from error
    except ValueError as error:
        words = " ".join(str(error).split())[:200]
        raise ConfigError(f"{path} is no export of `stomper stats`: {words}", "Write it again.") from error
    if export.format != FORMAT:
        raise ConfigError(f"{path} has format {export.format}, and this is for {FORMAT}", "Another version wrote it.")
    return {share.origin: Share(share.runs, share.records, share.broken) for share in export.shares}
