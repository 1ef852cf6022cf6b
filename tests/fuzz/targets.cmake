# The fuzz targets: NAME stands for fuzz_NAME.cpp, the program of that name and the test fuzz.NAME.
set(SBERT_FUZZ_TARGETS
    chunks
    components
    json
    modules
    packed
    safetensors
    tagger
    text
    tokenizer_files
    tokenizer_json
    types
)
