#include "extension/tagging/sentence.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "encoder/error.h"

namespace sbert::tagging {

namespace {

struct Head {
    uint32_t words, features, halves;
};

template <class T>
void append(std::span<const T> values, std::vector<char> &out)
{
    const auto *bytes = reinterpret_cast<const char *>(values.data());
    out.insert(out.end(), bytes, bytes + values.size_bytes());
}

template <class T>
std::span<const T> take(const char *&at, size_t n)
{
    const std::span<const T> values(reinterpret_cast<const T *>(at), n);
    at += values.size_bytes();
    return values;
}

} // namespace

void append_sentence(std::span<const uint16_t> tags, std::span<const uint32_t> features,
                     std::span<const uint32_t> first, std::span<const float> vectors,
                     std::vector<char> &out)
{
    const Head head = {static_cast<uint32_t>(tags.size()), static_cast<uint32_t>(features.size()),
                       static_cast<uint32_t>(vectors.size())};
    append(std::span(&head, 1), out);
    append(features, out);
    append(first, out);
    append(tags, out);
    for (const float x : vectors) {
        const kernels::Half half = kernels::to_half(x);
        append(std::span(&half, 1), out);
    }
    out.resize((out.size() + 3) / 4 * 4);
}

Sentence read_sentence(const char *bytes) noexcept
{
    Head head;
    std::memcpy(&head, bytes, sizeof(head));
    const char *at = bytes + sizeof(head);
    Sentence sentence;
    sentence.features = take<uint32_t>(at, head.features);
    sentence.first = take<uint32_t>(at, head.words + 1);
    sentence.tags = take<uint16_t>(at, head.words);
    sentence.vectors = take<kernels::Half>(at, head.halves);
    return sentence;
}

bool all_finite(std::span<const char> halves) noexcept
{
    for (size_t at = 0; at + sizeof(kernels::Half) <= halves.size(); at += sizeof(kernels::Half)) {
        kernels::Half half;
        std::memcpy(&half, halves.data() + at, sizeof(half));
        if (!kernels::is_finite(half))
            return false;
    }
    return true;
}

const char *Sentences::load(const Place &place, int file, char *scratch) const
{
    for (size_t done = 0; done < place.bytes;) {
        const ssize_t got = pread(file, scratch + done, place.bytes - done,
                                  place.offset + static_cast<int64_t>(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw encoder::Error(encoder::ErrorCode::kIo,
                                 "could not read a temporary file of a training", {},
                                 got < 0 ? errno : EIO);
        done += static_cast<size_t>(got);
    }
    return scratch;
}

Sentence Sentences::read(size_t i, int file, std::vector<char> &scratch) const
{
    const Place &place = places_[i];
    if (place.memory != nullptr)
        return read_sentence(place.memory);
    scratch.resize(place.bytes);
    return read_sentence(load(place, file, scratch.data()));
}

std::span<const kernels::Half> Sentences::vectors(size_t i, int file, char *scratch) const
{
    const Place &place = places_[i];
    return read_sentence(place.memory != nullptr ? place.memory : load(place, file, scratch))
        .vectors;
}

// The shuffle of Fisher and Yates.
void shuffle(std::span<uint32_t> order, uint64_t seed) noexcept
{
    for (size_t n = order.size(); n > 1; n--) {
        const uint64_t bits = mixed_bits(seed += 0x9e3779b97f4a7c15);
        std::swap(order[n - 1], order[bits % n]);
    }
}

} // namespace sbert::tagging
