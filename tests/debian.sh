# Finds Debian's archive for any release, by the mirror that this machine uses. Sourced by bash, never run.

# debian_sources deb|deb-src RELEASE: prints the machine's own sources, changed to that release.
debian_sources()
{
    local host
    host=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v host="$host" -v type="$1" -v wanted="$2" \
            '$3 == "main" && sub("^" host, wanted, $2) { print type, $1, $2, $3 }' | sort -u
}

# debian_source RELEASE PACKAGE FOLDER: unpacks what upstream released, without Debian's patches, into FOLDER, which is new.
# The lists and the state of apt lie beside it, so that the machine's own are left alone. A source that is listed but gone
# from the mirror (a security update) is not taken: the release's own suite has one.
debian_source()
(
    apt=$3.apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$3.new"
    debian_sources deb-src "$1" | awk '$3 !~ /-/ { sub("deb-src", "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"); print }' > "$apt/sources.list"
    private_apt()
    {
        apt-get -qq -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$apt/lists" \
            -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root "$@"
    }
    cd "$apt" && private_apt update && private_apt source --download-only "$2" &&
        tar -xf "$2"_*.orig.tar.* -C "$3.new" --strip-components=1 && mv "$3.new" "$3"
)

# pgvector_source: prints the folder with pgvector's sources, fetched once: they have tests that we run. Debian 12 has no pgvector:
# the package is that of Debian 13, whose keys both have.
pgvector_source()
{
    local folder=$SBERT_TOP/build/pgvector-source
    command -v apt-get > /dev/null || return 1
    mkdir -p "$SBERT_TOP/build"
    (
        flock 9
        [ -d "$folder/test" ] || debian_source trixie pgvector "$folder" >&2
    ) 9> "$folder.lock" || return 1
    echo "$folder"
}
