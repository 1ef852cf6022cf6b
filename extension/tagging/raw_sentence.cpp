#include "extension/tagging/raw_sentence.h"

#include <cstring>

namespace sbert::tagging {

namespace {

template <class T>
void put(const T &value, std::vector<char> &bytes)
{
    const auto *raw = reinterpret_cast<const char *>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof(T));
}

template <class T>
T get(const char *&at)
{
    T value;
    std::memcpy(&value, at, sizeof(T));
    at += sizeof(T);
    return value;
}

void put_texts(const std::vector<std::string_view> &texts, std::vector<char> &bytes)
{
    for (const std::string_view text : texts) {
        bytes.insert(bytes.end(), text.begin(), text.end());
        bytes.push_back('\0');
    }
}

void get_texts(const char *&at, uint32_t n, std::vector<std::string_view> &texts)
{
    texts.clear();
    for (uint32_t i = 0; i < n; i++) {
        texts.emplace_back(at);
        at += texts.back().size() + 1;
    }
}

uint64_t hash_of(std::span<const char> bytes)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
    return hash ^ (hash >> 33);
}

} // namespace

void write_raw(const RawSentence &sentence, std::vector<char> &bytes)
{
    bytes.assign(sizeof(uint64_t), 0);
    put(static_cast<uint32_t>(sentence.words.size()), bytes);
    put(static_cast<uint32_t>(sentence.before.size()), bytes);
    put(static_cast<uint32_t>(sentence.behind.size()), bytes);
    put(static_cast<uint32_t>(sentence.vectors.size()), bytes);
    put_texts(sentence.words, bytes);
    put_texts(sentence.tags, bytes);
    const uint64_t hash = hash_of(std::span(bytes).subspan(sizeof(uint64_t)));
    for (size_t i = 0; i < sizeof(hash); i++)
        bytes[i] = static_cast<char>(hash >> (56 - 8 * i));
    put_texts(sentence.before, bytes);
    put_texts(sentence.behind, bytes);
    bytes.insert(bytes.end(), sentence.vectors.begin(), sentence.vectors.end());
    put(sentence.row, bytes);
    put(sentence.origin, bytes);
}

void read_raw(std::span<const char> bytes, RawSentence &sentence)
{
    const char *at = bytes.data() + sizeof(uint64_t);
    const auto words = get<uint32_t>(at), before = get<uint32_t>(at), behind = get<uint32_t>(at);
    const auto vectors = get<uint32_t>(at);
    get_texts(at, words, sentence.words);
    get_texts(at, words, sentence.tags);
    get_texts(at, before, sentence.before);
    get_texts(at, behind, sentence.behind);
    sentence.vectors = {at, vectors};
    at += vectors;
    sentence.row = get<int64_t>(at);
    sentence.origin = get<Origin>(at);
}

} // namespace sbert::tagging
