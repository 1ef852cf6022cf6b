#!/usr/bin/env bash
# What a new connection pays: milliseconds of its first and second embed(), and its private memory.
#
#   backend.sh [CONNECTIONS]     median of 9 fresh connections to a private server that is made for this
#
# "private" is Private_Clean + Private_Dirty of /proc/PID/smaps, without the mapped model file: its pages are the page cache's,
# whoever touched them first. Before the library is loaded, after a short text, after a text of 256 tokens. A second
# connection uses the model meanwhile, as in a server at work.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"
require_extension
work_dir bench-backend
temp_cluster
psql=$(pg_program psql)
"$psql" -Xqc 'CREATE EXTENSION sbert'

# Another user of the model, for as long as this runs.
coproc HOLDER { "$psql" -XqAt; }
echo "SET sbert.truncation = silent; SELECT count(embed(repeat('word ', 300)));" >&"${HOLDER[1]}"
read -r -u "${HOLDER[0]}" _

measure()
{
    "$psql" -XqAt <<'SQL' 2> /dev/null
SELECT pg_backend_pid() AS pid \gset
\setenv PID :pid
\! awk '/^[0-9a-f]+-/ { file = $6 } /^Private/ && file !~ /[.]sbert$/ { kb += $2 } END { print "before_kb", kb }' /proc/$PID/smaps
\timing on
\echo first_ms
SELECT embed('how do I reset my password?') \g /dev/null
\echo second_ms
SELECT embed('where can I change my address?') \g /dev/null
\timing off
\! awk '/^[0-9a-f]+-/ { file = $6 } /^Private/ && file !~ /[.]sbert$/ { kb += $2 } END { print "short_kb", kb }' /proc/$PID/smaps
SELECT embed(repeat('word ', 300)) IS NULL \g /dev/null
\! awk '/^[0-9a-f]+-/ { file = $6 } /^Private/ && file !~ /[.]sbert$/ { kb += $2 } END { print "long_kb", kb }' /proc/$PID/smaps
SQL
}

for ((i = 0; i < ${1:-9}; i++)); do measure; done |
    awk '/_ms$/ { name = $1; next } /^Time:/ { print name, $2; next } { print }' > "$WORK/figures"
eval "exec ${HOLDER[1]}>&-"

median() { awk -v name="$1" '$1 == name { print $2 }' "$WORK/figures" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, PostgreSQL $(as_server_user "$(pg_program postgres)" --version | awk '{ print $3 }')"
printf 'first embed() of a backend   %6.1f ms\n' "$(median first_ms)"
printf 'second embed()               %6.1f ms\n' "$(median second_ms)"
printf 'private memory, before       %6.1f MB\n' "$(median before_kb | awk '{ print $1 / 1024 }')"
printf 'after a short text           %6.1f MB\n' "$(median short_kb | awk '{ print $1 / 1024 }')"
printf 'after a text of 256 tokens   %6.1f MB\n' "$(median long_kb | awk '{ print $1 / 1024 }')"
