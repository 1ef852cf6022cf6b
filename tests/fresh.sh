# ./run fresh makes a bare Debian and tries this commit in it, as on a newcomer's machine.
# Sourced by ./run, never run. It uses functions of ./run, tests/lib.sh and tests/debian.sh.
#
# The system is in build/fresh/RELEASE and is used by chroot. It has its own namespaces of mounts, processes and shared
# memory, so that no mount and no server is left when its last process ends. It uses the machine's network with the machine's
# mirror, proxies and certificates. Servers in it listen on sockets in the chroot and on free ports.

FRESH_CHECKOUT=/root/pg_sbert
FRESH_ENVIRONMENT='https?_proxy|no_proxy|all_proxy|pip_(index|extra_index|default|proxy|cert|trusted)|ssl_cert|curl_ca|requests_ca|node_extra_ca|SBERT_PATIENCE|FUZZ_SECONDS'

cmd_fresh() # RELEASE [--keep] [SUITE...] | RELEASE packages
{
    local release=${1:-} keep='' root
    [[ $release =~ ^[a-z]+$ ]] || die "usage: ./run fresh bookworm|trixie [--keep] [SUITE...]"
    shift
    [ "${1:-}" != --keep ] || { keep=yes; shift; }
    [ "${1:-}" = packages ] || labels_of "$ALL_SUITES" "$@" > /dev/null
    [ "$(id -u)" -eq 0 ] || skip "only root can make a bare system"
    command -v mmdebstrap > /dev/null || skip "mmdebstrap is missing (package mmdebstrap)"
    root=$PWD/build/fresh/$release
    fresh_remove "$root"
    mkdir -p "$PWD/build/fresh"
    # shellcheck disable=SC2064
    [ -n "$keep" ] || trap "fresh_remove '$root'" EXIT
    fresh_system "$release" "$root"
    if [ "${1:-}" = packages ]; then
        fresh_packages "$release" "$root"
    else
        fresh_try "$root" ./run demo
        fresh_try "$root" ./run test "$@"
        fresh_try "$root" ./run uninstall --models
        fresh_is_clean "$root"
    fi
    [ -z "$keep" ] || say "kept: $root"
}

# What ./run install, ./run install vector and ./run model put into the system is gone.
fresh_is_clean() # ROOT
{
    local left
    left=$(find "$1/usr" -name '*sbert*' -o -path '*/extension/vector*' -o -name vector.so)
    [ -z "$left" ] || die "./run uninstall left: $left"
}

# Makes the packages in ROOT, installs them in a second bare system, as a user does, and runs there what debian/tests names.
fresh_packages() # RELEASE ROOT
{
    local installed=$2-installed
    fresh_try "$2" ./run package
    fresh_remove "$installed"
    # shellcheck disable=SC2064
    trap "fresh_remove '$2'; fresh_remove '$installed'" EXIT
    fresh_system "$1" "$installed"
    find "$2$FRESH_CHECKOUT/build/packages" -maxdepth 1 -name "*.deb" -not -name "*-dbgsym_*" -exec cp -t "$installed/tmp" {} +
    fresh_try "$installed" ./tests/fresh_packages.sh
}

# Nothing outside is reached, even if something were mounted in it.
fresh_remove() { [ ! -d "$1" ] || rm -rf --one-file-system "$1"; }

fresh_system() # RELEASE ROOT
{
    local release=$1 root=$2 log=$PWD/build/fresh/$1.log sources
    say "making a bare Debian $release in $root"
    mapfile -t sources < <(debian_sources deb "$release")
    mmdebstrap --quiet --variant=minbase --include=ca-certificates --aptopt="$(fresh_apt_options)" \
        "$release" "$root" "${sources[@]}" > "$log" 2>&1 ||
        { cat "$log" >&2; skip "no bare Debian $release can be made (no network?)"; }
    fresh_settings "$root" >> "$log" 2>&1
    mkdir -p "$root$FRESH_CHECKOUT"
    git -c safe.directory='*' archive HEAD | tar -x -C "$root$FRESH_CHECKOUT" || die "this is no checkout of git with a commit"
}

# How apt gets its files here (proxies, checks of dates); what else the machine sets is its own affair.
fresh_apt_options() { apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries|ForceIP)' | grep -v '""' || true; }

# Names, certificates, the settings of pip.
fresh_settings() # ROOT
{
    local root=$1 file
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    fresh_apt_options > "$root/etc/apt/apt.conf.d/99machine"
    for file in /etc/apt/auth.conf /etc/apt/auth.conf.d /etc/pip.conf; do
        [ ! -e "$file" ] || cp -R "$file" "$root$file"
    done
    cp -R /usr/local/share/ca-certificates "$root/usr/local/share/"
    chroot "$root" update-ca-certificates
}

# fresh_try ROOT COMMAND...: runs it there, in the checkout. Of the environment only what tells the way to the network goes along.
fresh_try()
{
    local root=$1 began=$SECONDS settings
    shift
    mapfile -t settings < <(env | grep -iE "^($FRESH_ENVIRONMENT)[a-z_]*=")
    say "in the bare system: $*"
    unshare --mount --pid --ipc --fork --kill-child --propagation private bash -s "$root" "$FRESH_CHECKOUT" \
        "${settings[@]}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        "$@" < <(declare -f fresh_enter; echo 'fresh_enter "$@"') ||
        die "this failed in a bare system: $*"
    say "in the bare system $* took $((SECONDS - began)) s"
}

# In the namespaces: what a running system has mounted.
fresh_enter() # ROOT FOLDER COMMAND...   the command as env takes it
{
    local root=$1 folder=$2
    shift 2
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    exec chroot "$root" env -i -C "$folder" "$@" < /dev/null
}
