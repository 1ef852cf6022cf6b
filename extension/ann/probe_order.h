// The order in which a search probes lists: by ascending base (residual_code.h). Only a prefix is
// ever wanted, and only estimates of all bases are cheap: so the lists come in batches, chosen by
// their estimates (first about so many, then four times as many each time) and sorted by their
// bases. A list whose estimate is far off may come in a later batch than it should.
//
// Plain data over memory of the caller's; nothing here can fail or allocate.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sbert::ann {

struct ProbeOrder {
    const float *estimates; // (lists)
    uint64_t *batch;        // (lists) scratch: base and number of the lists of this batch
    uint32_t lists;
    uint32_t given;      // to batches, altogether
    uint32_t size, next; // of this batch
    uint64_t last;       // the greatest estimate of the batches before
    uint32_t wanted;     // lists of the next batch, about
};
inline constexpr uint32_t kNoList = 0xFFFFFFFF;

//   estimates (lists) of the bases;  batch (lists) scratch: both stay with the order
//   first  lists of the first batch, about
inline void order_start(ProbeOrder *order, const float *estimates, uint64_t *batch, uint32_t lists,
                        uint32_t first) noexcept
{
    *order = {estimates, batch, lists, 0, 0, 0, 0, first};
}

// The next list of this batch, or kNoList when it is used up; order_peek leaves it there.
inline uint32_t order_peek(const ProbeOrder *order) noexcept
{
    return order->next == order->size ? kNoList : static_cast<uint32_t>(order->batch[order->next]);
}
inline uint32_t order_take(ProbeOrder *order) noexcept
{
    const uint32_t list = order_peek(order);
    order->next += list != kNoList;
    return list;
}

// A number that sorts by base, then by list.
uint64_t order_key(float base, uint32_t list) noexcept;
// The lists of the next batch with their estimates, in no order.
void order_collect(ProbeOrder *order) noexcept;

// Goes on to the next batch, which is empty when all lists were given.
//   base(list)  its base
template <class Base>
void order_next_batch(ProbeOrder *order, Base base) noexcept
{
    order_collect(order);
    for (uint32_t i = 0; i < order->size; i++) {
        const auto list = static_cast<uint32_t>(order->batch[i]);
        order->batch[i] = order_key(base(list), list);
    }
    std::sort(order->batch, order->batch + order->size);
}

} // namespace sbert::ann
