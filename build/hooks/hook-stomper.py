"""What PyInstaller cannot see: modules that are imported by name, and data files."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

# `__main__` is the entry script; a second copy of it as a module would be dead weight.
hiddenimports = collect_submodules("stomper", filter=lambda name: not name.endswith(".__main__"))
datas = collect_data_files("stomper")
