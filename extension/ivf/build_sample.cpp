#include <algorithm>
#include <cmath>

#include "encoder/kernels/distance.h"
#include "extension/pg.h"

#include "extension/ivf/build_sample.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/training_rows.h"

namespace sbert::ivf {
namespace {

// Blocks that say how many rows there are; more, where rows with a vector are rare or lie together.
constexpr int kCountedBlocks = 100, kMoreCounted = 8;
constexpr uint64 kCountedRows = 200;
// Rows of a block that the origin is a mean of: neighbours in a table are often alike.
constexpr uint32 kMeanRows = 16;
constexpr uint32 kSeed = 20240501;
constexpr double kMoreBlocks = 1.25; // rows a block differ, an eighth is held out

struct Sample {
    const Preparation *preparation;
    MemoryContext per_row;
    pg_prng_state random;
    float *x;
    Size capacity, kept;
    uint64 seen; // rows that are not null
    // While rows are counted: their mean.
    double *sum; // (d), or null
    float *row;  // (d) scratch
    uint64 summed;
    BlockNumber block;
    uint32 of_block;
};

// Where the row goes: the next place, that of another (Vitter's reservoir), or nowhere.
bool choose_slot(Sample *sample, Size *place)
{
    *place = sample->kept < sample->capacity
                 ? sample->kept
                 : pg_prng_uint64_range(&sample->random, 0, sample->seen - 1);
    return *place < sample->capacity;
}

// Into the mean.
void add_row(Sample *sample, ItemPointer tid, Datum value)
{
    const Preparation *preparation = sample->preparation;
    const BlockNumber block = ItemPointerGetBlockNumberNoCheck(tid);
    sample->of_block = block == sample->block ? sample->of_block + 1 : 1;
    sample->block = block;
    if (sample->of_block > kMeanRows)
        return;
    read_given(preparation, value, sample->row);
    const float norm2 = kernels::inner_product(sample->row, sample->row, preparation->d);
    if (!can_train(norm2) ||
        !row_as_seen(preparation->type->metric, preparation->d, sample->row, sample->row))
        return;
    for (uint32 i = 0; i < preparation->d; i++)
        sample->sum[i] += sample->row[i];
    sample->summed++;
}

void keep_row(Sample *sample, Datum value, Size place)
{
    float norm2;
    float *x = sample->x + place * sample->preparation->d;
    // A vector that cannot be used leaves its place to the next; where it was another's, that one
    // is lost and the place has zeros.
    const bool indexed = prepare_vector(sample->preparation, value, x, &norm2);
    if (!indexed || !can_train(norm2))
        memset(x, 0, sample->preparation->d * sizeof(float));
    else if (place == sample->kept)
        sample->kept++;
}

extern "C" void sample_row(Relation, ItemPointer tid, Datum *values, bool *isnull, bool,
                           void *state)
{
    auto *sample = static_cast<Sample *>(state);
    Size place;
    if (isnull[0])
        return;
    sample->seen++;
    const MemoryContext before = MemoryContextSwitchTo(sample->per_row);
    if (sample->sum != nullptr)
        add_row(sample, tid, values[0]);
    else if (!is_held_out(tid) && choose_slot(sample, &place))
        keep_row(sample, values[0], place);
    MemoryContextSwitchTo(before);
    MemoryContextReset(sample->per_row);
}

BlockNumber scan_blocks(const Build *build, BlockNumber blocks, double wanted, Sample *sample)
{
    BlockSamplerData sampler;
    const int size =
        static_cast<int>(std::min<double>({wanted, static_cast<double>(blocks), INT_MAX}));
    const BlockNumber drawn = BlockSampler_Init(&sampler, blocks, size, kSeed);
    sample->preparation = &build->preparation;
    sample->per_row =
        AllocSetContextCreate(CurrentMemoryContext, "sbert_ivf sample", ALLOCSET_DEFAULT_SIZES);
    pg_prng_seed(&sample->random, kSeed);
    while (BlockSampler_HasMore(&sampler)) {
        CHECK_FOR_INTERRUPTS();
        table_index_build_range_scan(build->heap, build->index, build->info, false, false, false,
                                     BlockSampler_Next(&sampler), 1, sample_row, sample, nullptr);
    }
    MemoryContextDelete(sample->per_row);
    return drawn;
}

} // namespace

double count_rows_and_centre(Build *build)
{
    const uint32 d = build->shape.d;
    const BlockNumber blocks = RelationGetNumberOfBlocks(build->heap);
    if (blocks == 0)
        return 0;
    for (double wanted = kCountedBlocks;; wanted *= kMoreCounted) {
        Sample sample = {};
        sample.block = InvalidBlockNumber;
        sample.sum = allocate_zero<double>(d);
        sample.row = allocate<float>(d);
        const BlockNumber drawn = scan_blocks(build, blocks, wanted, &sample);
        if (sample.seen < kCountedRows && drawn < blocks)
            continue;
        build->has_origin = sample.summed > 0;
        for (uint32 i = 0; i < d && build->has_origin; i++)
            build->origin[i] =
                static_cast<float>(sample.sum[i] / static_cast<double>(sample.summed));
        return static_cast<double>(sample.seen) * blocks / std::max<BlockNumber>(drawn, 1);
    }
}

Size draw_sample(const Build *build, double rows, Size capacity, float *x)
{
    const BlockNumber blocks = RelationGetNumberOfBlocks(build->heap);
    if (blocks == 0 || rows < 1)
        return 0;
    Sample sample = {};
    sample.x = x;
    sample.capacity = capacity;
    const double wanted = std::ceil(kMoreBlocks * static_cast<double>(capacity) * blocks / rows);
    scan_blocks(build, blocks, wanted + 1, &sample);
    return sample.kept;
}

} // namespace sbert::ivf
