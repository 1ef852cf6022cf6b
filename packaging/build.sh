# ./run package makes the Debian packages of this checkout for the release of this machine. Sourced by ./run, never run. It uses
# functions of ./run and tests/lib.sh.
#
# Everything is built from a copy in build/packages, because dpkg-buildpackage writes beside and into its sources. The copy is of
# the commit, or, outside git, of all files.

cmd_package() # [--no-model]
{
    local out=$PWD/build/packages
    [ -z "${1:-}" ] || [ "$1" = --no-model ] || die "usage: ./run package [--no-model]"
    cmd_deps
    install_packages package
    # Only the server of this release is built for, and what that needs is installed.
    export PG_SUPPORTED_VERSIONS=$PG_MAJOR
    rm -rf "$out"
    mkdir -p "$out/pg-sbert"
    package_sources | tar -x -C "$out/pg-sbert"
    (cd "$out/pg-sbert" && quietly pg_buildext updatecontrol)
    do_step "building the packages (log: build/packages/build.log)" package_build "$out/pg-sbert" "$out/build.log"
    if [ -z "${1:-}" ]; then
        package_model "$out"
    fi
    do_step "checking them with lintian" package_lint "$out"
    say "made $(cd "$out" && echo ./*.deb)"
}

package_sources()
{
    if [ -e .git ] && command -v git > /dev/null; then git -c safe.directory='*' archive HEAD; else tar -c --exclude=./build .; fi
}

package_build() # SOURCES LOG
{
    (cd "$1" && dpkg-buildpackage -us -uc -b -d) > "$2" 2>&1 || { tail -n 30 "$2" >&2; return 1; }
}

# The model is packed by the command that was just built, which need not be installed.
package_model() # OUT
{
    [ -f "build/models/$MODEL_DIR/model.safetensors" ] || fetch_model
    cp -R packaging/model "$1/model"
    cp -R "build/models/$MODEL_DIR" "$1/model/model"
    dpkg-deb -x "$1"/sbert_*.deb "$1/command"
    PATH="$1/command/usr/bin:$PATH" do_step "building the model's package (log: build/packages/model.log)" \
        package_build "$1/model" "$1/model.log"
}

# Errors and warnings fail.
package_lint() # OUT
{
    lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$1"/*.changes
}
