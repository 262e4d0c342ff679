#!/bin/sh
# What action.yml runs, and other CI servers may: check a repository, or fix it on a branch, or say what a fix would change.
#
# It needs git, stomper and a POSIX shell; `gh` only for comments and pull requests. Everything comes in by variables:
#
#   INPUT_MODE      check: look, and change nothing; comment: say on the pull request what a fix would change;
#                     branch: fix on a branch, push it, and open a pull request for it
#   INPUT_ARGS      more words for `stomper check` or `stomper fix`, separated by blanks; no quotes
#   INPUT_BRANCH    the branch for the mode of that name
#   INPUT_PUBLISH      true: push that branch, and open a pull request
#   INPUT_TRUST    true: what the repository wants executed (its tests, its plugins, its .venv) may be
#   INPUT_REPORTS       a folder for the reports: stomper.sarif, stomper.md, stomper.junit.xml, stomper.json
#
# Exit code: that of stomper, or 4 if the result could not be published.
set -eu

mode=${INPUT_MODE:-check}
out=${INPUT_REPORTS:-.}
branch=${INPUT_BRANCH:-stomper/fixes}
marker='<!-- stomper -->'
longest=60000 # characters; GitHub takes 65,536 in a comment

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "error: $1"
    exit "$2"
}

# In these events the code of a stranger meets the secrets of the repository.
case "${GITHUB_EVENT_NAME:-}:${INPUT_TRUST:-}" in
pull_request_target:true | workflow_run:true | issue_comment:true)
    say "error: nothing of a pull request is executed in the event $GITHUB_EVENT_NAME, where your secrets are"
    say "hint: use the event pull_request, or set trust: false"
    exit 2
    ;;
esac
case "$mode" in
check | comment | branch) ;;
*)
    say "error: mode '$mode' is none of check, comment, branch"
    exit 2
    ;;
esac
case "$branch" in
"" | -*)
    say "error: '$branch' is no name of a branch"
    exit 2
    ;;
esac

mkdir -p "$out"
[ "${INPUT_TRUST:-}" = true ] && agreed=--trust || agreed=--untrusted
# Words, and no patterns: INPUT_ARGS is split at blanks.
set -f
# shellcheck disable=SC2086
set -- $agreed --report "$out/stomper.sarif" --report "$out/stomper.md" --report "$out/stomper.junit.xml" \
    --report "$out/stomper.json" ${INPUT_ARGS:-}
set +f
[ "${GITHUB_ACTIONS:-}" = true ] && set -- "$@" --report github

# A commit needs somebody who made it.
export GIT_AUTHOR_NAME="${GIT_AUTHOR_NAME:-stomper}" GIT_AUTHOR_EMAIL="${GIT_AUTHOR_EMAIL:-stomper@localhost}"
export GIT_COMMITTER_NAME="${GIT_COMMITTER_NAME:-$GIT_AUTHOR_NAME}"
export GIT_COMMITTER_EMAIL="${GIT_COMMITTER_EMAIL:-$GIT_AUTHOR_EMAIL}"

code=0
case "$mode" in
check) stomper check "$@" || code=$? ;;
comment) stomper fix --dry-run "$@" || code=$? ;;
branch) stomper fix --branch "$branch" --branch-exists replace "$@" || code=$? ;;
esac
if [ -n "${GITHUB_OUTPUT:-}" ]; then
    printf 'exit-code=%s\nreports=%s\n' "$code" "$out" >>"$GITHUB_OUTPUT"
fi
# 2: wrong usage; 3: not to be trusted; above: interrupted. There is nothing to publish then.
[ "$code" -le 1 ] || exit "$code"

# The first lines of the page, as many as a comment may have.
page() {
    length=0
    printf '%s\n' "$marker"
    while IFS= read -r line || [ -n "$line" ]; do
        length=$((length + ${#line} + 1))
        if [ "$length" -gt "$longest" ]; then
            printf '\nThe rest is in the summary of the job.\n'
            break
        fi
        printf '%s\n' "$line"
    done <"$out/stomper.md"
}

# Our own comment is changed, not one more written each time. Only that of a bot counts: anybody can write the marker.
comment() {
    number=${INPUT_PULL_REQUEST:-}
    case "$number" in
    "" | *[!0-9]*)
        say "no pull request: nothing to comment on"
        return 0
        ;;
    esac
    page >"$out/comment.md"
    filter=".[] | select((.body | startswith(\"$marker\")) and .user.type == \"Bot\") | .id"
    comments="repos/$GITHUB_REPOSITORY/issues/$number/comments"
    ours=$(gh api --paginate "$comments?per_page=100" --jq "$filter") || return 1
    ours=${ours%%
*}
    if [ -n "$ours" ]; then
        gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$ours" -F "body=@$out/comment.md"
    else
        gh api --silent -X POST "$comments" -F "body=@$out/comment.md"
    fi
}

# Only commits of earlier runs are overwritten: those that name their run.
only_ours() {
    git fetch --quiet --no-tags origin "+refs/heads/$branch:refs/stomper/published" || return 1
    all=$(git rev-list --count HEAD..refs/stomper/published)
    ours=$(git rev-list --count --grep='^Stomper-Run: ' HEAD..refs/stomper/published)
    git update-ref -d refs/stomper/published
    [ "$all" = "$ours" ]
}

publish() {
    git rev-parse -q --verify "refs/heads/$branch" >/dev/null || {
        say "nothing to push: no branch $branch"
        return 0
    }
    there=$(git ls-remote origin "refs/heads/$branch") || return 1
    there=${there%%[!0-9a-f]*}
    if [ -z "$there" ] && [ "$(git rev-parse "refs/heads/$branch")" = "$(git rev-parse HEAD)" ]; then
        say "nothing to push: nothing was fixed"
        return 0
    fi
    if [ -n "$there" ] && ! only_ours; then
        say "error: $branch has commits of others on origin, or this clone is too shallow to tell (fetch-depth: 0)"
        return 1
    fi
    git push --quiet --force-with-lease="refs/heads/$branch:$there" origin \
        "refs/heads/$branch:refs/heads/$branch" || return 1
    command -v gh >/dev/null 2>&1 || return 0
    page >"$out/comment.md"
    open=$(gh pr list --head "$branch" --state open --json number --jq '.[0].number // empty') || return 1
    if [ -n "$open" ]; then
        gh pr edit "$open" --body-file "$out/comment.md"
    else
        gh pr create --head "$branch" --title "Fixes by Stomper" --body-file "$out/comment.md"
    fi
}

case "$mode:${INPUT_PUBLISH:-}" in
comment:*) comment || fail "the comment could not be written" 4 ;;
branch:true) publish || fail "the branch could not be published" 4 ;;
esac
exit "$code"
