// Nearly every run consists of marks that strip_accents deletes, so the first walk only looks for a
// survivor. When there is one, a counting sort over the combining ranks finds every survivor's
// place: one walk counts, one places, one looks up the bytes. The run itself is never copied: it
// may be as long as the text.
//
// Alignment. The library keeps, for each part, whether it is the first of its source character,
// sorts parts and flags together, and then gives the k-th first part in sorted order the bytes of
// the k-th source character of the run, and any other part the bytes of the source character given
// last. `source` below is that k; 0 is the character before.
#include "encoder/tokenizer/mark_run.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

struct Part {
    uint32_t code;
    uint32_t begin; // of the source character
    uint32_t end;
    bool first; // of its source character
    const CharProperties *properties;
    bool survives() const { return (properties->flags & kMark) == 0; }
};

// Walks over the parts of a run in the order of the text.
class RunCursor {
  public:
    RunCursor(ChunkReader &reader, const MarkRun &run)
        : reader_(&reader), at_(run.at), begin_(run.begin), end_(run.end), parts_(run.parts),
          left_(run.part_count), polled_(run.at), clean_text_(run.clean_text)
    {
    }

    bool next(Part &part)
    {
        if (left_ == 0 && !load())
            return false;
        part = {*parts_, begin_, end_, first_, &char_properties(*parts_)};
        ++parts_;
        --left_;
        first_ = false;
        return true;
    }
    size_t at() const { return at_; }

  private:
    bool load();
    bool load_char(Decoded decoded, const CharProperties &properties);

    ChunkReader *reader_;
    size_t at_;
    uint32_t begin_;
    uint32_t end_;
    const uint32_t *parts_;
    uint32_t left_;
    uint32_t single_ = 0;
    size_t polled_;
    bool clean_text_;
    bool first_ = false;
};

// Takes the next source character when it belongs to the run.
bool RunCursor::load()
{
    while (!reader_->at_end(at_)) {
        if (at_ - polled_ >= ChunkReader::kWindow) {
            reader_->check_stop();
            polled_ = at_;
        }
        const Decoded decoded = utf8_decode_checked(reader_->text(), at_);
        const CharProperties &properties = char_properties(decoded.code);
        if (!clean_text_ || (properties.flags & kRemoved) == 0)
            return load_char(decoded, properties);
        at_ += decoded.length;
    }
    return false;
}

bool RunCursor::load_char(Decoded decoded, const CharProperties &properties)
{
    if (properties.decomposition != 0) {
        const uint32_t *parts = kDecompositions + properties.decomposition;
        if (char_properties(parts[1]).combining == 0)
            return false;
        left_ = parts[0];
        parts_ = parts + 1;
    } else {
        if (properties.combining == 0)
            return false;
        single_ = decoded.code;
        left_ = 1;
        parts_ = &single_;
    }
    begin_ = static_cast<uint32_t>(at_);
    at_ += decoded.length;
    end_ = static_cast<uint32_t>(at_);
    first_ = true;
    return true;
}

// Per rank: how many first parts and how many survivors; after `accumulate`, how many come before
// the rank.
struct RankCounts {
    std::array<uint32_t, kCombiningRanks + 1> firsts{};
    std::array<uint32_t, kCombiningRanks + 1> survivors{};

    void add(const Part &part)
    {
        firsts[part.properties->combining] += part.first;
        survivors[part.properties->combining] += part.survives();
    }
    uint32_t accumulate()
    {
        uint32_t first_sum = 0;
        uint32_t survivor_sum = 0;
        for (int rank = 0; rank <= kCombiningRanks; ++rank) {
            first_sum += std::exchange(firsts[rank], first_sum);
            survivor_sum += std::exchange(survivors[rank], survivor_sum);
        }
        return survivor_sum;
    }
};

// Puts the survivors that are kept into their places in `out`; `begin` holds the source's number
// for now.
void place(RunCursor cursor, RankCounts counts, uint32_t total, std::span<NormalChar> out)
{
    Part part;
    while (cursor.next(part)) {
        const uint8_t rank = part.properties->combining;
        counts.firsts[rank] += part.first;
        if (!part.survives())
            continue;
        const uint32_t index = counts.survivors[rank]++;
        const NormalChar placed = {part.code, counts.firsts[rank], 0};
        if (index + 1 == total)
            out.back() = placed;
        else if (index + 1 < out.size())
            out[index] = placed;
    }
}

// Replaces the sources' numbers, which ascend, by their bytes.
void align(RunCursor cursor, const MarkRun &run, std::span<NormalChar> out)
{
    uint32_t source = 0;
    uint32_t begin = run.begin;
    uint32_t end = run.end;
    Part part;
    for (NormalChar &aligned : out) {
        while (source < aligned.begin && cursor.next(part)) {
            if (!part.first)
                continue;
            ++source;
            begin = part.begin;
            end = part.end;
        }
        aligned.begin = begin;
        aligned.end = end;
    }
}

} // namespace

size_t read_mark_run(ChunkReader &reader, const MarkRun &run, size_t kept,
                     std::vector<NormalChar> &out)
{
    Part part;
    bool survivor = false;
    RunCursor searcher(reader, run);
    while (!survivor && searcher.next(part))
        survivor = part.survives();
    if (!survivor)
        return searcher.at();

    RankCounts counts;
    RunCursor counter(reader, run);
    while (counter.next(part))
        counts.add(part);
    const uint32_t total = counts.accumulate();
    const size_t before = out.size();
    out.resize(before + std::min<size_t>(total, kept + 1));
    const std::span<NormalChar> survivors = std::span(out).subspan(before);
    place(RunCursor(reader, run), counts, total, survivors);
    align(RunCursor(reader, run), run, survivors);
    return counter.at();
}

} // namespace sbert::encoder
