// Distances of sparse rows with Highway, compiled once for each instruction set.
//
// In a merge, the branch on which of two indices is smaller is mispredicted about every second
// time. So blocks of four elements are compared instead: rotating one block compares all sixteen
// pairs at once, and the block that ends first is replaced by the next one of its row, without a
// branch (Schlegel, Willhalm, Lehner: Fast Sorted-Set Intersection using SIMD Instructions, ADMS
// 2011). Two blocks with the same indices, as in rows with few zeros, are added like dense ones.
#include "encoder/kernels/sparse_distance.h"

#include <algorithm>
#include <cstring>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/sparse_distance.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "encoder/kernels/distance-inl.h"
#include "encoder/kernels/distance_cosine.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {

// This target has no instructions that work across lanes.
#if HWY_TARGET == HWY_SCALAR

float sparse_l2_squared_sum(SparseRow a, SparseRow b)
{
    return static_cast<float>(l2_squared_reference(a, b));
}

float sparse_inner_product_sum(SparseRow a, SparseRow b)
{
    return static_cast<float>(inner_product_reference(a, b));
}

float sparse_l1_sum(SparseRow a, SparseRow b) { return static_cast<float>(l1_reference(a, b)); }

#else

constexpr size_t kBlock = 4;
using IndexTag = hn::CappedTag<int32_t, kBlock>;
using ValueTag = hn::CappedTag<float, kBlock>;
using Indices = hn::Vec<IndexTag>;
using Values = hn::Vec<ValueTag>;

// A row as blocks: first its whole blocks, then its last elements, filled up. The filling has an
// index larger than all others and the value zero, so that it changes no sum when both rows have
// it.
struct BlockRow {
    const int32_t *indices;
    const float *values;
    size_t count; // number of elements in whole blocks from here on
    size_t rest;  // number of elements after them
    int32_t last_indices[kBlock];
    float last_values[kBlock];

    explicit HWY_INLINE BlockRow(SparseRow row)
        : indices(row.indices), values(row.values), count(row.count / kBlock * kBlock),
          rest(row.count % kBlock)
    {
        std::fill_n(last_indices, kBlock, std::numeric_limits<int32_t>::max());
        std::fill_n(last_values, kBlock, 0.0f);
        for (size_t i = 0; i < rest; i++) {
            last_indices[i] = row.indices[count + i];
            last_values[i] = row.values[count + i];
        }
    }
    BlockRow(const BlockRow &) = delete;
    BlockRow &operator=(const BlockRow &) = delete;

    HWY_INLINE void skip(size_t elements)
    {
        indices += elements;
        values += elements;
        count -= elements;
    }

    // Whether there is a block. After the whole blocks it moves to the last elements.
    HWY_INLINE bool has_block()
    {
        if (count == 0 && rest != 0) {
            indices = last_indices;
            values = last_values;
            count = kBlock;
            rest = 0;
        }
        return count != 0;
    }
};

// The current block of each row.
struct Meeting {
    Indices a_index, b_index;
    Values a, b;

    HWY_INLINE Meeting(const BlockRow &rows_a, size_t i, const BlockRow &rows_b, size_t j)
        : a_index(hn::LoadU(IndexTag(), rows_a.indices + i)),
          b_index(hn::LoadU(IndexTag(), rows_b.indices + j)),
          a(hn::LoadU(ValueTag(), rows_a.values + i)), b(hn::LoadU(ValueTag(), rows_b.values + j))
    {
    }
};

// Compares a's indices with b's rotated by n lanes. Equal lanes have all bits set.
template <class Turn>
HWY_INLINE Indices meets(const Meeting &m, Turn turn)
{
    return hn::VecFromMask(IndexTag(), hn::Eq(m.a_index, turn(m.b_index)));
}

template <class Turn>
HWY_INLINE Values where_met(Indices met, const Meeting &m, Turn turn)
{
    return hn::And(hn::BitCast(ValueTag(), met), turn(m.b));
}

constexpr auto kTurn0 = [](auto v) HWY_ATTR { return v; };
constexpr auto kTurn1 = [](auto v) HWY_ATTR { return hn::Shuffle0321(v); };
constexpr auto kTurn2 = [](auto v) HWY_ATTR { return hn::Shuffle1032(v); };
constexpr auto kTurn3 = [](auto v) HWY_ATTR { return hn::Shuffle2103(v); };

// The result of comparing two blocks: for every element of a the value that b has at the same
// index, or zero; and which elements of b have the index of one of a.
struct Pairs {
    Values b_at_a;
    Indices b_met;
};

HWY_INLINE Pairs find_pairs(const Meeting &m, Indices met0)
{
    const Indices met1 = meets(m, kTurn1), met2 = meets(m, kTurn2), met3 = meets(m, kTurn3);
    const Values near = hn::Or(where_met(met0, m, kTurn0), where_met(met1, m, kTurn1));
    const Values far = hn::Or(where_met(met2, m, kTurn2), where_met(met3, m, kTurn3));
    // The comparisons are rotated back to the lanes of b.
    const Indices b_near = hn::Or(met0, kTurn3(met1));
    const Indices b_far = hn::Or(kTurn2(met2), kTurn1(met3));
    return {hn::Or(near, far), hn::Or(b_near, b_far)};
}

// Whether both blocks have the same indices in all lanes. Then they share no index with any other
// block.
HWY_INLINE bool all_met(Indices met0) { return hn::AllTrue(IndexTag(), hn::MaskFromVec(met0)); }

// Walks over both rows until one ends. step(meeting, met0) adds the terms that two blocks have in
// common.
template <class Same, class Step>
HWY_INLINE void for_meetings(BlockRow &a, BlockRow &b, Same same, Step step)
{
    while (a.has_block() && b.has_block()) {
        size_t i = 0, j = 0;
        while (i < a.count && j < b.count) {
            const Meeting m(a, i, b, j);
            const Indices met0 = meets(m, kTurn0);
            if (all_met(met0)) {
                same(m);
                i += kBlock;
                j += kBlock;
                continue;
            }
            step(m, met0);
            const int32_t a_end = a.indices[i + kBlock - 1], b_end = b.indices[j + kBlock - 1];
            i += static_cast<size_t>(a_end <= b_end) * kBlock;
            j += static_cast<size_t>(b_end <= a_end) * kBlock;
        }
        a.skip(i);
        b.skip(j);
    }
}

HWY_INLINE float total(Values v) { return hn::GetLane(hn::SumOfLanes(ValueTag(), v)); }

// Sums a term that is not zero if only one row has an element.
template <class Term>
HWY_INLINE float sum_union(SparseRow row_a, SparseRow row_b)
{
    const ValueTag f;
    const IndexTag i32;
    BlockRow a(row_a), b(row_b);
    Values a_sum = hn::Zero(f), b_sum = hn::Zero(f);
    // What earlier comparisons have found for the current blocks.
    Pairs found = {hn::Zero(f), hn::Zero(i32)};
    for_meetings(
        a, b, [&](const Meeting &m) HWY_ATTR { a_sum = Term::add(m.a, m.b, a_sum); },
        [&](const Meeting &m, Indices met0) HWY_ATTR {
            const Pairs pairs = find_pairs(m, met0);
            found.b_at_a = hn::Or(found.b_at_a, pairs.b_at_a);
            found.b_met = hn::Or(found.b_met, pairs.b_met);
            // A block is added when it is replaced.
            const Indices a_end = hn::Broadcast<kBlock - 1>(m.a_index);
            const Indices b_end = hn::Broadcast<kBlock - 1>(m.b_index);
            const Indices a_stays = hn::VecFromMask(i32, hn::Gt(a_end, b_end));
            const Indices b_stays = hn::VecFromMask(i32, hn::Gt(b_end, a_end));
            const Values a_waits = hn::BitCast(f, a_stays);
            const Values b_waits = hn::BitCast(f, hn::Or(b_stays, found.b_met));
            a_sum = Term::add(hn::AndNot(a_waits, m.a), hn::AndNot(a_waits, found.b_at_a), a_sum);
            b_sum = Term::add(hn::AndNot(b_waits, m.b), hn::Zero(f), b_sum);
            found.b_at_a = hn::And(a_waits, found.b_at_a);
            found.b_met = hn::And(b_stays, found.b_met);
        });
    for (; a.has_block(); a.skip(kBlock)) {
        a_sum = Term::add(hn::LoadU(f, a.values), found.b_at_a, a_sum);
        found.b_at_a = hn::Zero(f);
    }
    for (; b.has_block(); b.skip(kBlock)) {
        const Values met = hn::BitCast(f, found.b_met);
        b_sum = Term::add(hn::AndNot(met, hn::LoadU(f, b.values)), hn::Zero(f), b_sum);
        found.b_met = hn::Zero(i32);
    }
    return total(hn::Add(a_sum, b_sum));
}

float sparse_l2_squared_sum(SparseRow a, SparseRow b) { return sum_union<L2Squared>(a, b); }

float sparse_l1_sum(SparseRow a, SparseRow b) { return sum_union<L1>(a, b); }

float sparse_inner_product_sum(SparseRow row_a, SparseRow row_b)
{
    BlockRow a(row_a), b(row_b);
    Values sum = hn::Zero(ValueTag());
    for_meetings(
        a, b, [&sum](const Meeting &m) HWY_ATTR { sum = hn::MulAdd(m.a, m.b, sum); },
        [&sum](const Meeting &m, Indices met0)
            HWY_ATTR { sum = hn::MulAdd(m.a, find_pairs(m, met0).b_at_a, sum); });
    return total(sum);
}

#endif

// Writes a.b, a.a and b.b to out.
void sparse_cosine_sums(SparseRow a, SparseRow b, float *out)
{
    out[0] = sparse_inner_product_sum(a, b);
    out[1] = sum_terms<InnerProduct, FloatSource>(a.values, a.values, a.count);
    out[2] = sum_terms<InnerProduct, FloatSource>(b.values, b.values, b.count);
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(sparse_l2_squared_sum);
HWY_EXPORT(sparse_inner_product_sum);
HWY_EXPORT(sparse_l1_sum);
HWY_EXPORT(sparse_cosine_sums);

float l2_squared(SparseRow a, SparseRow b) noexcept
{
    return HWY_DYNAMIC_DISPATCH(sparse_l2_squared_sum)(a, b);
}

float inner_product(SparseRow a, SparseRow b) noexcept
{
    return HWY_DYNAMIC_DISPATCH(sparse_inner_product_sum)(a, b);
}

float l1(SparseRow a, SparseRow b) noexcept { return HWY_DYNAMIC_DISPATCH(sparse_l1_sum)(a, b); }

double cosine(SparseRow a, SparseRow b) noexcept
{
    float sums[3];
    HWY_DYNAMIC_DISPATCH(sparse_cosine_sums)(a, b, sums);
    return cosine_of_sums(sums);
}

} // namespace sbert::kernels
#endif
