// The command `sbert`: makes, checks and runs packed models without a server.
#include <cstdio>
#include <cstring>
#include <new>

#include "encoder/cli/commands.h"
#include "encoder/error.h"

namespace {

using namespace sbert::cli;

const char kUsage[] = R"(usage: sbert COMMAND ...

  import DIR --name NAME [--precision f32|bf16|int8] [--head none|splade] [--out FILE] [--force]
                         pack a model as sentence-transformers saves it; without --out into the
                         first of the server's places that you may write
  list                   the installed models
  inspect MODEL          what a model is
  verify MODEL           read all of a model's file and compare it with its fingerprint
  tokenize [--model MODEL] [--prompt NAME_OR_TEXT] [--offsets]
                         one text a line on stdin, one JSON object a line on stdout; offsets in bytes
  tokenize --words [--model MODEL]
                         the words of each line, one by one, without special tokens; the place of the
                         first token of each word
  tokenize --tokenizer FILE.json [--offsets] [--json] [--max-tokens N]
                         the same with any tokenizer.json and no model; with --json each line is a JSON string
  embed [--model MODEL] [--prompt NAME_OR_TEXT] [--npy FILE]
                         the same with vectors; --npy writes a float32 matrix instead; a prompt that is
                         no name of the model's ends in a colon or white space, "" is none
  predict --model MODEL [--entities STRATEGY]
                         one text a line, or two with a tab between them: the labels of a model that has
                         a head, with their scores; entities, found by none, simple (the default), first,
                         average or max; or the words of a sparse encoder with their weights
  bench [--model MODEL] [--batch N] [--repeat R] [--tokenize] [--cold]
                         the speed on the texts of stdin, row by row or in calls of N, or of the
                         tokenizer alone; medians of R passes, after a warm-up unless --cold; one
                         JSON object on stdout

MODEL is an installed name, name@fingerprint, or a file (with a slash or ending in .sbert); the default
is all-MiniLM-L6-v2. --places DIR:DIR looks for installed models elsewhere.
)";

struct Command {
    const char *name;
    void (*run)(Words);
};

const Command kCommands[] = {
    {"import", import_command},   {"list", list_command},         {"inspect", inspect_command},
    {"verify", verify_command},   {"tokenize", tokenize_command}, {"embed", embed_command},
    {"predict", predict_command}, {"bench", bench_command},
};

const Command *find_command(const char *name)
{
    for (const Command &command : kCommands)
        if (std::strcmp(command.name, name) == 0)
            return &command;
    return nullptr;
}

int run(const Command &command, Words words)
{
    try {
        command.run(words);
        if (std::fflush(stdout) != 0) {
            std::perror("sbert: stdout");
            return 1;
        }
        return 0;
    } catch (const UsageError &error) {
        std::fprintf(stderr, "sbert %s: %s\n\n%s", command.name, error.what(), kUsage);
        return 2;
    } catch (const sbert::encoder::Error &error) {
        std::fprintf(stderr, "sbert: %s\n", error.what());
        if (!error.log().empty())
            std::fprintf(stderr, "detail: %s\n", error.log().c_str());
        if (!error.hint().empty())
            std::fprintf(stderr, "hint: %s\n", error.hint().c_str());
        return 1;
    } catch (const std::bad_alloc &) {
        std::fprintf(stderr, "sbert: out of memory\n");
        return 1;
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc >= 2 && (std::strcmp(argv[1], "help") == 0 || std::strcmp(argv[1], "--help") == 0)) {
        std::fputs(kUsage, stdout);
        return 0;
    }
    const Command *command = argc >= 2 ? find_command(argv[1]) : nullptr;
    if (command == nullptr) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    return run(*command, Words(argv + 1, argv + argc));
}
