// The commands of `sbert`, one function each. They print to stdout and throw UsageError or
// encoder::Error.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "encoder/cli/options.h"
#include "encoder/encoder.h"

namespace sbert::cli {

// The model where --model is not given.
inline constexpr char kDefaultModel[] = "all-MiniLM-L6-v2";

void import_command(Words words);
void list_command(Words words);
void inspect_command(Words words);
void verify_command(Words words);
void tokenize_command(Words words);
void embed_command(Words words);
void predict_command(Words words);
void bench_command(Words words);

// Where models are looked for: --places DIR:DIR if given, else the default server's places.
std::vector<std::string> places_of(const Options &options);

// The file that a --model option means: a path where it holds a slash or ends in .sbert, else an
// installed name.
std::string model_file(const Options &options, const std::string &model);
std::unique_ptr<encoder::Encoder> open_encoder(const Options &options);

// What --prompt means to the model; its default prompt where the option was not given.
std::string prompt_of(const Options &options, const encoder::Encoder &model);

} // namespace sbert::cli
