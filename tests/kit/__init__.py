"""What tests stand on:

- `hermetic`: the environment of each test (autouse): own HOME, XDG folders, TMPDIR, git configuration, dates.
- `repo`: `GitRepo`, a real repository and what can be asked of it (`repo`, `make_repo` fixtures).
- `leaks`: after each test, nothing may be left that was not announced (`leaks.expect`, `leaks.allow`).
- `cli`: Stomper as a real process (`stomper` fixture: `stomper.run`, `stomper.start`).
- `warm`: the same without the time of its imports, by a fork of a process that has them; `cold` marks the exceptions.
- `fakes`: fixers and tools to order; the programs are in `tests/fakes`.
- `samples`, `contents`: repositories whose findings are known; names and bytes that break careless programs.
- `roundtrip`, `wait`: a change from worktree to index; waiting for something without sleeping.
"""
