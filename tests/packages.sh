# The Debian packages that this checkout needs, with their names in the current release. Sourced by ./run, never run. It uses
# die, do_step and as_root of ./run. PostgreSQL and clang are those of the release: 15 and 14 of Debian 12, 17 and 19 of 13.

# dependency_major PACKAGE NAME: prints the N of the package NAME-N that the release's PACKAGE depends on.
dependency_major()
{
    apt-cache depends "$1" 2> /dev/null | sed -n "s/.*Depends: $2-\([0-9][0-9]*\)\$/\1/p" | sort -rV | head -n 1
}

# Prints the major version of the newest installed server, or of the release's.
debian_postgres()
{
    local found
    found=$(find /usr/lib/postgresql -path '*/bin/postgres' 2> /dev/null | cut -d / -f 5 | sort -rV | head -n 1)
    echo "${found:-$(dependency_major postgresql postgresql)}"
}

# Build, install, fetch a model. A server that SBERT_PG_CONFIG named needs none of Debian's.
packages_build()
{
    echo g++ cmake ninja-build libhwy-dev libicu-dev libonig-dev libssl-dev libxxhash-dev nlohmann-json3-dev libeigen3-dev liblbfgspp-dev
    echo python3 python3-pip
    [ -z "$PG_MAJOR" ] || echo "postgresql-$PG_MAJOR" "postgresql-server-dev-$PG_MAJOR"
}

# Tests and benches. The layout is checked by one version of clang-format alone; a release without it skips that suite.
packages_test()
{
    local clang
    clang=$(dependency_major clang clang)
    echo python3-venv libgtest-dev libipc-run-perl libdnnl-dev "clang-$clang" "libclang-rt-$clang-dev"
    [ -z "$(apt-cache policy clang-format-14 2> /dev/null)" ] || echo clang-format-14
}

# ./run model NAME.
packages_model() { echo python3-venv; }

# Debian packages of ours. From Debian 13 on pg_buildext has a package of its own.
packages_package()
{
    echo debhelper dpkg-dev lintian
    if apt-cache show postgresql-common-dev > /dev/null 2>&1; then echo postgresql-common-dev; else echo postgresql-common; fi
}

# A package that is there for two architectures answers twice.
installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null) == installed* ]]; }

install_packages() # build | build test | model | package
{
    local group package missing=()
    command -v apt-get > /dev/null || die "this is no Debian; install what these packages of Debian 12 hold:
    $(PG_MAJOR=15; packages_build | tr '\n' ' ')"
    # The names come from apt's lists; a new machine has none.
    [ -n "$(apt-cache policy libhwy-dev)" ] || do_step "fetching the list of packages" as_root apt-get -q update
    [ -n "${SBERT_PG_CONFIG_GIVEN:-}" ] || PG_MAJOR=${PG_MAJOR:-$(debian_postgres)}
    for group in "$@"; do
        for package in $("packages_$group"); do
            installed "$package" || missing+=("$package")
        done
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    do_step "refreshing the list of packages" as_root apt-get -q update
    do_step "installing ${missing[*]}" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install -y --no-install-recommends "${missing[@]}"
}
