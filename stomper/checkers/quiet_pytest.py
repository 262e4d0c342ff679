"""A plugin for the project's pytest that switches off, by name, what plugins and pytest itself write.

No option of the command line could: most exist only where their plugin does, and an unknown option is an error. So
the plugin sets them where they are there, wherever they come from: `addopts`, PYTEST_ADDOPTS or a default.
"""

import os
from collections.abc import Mapping
from pathlib import Path

MODULE = "stomper_quiet_pytest"
# For the project's interpreter, which may be older than ours.
SOURCE = '''\
"""Switches off what a look at tests must not do: put there by Stomper for one call."""

import os

import pytest

OFF = {
    # pytest: reports, uploads, a folder that is emptied first
    "log_file": os.devnull, "pastebin": None, "basetemp": None, "report_log": None,
    # coverage, and reports of other plugins
    "no_cov": True, "htmlpath": None, "json_report": False, "json_report_file": "none",
    "allure_report_dir": None, "md_report_output": None,
    # snapshots, recordings, expected files: compared, never written
    "update_snapshots": False, "snapshot_update": False, "inline_snapshot": "disable", "force_regen": False,
    "regen_all": False, "update_goldens": False, "update_golden": False, "update_examples": False,
    "image_snapshot_update": False, "insta": None, "record_mode": "none", "vcr_record": "none",
    "vcr_record_mode": "none", "mpl_generate_path": None, "mpl_generate_hash_library": None,
    "mpl_results_path": None, "mpl_generate_summary": None,
    # measurements
    "benchmark_storage": "file://" + os.path.join(os.path.dirname(os.path.abspath(__file__)), "benchmarks"),
    "benchmark_autosave": False, "benchmark_save": None, "benchmark_json": None, "benchmark_histogram": None,
    "profile_svg": False, "memray_bin_path": None, "mtr_no_db": True, "store_durations": False,
}


def _switch_off(options):
    for name, value in OFF.items():
        if hasattr(options, name):
            setattr(options, name, value)


def _without_debug(words):
    """pytest's own file of debugging is opened before any plugin is asked."""
    kept, after = [], False
    for word in words:
        named = after and not word.startswith("-")
        after = word == "--debug"
        if not (after or named or word.startswith("--debug=")):
            kept.append(word)
    return kept


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config, args):
    args[:] = _without_debug(args)
    _switch_off(early_config.known_args_namespace)
    yield


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    _switch_off(config.option)
    yield
'''


def quiet_words(place: Path) -> tuple[str, ...]:
    """Put the plugin below `place`; the options that load it, and that keep pytest's own report of tests there."""
    folder = plugin_folder(place)
    folder.mkdir(exist_ok=True)
    (folder / f"{MODULE}.py").write_text(SOURCE)
    return ("-p", MODULE, f"--junitxml={folder / 'report.xml'}")


def with_plugin(environment: Mapping[str, str], place: Path) -> dict[str, str]:
    """The variables of a pytest that is to find the plugin, after all that the project imports."""
    return {**environment, "PYTHONPATH": os.pathsep.join([environment["PYTHONPATH"], str(plugin_folder(place))])}


def plugin_folder(place: Path) -> Path:
    return place / "plugins"
