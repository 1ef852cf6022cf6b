# For the tests of drivers that are not Python's; sourced by NAME_test.sh, which run.sh calls.
#
# What a client downloads and builds lies in CLIENT_BUILD, build/clients/NAME; its sources in CLIENT_SOURCE.
. "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)/../lib.sh"

# client NAME PROGRAM...: the folders of the client; skips the test where one of its programs is missing. Two tests of
# one client may come here at once, for two servers: the second waits for the first.
client()
{
    CLIENT_SOURCE=$SBERT_TOP/tests/clients/$1
    CLIENT_BUILD=$SBERT_TOP/build/clients/$1
    shift
    local program
    for program in "$@"; do
        command -v "$program" > /dev/null || skip "no $program on this machine"
    done
    mkdir -p "$CLIENT_BUILD"
    exec 9> "$CLIENT_BUILD.lock"
    flock 9
}

# at_least MINIMUM PROGRAM VERSION: skips the test where the program is older than the packages need.
at_least()
{
    printf '%s\n' "$1" "$3" | sort --version-sort --check=quiet || skip "$2 $3 on this machine is older than $1"
}

# fetch FILE COMMAND...: downloads what the pinned FILE names, unless that was done for this very FILE. Only this
# step may be skipped: what is built and run afterwards passes or fails.
fetch()
{
    local pinned=$1
    shift
    ! cmp -s "$pinned" "$CLIENT_BUILD/fetched" || return 0
    "$@" || skip "the packages of ${pinned#"$SBERT_TOP/"} cannot be fetched (no network?)"
    cp "$pinned" "$CLIENT_BUILD/fetched"
}

# in_each_database COMMAND...: runs it with the extension in "public", then in a schema of its own that every session
# finds by its search path. The command finds the database in PGDATABASE, the schema in CLIENTS_SCHEMA.
in_each_database()
{
    local schema psql
    psql=$(pg_program psql)
    export CLIENTS_SCHEMA CLIENTS_EXTENSION=${CLIENTS_EXTENSION:-sbert}
    for schema in public "Meaning Space"; do
        "$psql" -XqAt -v ON_ERROR_STOP=1 -d postgres -c "CREATE DATABASE clients TEMPLATE template0 ENCODING 'UTF8'"
        "$psql" -XqAt -v ON_ERROR_STOP=1 -d clients <<SQL
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS "$schema";
CREATE EXTENSION $CLIENTS_EXTENSION SCHEMA "$schema" CASCADE;
ALTER DATABASE clients SET search_path = "$schema", public;
SQL
        CLIENTS_SCHEMA=$schema PGDATABASE=clients "$@"
        "$psql" -XqAt -d postgres -c "DROP DATABASE clients WITH (FORCE)"
    done
}

# in_vector_database COMMAND...: runs it in a database with the extension sbert and none of the name `vector`, which a
# framework creates itself. Where that is pgvector's, sbert has the schema CLIENTS_SCHEMA of its own. Sessions prefer an
# index to a scan and a sort, few as the rows are, and an ivfflat of pgvector is read whole. They write the plans of
# their statements into the server's log, if auto_explain is there: CLIENTS_PLANS=yes.
in_vector_database()
{
    local psql
    psql=$(pg_program psql)
    has_vector || has_pgvector || skip "the server has no extension vector (./run install vector)"
    export CLIENTS_SCHEMA=public CLIENTS_PLANS=no
    ! has_pgvector || CLIENTS_SCHEMA="Meaning Space"
    "$psql" -XqAt -v ON_ERROR_STOP=1 -d postgres -c "CREATE DATABASE clients TEMPLATE template0 ENCODING 'UTF8'"
    "$psql" -XqAt -v ON_ERROR_STOP=1 -d clients <<SQL
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS "$CLIENTS_SCHEMA";
CREATE EXTENSION sbert SCHEMA "$CLIENTS_SCHEMA";
ALTER DATABASE clients SET enable_seqscan = off;
ALTER DATABASE clients SET enable_sort = off;
ALTER DATABASE clients SET enable_bitmapscan = off;
ALTER DATABASE clients SET jit = off;
ALTER DATABASE clients SET ivfflat.probes = 100;
SQL
    if [ -e "$(pg_path pkglibdir)/auto_explain.so" ]; then
        CLIENTS_PLANS=yes
        "$psql" -XqAt -v ON_ERROR_STOP=1 -d clients <<'SQL'
LOAD 'auto_explain';
ALTER DATABASE clients SET session_preload_libraries = 'auto_explain';
ALTER DATABASE clients SET auto_explain.log_min_duration = 0;
SQL
    fi
    PGDATABASE=clients "$@"
    "$psql" -XqAt -d postgres -c "DROP DATABASE clients WITH (FORCE)"
}
