"""Profiles: settings under a name, which count if that is chosen. They beat what the files say beside them."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from stomper.config.layers import Layer, merge
from stomper.errors import ConfigError
from stomper.models import printable
from stomper.text.suggestions import did_you_mean

TABLE = "profiles."


def without_profile(key: str) -> str:
    """A key as it is called beside the profiles."""
    return key.split(".", 2)[2] if key.startswith(TABLE) and key.count(".") > 1 else key


def profiles_in(layer: Layer) -> frozenset[str]:
    """The names of the profiles that settings have."""
    return frozenset(key.split(".")[1] for key in layer if key.startswith(TABLE))


def with_profile(files: Layer, stronger: Iterable[Layer], known: Collection[str]) -> Layer:
    """The settings of the files, then of the chosen profile, then of what is stronger; the profiles are gone from it.

    Raises ConfigError for a profile that is none of those that are `known`, though nothing of it may count.
    """
    above = merge(stronger)
    beside = {key: setting for key, setting in files.items() if not key.startswith(TABLE)}
    name = str({**beside, **above}["profile"].value)
    if name and name not in known:
        hint = (
            did_you_mean(name, set(known)) if known else f"No file has one: [tool.stomper.profiles.{printable(name)}]"
        )
        raise ConfigError(f"there is no profile {printable(name)}", hint)
    return merge([beside, _profile(files, name), above])


def _profile(files: Layer, name: str) -> Layer:
    found = (setting for key, setting in files.items() if name and key.startswith(f"{TABLE}{name}."))
    bare = (replace(setting, key=without_profile(setting.key), profile=name) for setting in found)
    return {setting.key: setting for setting in bare}
