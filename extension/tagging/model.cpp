#include "extension/tagging/model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "encoder/error.h"
#include "encoder/kernels/linear.h"
#include "encoder/kernels/linear_bf16.h"
#include "encoder/kernels/rows.h"

namespace sbert::tagging {

namespace {

constexpr char kMagic[8] = {'s', 'b', 'e', 'r', 't', 't', 'a', 'g'};
constexpr uint32_t kVersion = 1;
constexpr uint32_t kMostWidth = 16000, kMostLayers = 1000, kMostMixes = 64;
constexpr uint32_t kMostFeatures = 1u << 24;

// All of it is little-endian, as on the machines that the extension runs on.
struct Head {
    char magic[8];
    uint32_t version;
    uint32_t tags, width, layers, mixes, features;
    uint32_t context;
    uint32_t zero;
};
static_assert(sizeof(Head) == 40);

[[noreturn]] void refuse(const std::string &what)
{
    throw encoder::Error(encoder::ErrorCode::kModelInvalid, what);
}

template <class T>
void append(const std::vector<T> &values, std::vector<char> &out)
{
    const auto *bytes = reinterpret_cast<const char *>(values.data());
    out.insert(out.end(), bytes, bytes + values.size() * sizeof(T));
}

template <class T>
std::vector<T> take(std::span<const char> &bytes, uint64_t n)
{
    if (n > bytes.size() / sizeof(T))
        refuse("its parameters are cut short");
    std::vector<T> values(n);
    if (n > 0)
        std::memcpy(values.data(), bytes.data(), n * sizeof(T));
    bytes = bytes.subspan(n * sizeof(T));
    return values;
}

std::vector<float> take_floats(std::span<const char> &bytes, uint64_t n)
{
    std::vector<float> values = take<float>(bytes, n);
    for (const float value : values)
        if (!std::isfinite(value) || std::fabs(value) > 1e15f)
            refuse("its parameters hold a number that is not finite or too great");
    return values;
}

Head take_head(std::span<const char> &bytes, size_t tags)
{
    if (bytes.size() < sizeof(Head))
        refuse("its parameters are cut short");
    Head head;
    std::memcpy(&head, bytes.data(), sizeof(head));
    bytes = bytes.subspan(sizeof(head));
    if (std::memcmp(head.magic, kMagic, sizeof(kMagic)) != 0)
        refuse("its parameters do not begin as a tagger's");
    if (head.version != kVersion)
        refuse("its parameters have format " + std::to_string(head.version) +
               ", this release reads format " + std::to_string(kVersion));
    if (head.tags != tags)
        refuse("its parameters are for " + std::to_string(head.tags) + " tags, its labels make " +
               std::to_string(tags));
    if (head.width == 0 || head.width > kMostWidth || head.layers == 0 ||
        head.layers > kMostLayers || head.mixes > kMostMixes || head.features > kMostFeatures ||
        head.context > 1 || head.zero != 0)
        refuse("its parameters have sizes out of range");
    return head;
}

void check_ascending(const std::vector<uint32_t> &values, const char *what)
{
    for (size_t i = 1; i < values.size(); i++)
        if (values[i - 1] >= values[i])
            refuse(std::string("its ") + what + " are not in ascending order");
}

} // namespace

std::vector<char> encode_model(const TaggerModel &model, size_t tags)
{
    const Projection &projection = model.projection;
    Head head = {};
    std::memcpy(head.magic, kMagic, sizeof(kMagic));
    head.version = kVersion;
    head.tags = static_cast<uint32_t>(tags);
    head.width = projection.width;
    head.layers = static_cast<uint32_t>(projection.layers.size());
    head.mixes = static_cast<uint32_t>(projection.mixes());
    head.features = static_cast<uint32_t>(model.features.size());
    head.context = model.context;
    std::vector<char> out;
    append(std::vector<Head>{head}, out);
    append(projection.layers, out);
    append(projection.mix, out);
    append(projection.centre, out);
    append(projection.scale, out);
    append(model.weights.bias, out);
    append(model.weights.dense, out);
    append(model.weights.chain.pairs, out);
    append(model.weights.chain.first, out);
    append(model.weights.chain.last, out);
    append(model.features, out);
    std::vector<kernels::Bf16> narrow;
    for (const float value : model.weights.sparse)
        narrow.push_back(kernels::to_bf16(value));
    append(narrow, out);
    return out;
}

TaggerModel decode_model(std::span<const char> bytes, size_t tags)
{
    const Head head = take_head(bytes, tags);
    TaggerModel model;
    Projection &projection = model.projection;
    model.context = head.context != 0;
    projection.width = head.width;
    projection.layers = take<uint32_t>(bytes, head.layers);
    check_ascending(projection.layers, "layers");
    const uint64_t states = uint64_t{head.layers} * head.width;
    projection.mix = take_floats(bytes, uint64_t{head.mixes} * head.layers);
    projection.centre = take_floats(bytes, states);
    projection.scale = take_floats(bytes, states);
    Weights &weights = model.weights;
    weights.bias = take_floats(bytes, tags);
    weights.dense = take_floats(bytes, uint64_t{kSides} * tags * projection.dimensions());
    weights.chain.pairs = take_floats(bytes, uint64_t{tags} * tags);
    weights.chain.first = take_floats(bytes, tags);
    weights.chain.last = take_floats(bytes, tags);
    model.features = take<uint32_t>(bytes, head.features);
    check_ascending(model.features, "features");
    for (const kernels::Bf16 narrow : take<kernels::Bf16>(bytes, uint64_t{head.features} * tags)) {
        weights.sparse.push_back(kernels::from_bf16(narrow));
        if (!std::isfinite(weights.sparse.back()) || std::fabs(weights.sparse.back()) > 1e15f)
            refuse("its parameters hold a number that is not finite or too great");
    }
    if (!bytes.empty())
        refuse("its parameters go on behind their end");
    return model;
}

void add_sides(const float *sides, size_t n, size_t tags, float *scores) noexcept
{
    const size_t row = kSides * tags;
    for (size_t t = 0; t < n; t++) {
        if (t > 0)
            kernels::add(scores + t * tags, sides + (t - 1) * row, tags);
        kernels::add(scores + t * tags, sides + t * row + tags, tags);
        if (t + 1 < n)
            kernels::add(scores + t * tags, sides + (t + 1) * row + 2 * tags, tags);
    }
}

Scorer::Scorer(const TaggerModel &model, size_t tags)
    : model_(model), K_(tags), D_(model.projection.dimensions()),
      panels_(kernels::packed_floats(kSides * K_, D_))
{
    kernels::pack_panels(model.weights.dense.data(), D_, kSides * K_, D_, panels_.data());
}

void Scorer::score(const float *vectors, const Features &features, size_t n,
                   std::vector<float> &scores)
{
    sides_.resize(n * kSides * K_);
    kernels::linear(vectors, D_, n, D_, panels_.data(), nullptr, kSides * K_, sides_.data(),
                    kSides * K_);
    scores.resize(n * K_);
    const auto begin = model_.features.begin(), end = model_.features.end();
    for (size_t t = 0; t < n; t++) {
        float *score = &scores[t * K_];
        std::copy(model_.weights.bias.begin(), model_.weights.bias.end(), score);
        for (uint32_t i = features.first[t]; i < features.first[t + 1]; i++) {
            const auto found = std::lower_bound(begin, end, features.values[i]);
            if (found != end && *found == features.values[i])
                kernels::add(score, &model_.weights.sparse[static_cast<size_t>(found - begin) * K_],
                             K_);
        }
    }
    add_sides(sides_.data(), n, K_, scores.data());
}

} // namespace sbert::tagging
