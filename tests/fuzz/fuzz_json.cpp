// encoder/model/json.h on any bytes: the parse, and every getter on what it gave.
#include "encoder/model/json.h"
#include "tests/fuzz/fuzz_input.h"

using namespace sbert;

namespace {

void visit(const encoder::JsonValue &value)
{
    tests::swallow_refusals([&] { value.integer(-10, 1'000'000); });
    tests::swallow_refusals([&] { value.number(); });
    tests::swallow_refusals([&] { value.boolean(); });
    tests::swallow_refusals([&] { value.string(); });
    tests::swallow_refusals([&] { value.at("key"); });
    tests::swallow_refusals([&] { value.integer_or("key", 0, 0, 9); });
    for (size_t i = 0; value.is_array() && i < value.size(); ++i)
        visit(value.element(i));
    if (value.is_object())
        value.for_each_member(
            [](const std::string &, encoder::JsonValue member) { visit(member); });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tests::swallow_refusals([&] {
        encoder::JsonDocument document(tests::as_text(data, size), "fuzz", 1u << 20);
        visit(document.root());
    });
    return 0;
}
