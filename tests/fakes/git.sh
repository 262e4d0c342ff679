#!/bin/sh
# git.sh REAL VERSION FAIL_ON CALLS ARGUMENTS...: git, but of another version and failing for one subcommand.
real=$1 version=$2 fail_on=$3 calls=$4
shift 4
if [ "$1" = --version ] && [ -n "$version" ]; then
    echo "git version $version"
    exit 0
fi
subcommand= skip=
for word in "$@"; do
    if [ -n "$skip" ]; then skip=; continue; fi
    case $word in
        -c | -C | --git-dir | --work-tree) skip=1 ;;
        -*) ;;
        *) subcommand=$word; break ;;
    esac
done
if [ -n "$fail_on" ] && [ "$subcommand" = "$fail_on" ]; then
    printf '{"arguments": ["%s"]}' "$subcommand" > "$calls/$$"
    echo "fatal: injected failure of $subcommand" >&2
    exit 128
fi
exec "$real" "$@"
