#!/usr/bin/env bash
# Checks that all sources have the layout of clang-format 14 (.clang-format), except generated tables.
#
#   format.sh             names every file whose layout differs, and fails
#   format.sh --apply     rewrites them
set -euo pipefail
. "$(cd "$(dirname "$0")" && pwd -P)/lib.sh"
cd "$SBERT_TOP"

# Each version lays out a little otherwise, so there is one law only.
command -v clang-format-14 > /dev/null ||
    skip "clang-format-14 is missing, and no other version lays out alike (found: $(compgen -c clang-format- | sort -uV | xargs))"
mapfile -t files < <(find bench encoder extension tests -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.inl' \) \
    -not -name '*_tables.*' | sort)
[ ${#files[@]} -gt 0 ] || fail "no source files found"

if [ "${1:-}" = --apply ]; then
    clang-format-14 -i "${files[@]}"
    exit
fi
differ=$({ clang-format-14 --dry-run -Werror "${files[@]}" 2>&1 || true; } | sed -n 's/^\([^: ]*:[0-9]*\):.*/\1/p' | sort -uV)
[ -z "$differ" ] || { echo "$differ"; fail "the layout of these lines differs; ./run format mends it"; }
echo "${#files[@]} files are laid out by .clang-format"
