# Chooses the suites, the server and the CPU for ./run test. Sourced by ./run, never run. It uses functions of ./run.

ALL_SUITES="layering format schedule docs unit golden regress isolation tap pgvector_tap vector clients pgvector bench fuzz"
SERVER_SUITES="docs regress isolation tap pgvector_tap vector clients pgvector" # those that --pg may run on another server

labels_of() # KNOWN SUITE...   as a regular expression for ctest -L
{
    local suite known=$1
    shift
    for suite in "$@"; do
        [[ " $known " == *" $suite "* ]] || die "no such suite: \"$suite\"; there are: $known"
    done
    local IFS='|'
    echo "^($*)\$"
}

# use_target NAME: all that is started from here on stays below that ceiling (encoder/kernels/ceiling.h). A machine that does not
# reach it would prove nothing.
use_target()
{
    local flag
    case ${1:-} in
        baseline) flag=sse2 ;;
        sse4) flag=sse4_2 ;;
        avx2) flag=avx2 ;;
        avx512) flag=avx512bw ;;
        *) die "usage: ./run test --target baseline|sse4|avx2|avx512" ;;
    esac
    grep -qw "$flag" /proc/cpuinfo || die "this CPU has no $1: its tests cannot run here"
    export SBERT_TARGET=$1
}

# Servers that tests/servers.sh makes.
is_made() { [[ " $SERVERS_NAMES " == *" $1 "* ]]; }

set_up_tests()
{
    cmd_deps test
    cmd_build "$PRESET"
    if has_pgvector; then cmd_install; else cmd_install vector; fi
    cmd_model
}

cmd_test()
{
    local suites=() select=(-LE '^whole$') labels major='' known=$ALL_SUITES build=$BUILD
    while [ $# -gt 0 ]; do
        case $1 in
            --pg) major=${2:-}; shift 2 || die "usage: ./run test --pg 18" ;;
            --target) use_target "${2:-}"; shift 2 ;;
            --all) select=(); export SBERT_WHOLE=1 FUZZ_SECONDS="${FUZZ_SECONDS:-60}"; shift ;;
            -*) die "no such option: \"$1\"; there are: --all, --pg, --target" ;;
            *) suites+=("$1"); shift ;;
        esac
    done
    if is_made "$major"; then
        known=$SERVER_SUITES
        build=build/pg-$major
    elif [ -n "$major" ]; then
        use_postgres "$major"
    fi
    if [ ${#suites[@]} -gt 0 ]; then
        labels=$(labels_of "$known" "${suites[@]}")
        select+=(-L "$labels")
    fi
    set_up_tests
    if is_made "$major"; then
        do_step "building and installing the module for PostgreSQL $major" bash tests/servers_install.sh "$major"
        SBERT_PG_CONFIG=$(servers_pg_config "$major")
    fi
    run_ctest "$build" "${select[@]}"
}

run_ctest() # BUILD OPTION...
{
    local build=$1 junit=$PWD/build/test-results/ctest.xml
    shift
    mkdir -p "$(dirname "$junit")"
    rm -f "$junit"
    say "running the tests against $("$SBERT_PG_CONFIG" --version)${SBERT_TARGET:+, by $SBERT_TARGET}"
    ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$(nproc)" \
        --output-junit "$junit" "$@" < /dev/null || true
    [ -f "$junit" ] || die "ctest did not run; by hand: ctest --test-dir $build"
    python3 tests/report.py "$junit"
}
