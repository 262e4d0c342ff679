"""Every key with an example of its value and its meaning, as stomper.toml has them: docs/configuration.md, in code."""

EVERY_KEY = """\
# extends = ["../company.toml"]    # files whose settings count where this one says nothing (below)
# profile = "ci"                   # the profile that is used: [profiles.ci] (below)
# presets = ["tools/mine.toml"]    # files with tools of your own, called by the names of the files (docs/presets.md)
checkers = ["ruff"]                # also mypy (by default where a project configures it), pytest, drill-sergeant
checker_timeout = 600              # seconds for one call of one of these, and for Stomper's own work in one attempt
fixers = ["ruff", "codemods"]      # in this order, cheapest first (docs/fixers.md); also drill-sergeant, sarif, lsp
formatters = ["auto"]              # the project's own; or names: ruff, black, isort, yapf, autopep8; or [] for none
max_retries = 3                    # how often the chain repeats while it helps, and an agent is asked again
unsafe_fixes = false               # also the fixes that ruff calls unsafe
severity = "hint"                  # only what is at least this: error, warning, information, hint (everything)
strategy = "all"                   # one-type: the code with the most; by-tool: the first checker that finds anything
error_types = []                   # code prefixes: only these; empty: all
# max_errors = 100                 # work on so many diagnostics in a run
# max_files = 20                   # and so many files
allow_other_files = false          # may a fix touch other files than its own?
sandbox = "auto"                   # what keeps agents in: auto, require or off (docs/sandbox.md)
# sandbox_readable = ["~/tools"]   # further files and folders that agents and tests may read
tool_sandbox = "on"                # on or off: checkers and other fixers, where an agent or a command fixes
learning = true                    # record what came of agents' attempts and what tests took out, and go by it
# baseline = "known.json"          # known diagnostics; default: stomper-baseline.json, where there is one

[workflow]
max_parallel_files = 4             # 1 to 32; 0 = as many as CPUs
test_validation = "final"          # full: suite after each file; quick: affected tests; final: once, then bisect; none
continue_on_error = true
start_method = "forkserver"        # workers are forks of one helper; "spawn": each is a new Python
worktrees = "auto"                 # the fastest that works; or overlay, clone, recycled, fresh (docs/performance.md)
interrupt_grace = 10               # seconds that work in flight gets after a first ^C
max_load = 16                      # no more workers begin while the load of each CPU is above this; 0: no limit
min_free_memory = 128              # nor while fewer MB are free
rounds = 3                         # 1 to 10: how often a run goes over the files that can still win (docs/usage.md)

[budget]              # no limits by default; costs in US dollars, by estimate
# max_cost = 5                     # of a run, its resumptions included
# max_tokens = 1_000_000
# max_minutes = 60                 # of each session of it
# file_max_cost = 0.5              # of each file
# file_max_tokens = 100_000
# file_max_minutes = 10            # that models are asked about it

[files]
include = ["**/*.py", "**/*.pyi"]
exclude = []

[ignores]
files = []
errors = []                        # code prefixes

[git]
branch_prefix = "stomper"          # of --branch auto
commit_style = "conventional"      # or plain
commit_per = "file"                # or code, folder, tool, run (docs/commits.md has all of this table)
branch_exists = "fail"             # or append, replace: a --branch that has commits which HEAD does not have
# commit_message = "{type}: {summary}"
# commit_body = "{details}"
# trailers = ["Refs: {ticket}"]
# ticket = "AB-1"
# types = { safe = "style" }       # of conventional commits, by grade
signoff = false                    # Signed-off-by
# sign = true                      # default: as git's commit.gpgSign says
hooks = false                      # run pre-commit, prepare-commit-msg and commit-msg on each commit
hook_timeout = 600                 # seconds for one call of a hook
blame_ignore_revs = false          # list the commits in .git-blame-ignore-revs

[tests]               # found out where not given (docs/tests.md)
command = ["pytest", "-q"]         # default: pytest, by the project's own interpreter
timeout = 1800                     # seconds for one run of the suite
parallel = false                   # may several suites run at once?
sandbox = "on"                     # where an agent or a command fixes: on, read-only-home or off (docs/sandbox.md)
network = false                    # may tests and set-up use the network then?
# variables = ["STRIPE_KEY"]       # variables that look like secrets and that tests get all the same
reruns = 2                         # how often a new failure is tried again before it counts
# required = false                 # fix although no test can judge it; default: not where there are tests; true: never
record_types = true                # where `annotate` works, note the types that the tests of the base commit show
pythonpath = ["src"]
env = { MODE = "test" }

[environment]
python = ".venv/bin/python"        # default: the project's own (.venv, poetry's, ...), active one, PATH; not Stomper's
setup = ["make generated"]         # run once in each worktree that tests run in; "auto": docs/environments.md
copy = ["data/sample.bin"]         # untracked files that a worktree needs, beside those below
link = ["node_modules"]            # the same by a symbolic link, for what is large: nothing should write there

[guards]              # allow, warn or reject (docs/security/guards.md)
suppressions = "reject"
removed_tests = "reject"
skipped_tests = "reject"
removed_assertions = "reject"
unreachable_assertions = "reject"  # there, and not run, or caught where they fail
weakened_assertions = "reject"     # there, and say less; mocks and other stand-ins
disabled_code = "reject"           # functions emptied, code that no longer runs
indirect_names = "reject"          # eval, globals(), getattr(x, "name") in the place of a name
deletion = "reject"
deletion_percent = 60

[prompts]             # what agents are told (docs/prompts.md)
strategy = "auto"                  # or minimal, normal, detailed, verbose
max_bytes = 48_000                 # of one prompt

[proof]               # how sure a fix must be to land (docs/proof.md); proof = "safe" sets the level alone
level = "tested"                   # safe, proved, tested; none: also what nothing proves
codes = { E711 = "safe" }          # for code prefixes; the last that matches counts, before those of paths
paths = { "legacy/**" = "none" }   # for files that match; the last that matches counts

[suppress]            # the fixer that accepts what is left: fixers = ["ruff", "codemods", "suppress"]
# reason = "legacy, #12"           # stands behind each of its comments (docs/fixers.md)

[cache]               # what earlier runs found out about the same files (docs/cache.md)
enabled = true                     # --no-cache: not in this run
size = 64                          # MiB, 1 to 16384; what was not used for longest goes first
agents = false                     # true: also files that agents have fixed whole

[history]             # the runs that are remembered, in the git directory
keep_runs = 20                     # the last ones
keep_days = 30                     # the last one to undo, to redo and to resume stays longer

[agent.openai]        # a model without a client program: fixers = ["ruff", "openai"]
base_url = "http://127.0.0.1:11434/v1"   # Ollama, llama.cpp, vLLM, LM Studio; without it the provider's own
model = "qwen3-coder"
# key_variable = "OPENAI_API_KEY"  # the variable with the key; answer = "auto", "whole-file" or "search-replace"

[fixer.mine]          # a program of your own: fixers = ["ruff", "mine"]
command = ["my-fixer", "{file}"]   # runs at the top of the file's own worktree; {python}: the project's interpreter
timeout = 300
include = ["*.js"]                 # default: every file
takes = ["lint"]                   # the checkers whose diagnostics it is for; default: all
exit_codes = [0]                   # those that say it ran; ranges ("2-4") and "any" as for checkers
configured_by = ["lint.toml"]      # this and `executes` as for checkers

[checker.lint]        # a checker of your own, of any language: checkers = ["ruff", "lint"]
command = ["eslint", "--format", "json", "{files}"] # without {files} they come last; {file}: called for each
format = "json"                    # or sarif (2.1.0), pattern: a regular expression on each line, or lsp (below)
include = ["web/**/*.js"]          # looked at beside files.include; default: files.include
json = { items = "messages", path = "filePath", line = "line", code = "ruleId", message = "message" }
timeout = 600
exit_codes = [0, 1]                # the others are no results; [0, "2-31"] has a range, "any" stands for all
whole_project = false              # true: the command names no files, and is asked about all
env = { LINT_CACHE = "{scratch}" } # variables; {scratch}: a folder of this worktree, {roots}: its import roots
end = '^checked [0-9]+ files'      # what the output of a run that came to its end has; without it there is no result
no_files = ["Command line*"]       # what is told of these is told of no file
not_checked = ["F"]                # codes that say that a file could not be looked at
of_all_together = ["R0801"]        # codes that depend on which files are looked at together: for no worker alone
failures = { items = "errors", path = "file", message = "why" } # such files, where the JSON names them apart
looked_at = { items = "files", path = "name" } # the files that it looked at, in its JSON; or { pattern = '...' }
configured_by = ["lint.toml", "pyproject.toml:tool.lint"] # run from the nearest folder that has one of these
config_options = { "lint.toml" = ["--config=lint.toml"], "" = [] } # what {config} stands for there; "": elsewhere
selects = ["include"]              # where, in that table, the tool's own patterns of files are
leaves_out = ["exclude"]           # and those of the files that it leaves out
usually_leaves_out = ["**/dist"]   # what these are where it says nothing
patterns = "anchored"              # or anywhere (as git's), or regex
executes = { "lint.config.js" = [] } # by these files, if they have a word of the list, the repository has it run code

[checker.server]      # a language server (docs/language-servers.md), and fixers = ["lsp"]
command = ["ty", "server"]
format = "lsp"
include = ["**/*.py"]              # as above; so is timeout, here for each answer
quiet_time = 1.0                   # seconds, 0 to 60: one that pushes and was quiet for so long counts as done
# language_id = "python"           # the protocol's name of the language; default: by what files end with
# settings = { }                   # what the server is told: its own sections, `{ python = { analysis = { } } }`

[tools]
ruff = "/opt/ruff"                 # default: project's environment, PATH, the copy that comes with Stomper
"""
