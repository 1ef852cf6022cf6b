#include "extension/ann/probe_order.h"

#include <bit>

namespace sbert::ann {
namespace {

constexpr uint32_t kSamples = 256; // of the estimates, to guess where a batch ends

// Orders as the floats do, negative ones too.
uint32_t ordered_bits(float x) noexcept
{
    const uint32_t bits = std::bit_cast<uint32_t>(x);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// An estimate that about `wanted` of the lists that are left lie below, guessed from a sample of
// all.
uint32_t batch_end(const ProbeOrder &order) noexcept
{
    const uint32_t target = order.given + order.wanted;
    if (order.lists <= kSamples || target >= order.lists / 2)
        return 0xFFFFFFFF;
    uint32_t sample[kSamples];
    for (uint32_t i = 0; i < kSamples; i++) {
        const auto at = static_cast<uint32_t>(static_cast<uint64_t>(i) * order.lists / kSamples);
        sample[i] = ordered_bits(order.estimates[at]);
    }
    const uint32_t rank =
        static_cast<uint32_t>(static_cast<uint64_t>(target) * kSamples / order.lists);
    std::nth_element(sample, sample + rank, sample + kSamples);
    return sample[rank];
}

void collect_up_to(ProbeOrder *order, uint32_t end) noexcept
{
    const uint64_t stop = static_cast<uint64_t>(end) << 32 | kNoList;
    uint32_t size = 0;
    for (uint32_t i = 0; i < order->lists; i++) {
        const uint64_t key = order_key(order->estimates[i], i);
        order->batch[size] = key; // written always: no branch to guess
        size += (order->given == 0 || key > order->last) && key <= stop;
    }
    order->size = size;
}

} // namespace

uint64_t order_key(float base, uint32_t list) noexcept
{
    return static_cast<uint64_t>(ordered_bits(base)) << 32 | list;
}

void order_collect(ProbeOrder *order) noexcept
{
    order->size = order->next = 0;
    if (order->given == order->lists)
        return;
    collect_up_to(order, batch_end(*order));
    if (order->size == 0)
        collect_up_to(order, 0xFFFFFFFF);
    order->last = *std::max_element(order->batch, order->batch + order->size);
    order->given += order->size;
    order->wanted *= 4;
}

} // namespace sbert::ann
