#!/usr/bin/env bash
# The extension `vector`, which has pgvector's names for the index of sbert.
#
#   run.sh [--pg 16|18|assert] regress    sql/*.sql, as a user types it
#   run.sh [--pg 16|18|assert] pgvector   pgvector's own regression tests: what differs is in `differences`, each with its reason
#   run.sh [--pg 16|18|assert] NAME       NAME.pl, which needs whole servers
#   run.sh --pg 16|18 moved               a dump of a database with pgvector itself restores as it is
#   run.sh clients                        published drivers, which create the extension `vector` and indexes by hnsw
#   run.sh install                        what goes into a server, and what of pgvector's does not go over
#
# Where the server under test has pgvector, whose files have the same names, its copy without pgvector is taken
# (servers_install_vector of servers.sh). pgvector's tests come from Debian's source package and are never committed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"
. "$here/../servers.sh"

major=
if [ "${1:-}" = --pg ]; then
    major=$2
    servers_use "$major"
    shift 2
fi
name=$1

# into ARGUMENT...: what `cmake --install` says that installs into WORK/root.
into() { DESTDIR=$WORK/root cmake --install "$SBERT_BUILD" "$@" 2>&1; }

# foreign FILE...: pgvector's own, which has the names; the installation must refuse and leave it.
foreign()
{
    local file
    mkdir -p "$WORK/root$(pg_path pkglibdir)" "$WORK/root$(pg_path sharedir)/extension"
    for file in "$@"; do echo "comment = 'vector data type'" > "$WORK/root$file"; done
    ! into --component vector > "$WORK/said" || fail "installed over pgvector's $*"
    # cmake breaks the lines of a message by the length of its words.
    tr -s ' \n' ' ' < "$WORK/said" | grep -q "is there and is not of pg_sbert" || fail "no clear message: $(cat "$WORK/said")"
    for file in "$@"; do grep -q "vector data type" "$WORK/root$file" || fail "$file was overwritten"; done
    [ "$(find "$WORK/root" -name '*vector*' | wc -l)" -eq $# ] || fail "something was installed beside pgvector's $*"
    rm -rf "$WORK/root"
}

run_install()
{
    local control module
    control=$(pg_path sharedir)/extension/vector.control
    module=$(pg_path pkglibdir)/vector.so
    work_dir vector-install
    foreign "$control"
    foreign "$module"
    foreign "$control" "$module"
    into > "$WORK/said"
    [ -e "$WORK/root$(pg_path pkglibdir)/sbert.so" ] || fail "sbert.so is not installed"
    [ -z "$(find "$WORK/root" -name '*vector*')" ] || fail "the extension vector is installed without being asked for"
    into --component vector > "$WORK/said"
    into --component vector > "$WORK/said" # over our own
    [ -e "$WORK/root$control" ] && [ -e "$WORK/root$module" ] || fail "the extension vector is not installed"
    echo "the extension vector is installed where it is asked for, and never over pgvector's"
}

require_extension
if [ "$name" = install ]; then
    run_install
    exit
fi
pgvectors= # the server that has pgvector
if has_pgvector; then
    pgvectors=$SBERT_PG_CONFIG
    export SBERT_PG_CONFIG=${SBERT_PG_CONFIG%/bin/pg_config}-vector/bin/pg_config
    [ -x "$SBERT_PG_CONFIG" ] || skip "the server under test has pgvector"
fi
has_vector || skip "the extension vector is missing: ./run install vector"

# pg_regress_in FOLDER ARGUMENT...: with a server of its own, the tests of FOLDER/sql.
pg_regress_in()
{
    local folder=$1
    shift
    as_server_user env -C "$folder" -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE "$(servers_runner regress/pg_regress)" \
        --bindir="$(pg_path bindir)" --inputdir="$folder" --outputdir="$folder" --temp-instance="$folder/instance" \
        --encoding=UTF8 --no-locale "$@"
}

tests_of() { (cd "$1/sql" && ls ./*.sql | sed 's|^\./||; s|\.sql$||'); } # FOLDER

run_regress()
{
    local names
    work_dir "vector-regress${major:+-$major}"
    stage "$here/sql" "$here/expected"
    mapfile -t names < <(tests_of "$here")
    pg_regress_in "$WORK" "${names[@]}"
}

# What differs between pgvector's expected output and ours, test by test, without numbers of lines.
found_differences() # TEST...
{
    local test
    for test in "$@"; do
        cmp -s "$WORK/expected/$test.out" "$WORK/results/$test.out" && continue
        echo "== $test"
        diff "$WORK/expected/$test.out" "$WORK/results/$test.out" | sed -E 's/^[0-9,]+([acd])[0-9,]+$/\1/' || true
    done
}

run_pgvector()
{
    local source names
    source=$(pgvector_source) || skip "Debian's source package pgvector cannot be had (no apt-get, or no network)"
    work_dir "vector-pgvector${major:+-$major}"
    stage "$source/test/sql" "$source/test/expected"
    mapfile -t names < <(tests_of "$WORK")
    pg_regress_in "$WORK" --load-extension=sbert --load-extension=vector "${names[@]}" > "$WORK/pg_regress.log" 2>&1 || true
    [ "$(find "$WORK/results" -name '*.out' | wc -l)" -eq ${#names[@]} ] || fail "pg_regress did not run the tests"
    rm -rf "$WORK"/log "$WORK"/regression.* "$WORK/pg_regress.log" # these tell it by pgvector's lines
    sed '/^#/d' "$here/differences" > "$WORK/known"
    found_differences "${names[@]}" > "$WORK/found.out"
    diff -u "$WORK/known" "$WORK/found.out" || fail "other differences from pgvector than those of tests/vector/differences"
    echo "${#names[@]} tests of pgvector; what differs is known: $(grep -c '^[acd]$' "$WORK/found.out") places"
}

psql_run() { "$(pg_program psql)" -X -qAt -v ON_ERROR_STOP=1 "$@"; }

run_moved()
{
    local ours=$SBERT_PG_CONFIG found
    [ -n "$pgvectors" ] || skip "the server under test has no pgvector"
    work_dir "vector-moved${major:+-$major}"
    SBERT_PG_CONFIG=$pgvectors
    temp_cluster
    psql_run <<'SQL'
CREATE EXTENSION vector;
CREATE TABLE items (id int PRIMARY KEY, v vector(3), h halfvec(3), s sparsevec(3));
INSERT INTO items SELECT i, v, v, v FROM generate_series(1, 500) i, LATERAL (SELECT ARRAY[i, i % 7, 1]::vector AS v) l;
CREATE INDEX items_hnsw ON items USING hnsw (v vector_cosine_ops) WITH (m = 16, ef_construction = 64);
CREATE INDEX items_ivfflat ON items USING ivfflat (v) WITH (lists = 10);
CREATE INDEX items_half ON items USING hnsw (h halfvec_ip_ops);
SQL
    "$(pg_program pg_dump)" > "$WORK/dump.sql"
    cluster_stop "$WORK/cluster"
    rm -rf "$WORK/cluster"
    SBERT_PG_CONFIG=$ours
    temp_cluster
    psql_run -c 'CREATE EXTENSION sbert'
    psql_run -f "$WORK/dump.sql" > "$WORK/restore.log" 2>&1 || fail "the dump of pgvector does not restore"
    found=$(psql_run -c "SELECT count(*), sum(s.rows) FROM pg_class c JOIN pg_am a ON a.oid = c.relam,
        sbert.index_stats(c.oid) s WHERE amname IN ('hnsw', 'ivfflat')")
    [ "$found" = "3|1500" ] || fail "not the three indexes of 500 rows: $found"
    echo "a dump of a database with pgvector restores as it is"
}

case $name in
    regress) run_regress ;;
    pgvector) run_pgvector ;;
    moved) run_moved ;;
    clients) CLIENTS_EXTENSION=vector exec bash "$here/../clients/run.sh" psycopg_types_test sqlalchemy_test django_test ;;
    *) TAP_SCRIPTS=$here exec bash "$here/../tap/run.sh" "$name" ;;
esac
