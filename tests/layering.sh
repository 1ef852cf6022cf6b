#!/usr/bin/env bash
# Checks the rules of the layers, which are called floors. Includes only point down, the pure parts never see the server,
# version tests are only in their files, the encoder neither prints nor ends the process, and no file is too long.
#
#   layering.sh [DIR]     checks the checkout (or DIR); prints every offending line
set -euo pipefail
. "$(cd "$(dirname "$0")" && pwd -P)/lib.sh"
cd "${1:-$SBERT_TOP}"

ceiling=500
broken=0

sources() # FOLDER...   C++ files below the folders that exist
{
    local folder
    for folder in "$@"; do
        [ ! -d "$folder" ] || find "$folder" -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.inl' \)
    done | sort
}

# law TEXT: reads offending lines on stdin; any makes the check fail.
law()
{
    local lines
    lines=$(cat)
    [ -n "$lines" ] || return 0
    printf '%s:\n%s\n\n' "$1" "$lines"
    broken=1
}

# lines_with EXPRESSION FILE...: file:line:text of what matches outside // comments.
lines_with()
{
    local expression=$1
    shift
    [ $# -eq 0 ] || grep -nHE "$expression" "$@" | grep -vE '^[^:]+:[0-9]+:[[:space:]]*//' || true
}

server_header='#[[:space:]]*include[[:space:]]*[<"](postgres|fmgr|pg_config|libpq|utils/|access/|catalog/|storage/(buf|lock|lwlock|ipc)|nodes/|executor/|miscadmin|funcapi)'
include='#[[:space:]]*include[[:space:]]*[<"]'

mapfile -t kernels < <(sources encoder/kernels)
mapfile -t encoder < <(sources encoder)
mapfile -t library < <(sources encoder | grep -v '^encoder/cli/')
mapfile -t linked < <(sources encoder extension | grep -vE '^encoder/(cli|import)/')
mapfile -t ann < <(sources extension/ann)
mapfile -t chunks < <(sources extension/chunks)
mapfile -t scores < <(sources extension/scores)
mapfile -t fit < <(sources extension/fit)
mapfile -t tagging < <(sources extension/tagging)
mapfile -t extension < <(sources extension)
[ ${#encoder[@]} -gt 0 ] || fail "no source of the encoder below $PWD"

# Every file of extension/ivf stands in the table of layers of its README, once; `name` is name.h and name.cpp.
out_of_order()
{
    local readme=extension/ivf/README.md
    [ -f "$readme" ] || return 0
    sources extension/ivf | xargs awk '
        FILENAME ~ /README/ { layers = /^## / ? /^## Layers/ : layers
            while (layers && match($0, /`[a-z_]+`/)) {
                rank[substr($0, RSTART + 1, RLENGTH - 2)] = ++n
                $0 = substr($0, RSTART + RLENGTH)
            }
            next }
        FNR == 1 { stem = FILENAME; gsub(/.*\/|\.[a-z]+$/, "", stem)
            if (!(stem in rank)) print FILENAME ": not in the table" }
        match($0, /^#include "extension\/ivf\/[a-z_]+\.h"/) { split($0, part, /[\/.]/)
            if (part[3] != stem && rank[part[3]] >= rank[stem]) print FILENAME ":" FNR ":" $0 }' "$readme"
}

# law runs in this shell, not in a pipe's, so that it can note the failure.
law "kernels/ is the lowest floor: it includes nothing else of the project, but the StopFlag" \
    < <(lines_with "$include(encoder|extension|bench|tests)/" "${kernels[@]}" |
        grep -vE 'include "encoder/(kernels/|stop_flag\.h)' || true)
law "encoder/ includes nothing of the server nor of the extension" \
    < <(lines_with "$include(extension|bench|tests)/|$server_header" "${encoder[@]}")
law "the encoder's library does not include its command line" \
    < <(lines_with "${include}encoder/cli/" "${library[@]}")
law "encoder/import is the command's alone: what a server links does not include it" \
    < <(lines_with "${include}encoder/import/" "${linked[@]}")
law "extension/ann is pure: nothing of the server, nor of the rest of the extension" \
    < <(lines_with "${include}extension/|$server_header" "${ann[@]}" | grep -v 'include "extension/ann/' || true)
law "extension/chunks is pure: nothing of the server, of the rest only the encoder's Error, StopFlag and UTF-8" \
    < <(lines_with "${include}(extension|encoder)/|$server_header" "${chunks[@]}" |
        grep -vE 'include "(extension/chunks/|encoder/(error\.h|stop_flag\.h|tokenizer/utf8\.h))' || true)
law "extension/scores is pure: nothing of the server, the rest of the extension or the encoder, but the StopFlag" \
    < <(lines_with "${include}(extension|encoder)/|$server_header" "${scores[@]}" |
        grep -vE 'include "(extension/scores/|encoder/stop_flag\.h)' || true)
law "extension/fit is pure: of the rest only scores, the kernels, the encoder's Error and StopFlag" \
    < <(lines_with "${include}(extension|encoder)/|$server_header" "${fit[@]}" |
        grep -vE 'include "(extension/(fit|scores)/|encoder/(kernels/|error\.h|stop_flag\.h))' || true)
law "extension/tagging is pure: nothing of the server, nor of the rest of the extension" \
    < <(lines_with "${include}extension/|$server_header" "${tagging[@]}" | grep -v 'include "extension/tagging/' || true)
law "extension/ivf: a file includes only files that stand before it in the table of layers of its README" < <(out_of_order)
law "the extension sees the encoder's public headers, the kernels and the StopFlag, not the rooms behind them" \
    < <(lines_with "${include}encoder/" "${extension[@]}" |
        grep -vE 'include "encoder/(encoder|entities|error|stop_flag)\.h|include "encoder/(kernels|tokenizer|model)/[a-z0-9_]+\.h"' || true)
law "PG_VERSION_NUM belongs to extension/pg_compat.h, extension/storage/page.cpp and the handlers" \
    < <(lines_with 'PG_VERSION_NUM' "${extension[@]}" |
        grep -vE '^extension/(pg_compat\.h|storage/page\.cpp|[a-z_]+/handler\.cpp):' || true)
law "the encoder's library never prints, aborts or exits" \
    < <(lines_with '(^|[^_[:alnum:].>])(std::)?(printf|fprintf|vprintf|puts|fputs|putchar|perror|abort|exit|_exit|quick_exit|terminate)[[:space:]]*\(' \
        "${library[@]}")
law "no iostream, regex or locale" \
    < <(lines_with '#[[:space:]]*include[[:space:]]*<(iostream|regex|locale)>' "${encoder[@]}" "${extension[@]}")
law "a source file has at most $ceiling lines (generated tables and released scripts may have more)" \
    < <(find . -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.inl' -o -name '*.sql' -o -name '*.pl' -o -name '*.py' \
            -o -name '*.sh' -o -path ./run \) -not -path './build/*' -not -path './.git/*' -not -path '*/expected/*' \
            -not -path './sql/released/*' \
            -not -name '*_tables.*' -exec wc -l {} + |
        awk -v most="$ceiling" '$2 != "total" && $1 > most { print $2 ": " $1 " lines" }')

[ "$broken" -eq 0 ] || fail "the floors do not hold"
echo "the floors hold: ${#encoder[@]} files of the encoder, ${#extension[@]} of the extension"
