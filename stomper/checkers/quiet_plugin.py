"""A plugin for the project's pytest that switches off, by name, what plugins and pytest itself write.

A copy of this file is loaded by `-p` like `pytest_plugin`, and imports nothing but what every pytest brings. No option
of the command line could do this: most exist only if their plugin does, and an unknown option is an error. So the
plugin sets them if they are there, wherever they come from: `addopts`, PYTEST_ADDOPTS or a default.
"""

import os
from collections.abc import Sequence
from typing import Any

from pluggy import HookimplMarker

hookimpl = HookimplMarker("pytest")
HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  # as old Pythons have it
OFF = {
    # pytest: reports, uploads, a folder that is emptied first
    "log_file": os.devnull,
    "pastebin": None,
    "basetemp": None,
    "report_log": None,
    # coverage, and reports of other plugins
    "no_cov": True,
    "htmlpath": None,
    "json_report": False,
    "json_report_file": "none",
    "allure_report_dir": None,
    "md_report_output": None,
    # snapshots, recordings, expected files: compared, never written
    "update_snapshots": False,
    "snapshot_update": False,
    "inline_snapshot": "disable",
    "force_regen": False,
    "regen_all": False,
    "update_goldens": False,
    "update_golden": False,
    "update_examples": False,
    "image_snapshot_update": False,
    "insta": None,
    "record_mode": "none",
    "vcr_record": "none",
    "vcr_record_mode": "none",
    "mpl_generate_path": None,
    "mpl_generate_hash_library": None,
    "mpl_results_path": None,
    "mpl_generate_summary": None,
    # measurements
    "benchmark_storage": "file://" + HERE + "/benchmarks",
    "benchmark_autosave": False,
    "benchmark_save": None,
    "benchmark_json": None,
    "benchmark_histogram": None,
    "profile_svg": False,
    "memray_bin_path": None,
    "mtr_no_db": True,
    "store_durations": False,
}


@hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: Any, args: Any) -> Any:
    """Before the first conftest.py is loaded."""
    args[:] = _without_debug(args)
    _switch_off(early_config.known_args_namespace)
    yield


@hookimpl(hookwrapper=True, tryfirst=True)
def pytest_cmdline_main(config: Any) -> Any:
    """Before any plugin is configured."""
    _switch_off(config.option)
    yield


def _switch_off(options: Any) -> None:
    for name, value in OFF.items():
        if hasattr(options, name):
            setattr(options, name, value)


def _without_debug(words: Sequence[str]) -> Any:
    """Leave out pytest's own file of debugging, which is opened before any plugin is asked."""
    kept, after = [], False
    for word in words:
        named = after and not word.startswith("-")
        after = word == "--debug"
        if not (after or named or word.startswith("--debug=")):
            kept.append(word)
    return kept
