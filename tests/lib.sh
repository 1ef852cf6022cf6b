# Functions for the test suites and ./run: the ordinary user that servers run as, private clusters, skipping.
# Sourced by bash, never run. Nothing here depends on a single suite.
#
# Reads   SBERT_BUILD      build directory                      (default: build/release of this checkout)
#         SBERT_PG_CONFIG  pg_config of the server under test   (default: Debian's newest, else the one in PATH)
#         SBERT_TEST_DATA  folder of the public data sets       (default: ../shared/data beside this checkout)
# and exports all three as absolute paths.

SBERT_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
SBERT_BUILD=${SBERT_BUILD:-$SBERT_TOP/build/release}
SBERT_TEST_DATA=${SBERT_TEST_DATA:-$(dirname "$SBERT_TOP")/shared/data}

# The newest server of Debian that has its headers, else what is in PATH.
default_pg_config()
{
    local bin
    for bin in $(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2> /dev/null | sort -rV); do
        if [ -x "$bin/postgres" ] && [ -e "$("$bin/pg_config" --includedir-server)/postgres.h" ]; then
            echo "$bin/pg_config"
            return
        fi
    done
    command -v pg_config || echo pg_config
}

SBERT_PG_CONFIG=${SBERT_PG_CONFIG:-$(default_pg_config)}
export SBERT_BUILD SBERT_TEST_DATA SBERT_PG_CONFIG

# A test that cannot run here: says why and ends with the code that ctest counts as skipped.
skip()
{
    echo "SKIPPED: $*"
    exit 77
}

fail()
{
    echo "FAILED: $*" >&2
    exit 1
}

# patience SECONDS: as long on a machine that does little else; where processes wait for a core, that many times longer.
# SBERT_PATIENCE names the factor, and the first suite that asks settles it for the programs that it starts.
patience()
{
    if [ -z "${SBERT_PATIENCE:-}" ]; then
        SBERT_PATIENCE=$(awk -v cores="$(nproc)" '{ print 1 + int($1 / cores) }' /proc/loadavg)
        export SBERT_PATIENCE
    fi
    echo $(($1 * SBERT_PATIENCE))
}

pg_path()      { "$SBERT_PG_CONFIG" "--$1"; } # pg_path bindir | sharedir | pkglibdir
pg_program()   { echo "$(pg_path bindir)/$1"; }
sbert_command() { echo "${SBERT_COMMAND:-$SBERT_BUILD/encoder/cli/sbert}"; }

# ON or OFF: whether warnings are errors in the build under test; they are then in the builds that a test makes, too.
warnings_are_errors()
{
    if grep -qs '^CMAKE_COMPILE_WARNING_AS_ERROR:[A-Z]*=ON' "$SBERT_BUILD/CMakeCache.txt"; then echo ON; else echo OFF; fi
}

require_file()    { [ -e "$1" ] || skip "$1 is missing${2:+ ($2)}"; }
require_data()    { require_file "$SBERT_TEST_DATA/$1" "set SBERT_TEST_DATA to the folder of the data sets"; }
require_extension() { require_file "$(pg_path sharedir)/extension/sbert.control" "./run install"; }

# The server under test has a file vector.control: has_vector, and it is ours; has_pgvector, and it is not.
has_vector()   { grep -qs "^requires = 'sbert'" "$(pg_path sharedir)/extension/vector.control"; }
has_pgvector() { [ -e "$(pg_path sharedir)/extension/vector.control" ] && ! has_vector; }

# ---- the ordinary user -------------------------------------------------------------------------------------------
# A server refuses to run as root. As root, servers and what must live beside them run as `pgsbert`; else as the caller.

server_user()
{
    if [ "$(id -u)" -eq 0 ]; then echo pgsbert; else id -un; fi
}

ensure_server_user()
{
    [ "$(id -u)" -eq 0 ] || return 0
    id pgsbert > /dev/null 2>&1 && return 0
    # Two suites may come here at once: the loser finds the user made.
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin pgsbert ||
        id pgsbert > /dev/null
}

# Runs a command as that user, from "/": the checkout may lie in a folder that the user cannot enter.
as_server_user()
{
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && exec runuser -u pgsbert -- env -u SUDO_USER HOME=/nonexistent USER=pgsbert LOGNAME=pgsbert "$@")
    else
        (cd / && exec "$@")
    fi
}

# own DIR: makes the folder if need be and gives all in it to the server's user, closed to everybody else.
own()
{
    mkdir -p "$1"
    chmod 700 "$1"
    [ "$(id -u)" -ne 0 ] || chown -R pgsbert: "$1"
}

# ---- a private cluster -------------------------------------------------------------------------------------------
# DIR, owned by the server's user and closed to others, holds data/, the log, the socket and the superuser's password.
# The socket asks for no password because only the owner (and root) can enter DIR; TCP asks for it.

cluster_create() # DIR
{
    local dir=$1
    own "$dir"
    [ ! -s "$dir/data/PG_VERSION" ] || return 0
    rm -rf "$dir/data"
    (umask 077 && od -An -tx1 -N16 /dev/urandom | tr -d ' \n' > "$dir/password")
    own "$dir"
    as_server_user "$(pg_program initdb)" -D "$dir/data" -U postgres --encoding=UTF8 --locale=C.UTF-8 \
        --auth-local=trust --auth-host=scram-sha-256 --pwfile="$dir/password" > "$dir/initdb.log" 2>&1 ||
        { cat "$dir/initdb.log" >&2; return 1; }
    echo "unix_socket_directories = '${dir//\'/\'\'}'" >> "$dir/data/postgresql.conf"
}

cluster_start() # DIR PORT [OPTION...]   options as postgres takes them: -c name=value
{
    local dir=$1 port=$2
    shift 2
    : >> "$dir/log"
    own "$dir"
    as_server_user "$(pg_program pg_ctl)" start -w -t "$(patience 60)" -s -D "$dir/data" -l "$dir/log" -o "-p $port $*" ||
        { tail -n 30 "$dir/log" >&2; return 1; }
}

cluster_stop() # DIR
{
    cluster_running "$1" || return 0
    as_server_user "$(pg_program pg_ctl)" stop -w -t "$(patience 60)" -s -m fast -D "$1/data"
}

cluster_running() # DIR
{
    [ -s "$1/data/postmaster.pid" ] && as_server_user "$(pg_program pg_ctl)" status -D "$1/data" > /dev/null 2>&1
}

# ---- the work of one suite ---------------------------------------------------------------------------------------

# work_dir SUITE: sets WORK, a fresh folder of the server's user under /tmp. It goes away with the script, and whatever
# a failing suite leaves there (diffs, logs) is copied to RESULTS, build/test-results/SUITE, first.
work_dir()
{
    ensure_server_user
    RESULTS=$SBERT_TOP/build/test-results/$1
    rm -rf "$RESULTS"
    WORK=$(mktemp -d "/tmp/sbert-test.XXXXXX")
    own "$WORK"
    trap 'finish $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

finish() # STATUS
{
    [ ! -d "$WORK/cluster" ] || cluster_stop "$WORK/cluster" || true
    if [ "$1" -ne 0 ] && [ "$1" -ne 77 ]; then keep_results; fi
    rm -rf "$WORK"
}

# Copies and prints what explains a failure; clusters' data stays out.
keep_results()
{
    mkdir -p "$RESULTS"
    (cd "$WORK" && find . -type f \( -name '*.diffs' -o -name '*.out' -o -name '*.log' -o -name log -o -name 'regress_log*' \) \
        -not -path '*/expected/*' -not -path '*/pg_wal/*' -exec cp --parents {} "$RESULTS" \;)
    local file
    while IFS= read -r file; do
        echo "---- $file"
        tail -n 100 "$file"
    done < <(find "$RESULTS" -type f -not -name '*.out' -not -name initdb.log | sort)
}

# stage FILE_OR_DIR...: copies into WORK, where the server's user can read it.
stage()
{
    cp -R "$@" "$WORK/"
    own "$WORK"
}

# temp_cluster [OPTION...]: a server of its own for this script, reached by the exported PG* variables. No durability.
temp_cluster()
{
    cluster_create "$WORK/cluster" || return
    cluster_start "$WORK/cluster" 5432 -c fsync=off -c listen_addresses= "$@" || return
    export PGHOST=$WORK/cluster PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
    unset PGPASSWORD PGSERVICE PGOPTIONS
}

# ---- Python ------------------------------------------------------------------------------------------------------

# python_venv DIR REQUIREMENTS [OPTION...]: makes the virtual environment, with pip's options, or leaves it when the
# requirements are those it was made from. Two suites may ask at once: the second waits for the first.
python_venv()
{
    local dir=$1 requirements=$2
    shift 2
    mkdir -p "$(dirname "$dir")"
    (
        flock 9
        cmp -s "$requirements" "$dir/made-from.txt" && exit 0
        rm -rf "$dir"
        python3 -m venv "$dir" &&
            "$dir/bin/python" -m pip install --quiet --disable-pip-version-check "$@" -r "$requirements" &&
            cp "$requirements" "$dir/made-from.txt"
    ) 9> "$dir.lock"
}

# test_python [DIR REQUIREMENTS [OPTION...]]: the environment of the tests that are written in Python, or one that some of
# them have for themselves. They are skipped where it cannot be made.
test_python()
{
    [ $# -gt 0 ] || set -- "$SBERT_TOP/build/venv" "$SBERT_TOP/tests/requirements.txt"
    python_venv "$@" >&2 || skip "the packages of ${2#"$SBERT_TOP/"} cannot be installed (no network?)"
    PYTHON=$1/bin/python
    export PYTHONDONTWRITEBYTECODE=1
}
