# ./run uninstall. Sourced by ./run, never run.

# Removes the files of this extension from the server of pg_config, whatever version put them there. Databases are not touched:
# docs/install.md says what to do in them first.
cmd_uninstall() # [--models]
{
    local extension module
    [ -z "${1:-}" ] || [ "$1" = --models ] || die "usage: ./run uninstall [--models]"
    extension=$(pg_path sharedir)/extension
    module=$(pg_path pkglibdir)
    say "removing the module from $module, its SQL from $extension, and /usr/local/bin/sbert"
    quietly as_root rm -f "$module/sbert.so" "$extension"/sbert.control "$extension"/sbert--*.sql /usr/local/bin/sbert
    # The files of our extension `vector` have the names of pgvector's.
    if grep -qs "^requires = 'sbert'" "$extension/vector.control"; then
        quietly as_root rm -f "$module/vector.so" "$extension"/vector.control "$extension"/vector--*.sql
    fi
    if [ "${1:-}" = --models ]; then
        say "removing all models from $(pg_path sharedir)/sbert"
        quietly as_root rm -rf "$(pg_path sharedir)/sbert"
    else
        say "models stay in $(pg_path sharedir)/sbert, /var/lib/sbert and the folders of sbert.model_path"
    fi
}
