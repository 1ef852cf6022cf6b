#include "encoder/import/packed_tensors.h"

#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "encoder/error.h"
#include "encoder/import/narrow.h"
#include "encoder/model/json.h"
#include "encoder/model/layout.h"
#include "encoder/model/required_tensors.h"

namespace sbert::encoder {

namespace {

using Bytes = std::vector<std::byte>;

const float *values_of(const Tensor &tensor) { return static_cast<const float *>(tensor.data); }

template <class Value>
Bytes bytes_of(const std::vector<Value> &values)
{
    Bytes bytes(values.size() * sizeof(Value));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

// Makes the bytes of one tensor after another, in the order of required_tensors(): a matrix in 8
// bits comes before the scales and sums that were found with it.
class Maker {
  public:
    explicit Maker(const std::vector<Tensor> &published)
    {
        for (const Tensor &tensor : published)
            published_[tensor.name] = &tensor;
    }

    // Null where the tensor's values are not published as they are, but follow from others.
    const Tensor *published(const std::string &name) const
    {
        auto found = published_.find(name);
        return found != published_.end() ? found->second : nullptr;
    }

    Bytes make(const TensorSpec &wanted)
    {
        if (auto found = derived_.find(wanted.name); found != derived_.end())
            return bytes_of(found->second);
        std::vector<float> joined;
        const float *from = values_for(wanted, joined);
        switch (wanted.dtype) {
        case DType::kBf16:
            return lay_out(wanted, narrow_bf16(from, element_count(wanted)).data());
        case DType::kI8:
            return make_int8(wanted, from);
        case DType::kF32:
            break;
        }
        return lay_out(wanted, from);
    }

  private:
    static size_t element_count(const TensorSpec &wanted)
    {
        return layout_bytes(wanted.shape, DType::kF32, Layout::kRows) / sizeof(float);
    }

    // The published values: where they lie, or, of several tensors, copied into `joined`.
    const float *values_for(const TensorSpec &wanted, std::vector<float> &joined) const
    {
        if (wanted.parts.empty())
            return values_of(*published_.at(wanted.name));
        for (const std::string &name : wanted.parts) {
            const Tensor &part = *published_.at(name);
            joined.insert(joined.end(), values_of(part),
                          values_of(part) + part.bytes / sizeof(float));
        }
        return joined.data();
    }

    Bytes make_int8(const TensorSpec &wanted, const float *w)
    {
        const auto N = static_cast<size_t>(wanted.shape[0]);
        const auto K = static_cast<size_t>(wanted.shape[1]);
        Smoothing factors;
        if (!wanted.norm.empty()) {
            // A joined product has one input, hence one set of factors.
            const Tensor *by = published(wanted.smooth_by);
            const Tensor *beta = published(wanted.norm + ".bias");
            factors = smoothing(by != nullptr ? values_of(*by) : w,
                                by != nullptr ? static_cast<size_t>(by->shape[0]) : N, K,
                                values_of(*published_.at(wanted.norm + ".weight")),
                                beta != nullptr ? values_of(*beta) : nullptr);
            const size_t stem = wanted.name.rfind('.'); // of "L.weight"
            derived_[wanted.name.substr(0, stem) + ".smooth"] = factors.smooth;
        }
        Int8Matrix narrow =
            narrow_int8(w, N, K, wanted.norm.empty() ? nullptr : factors.columns.data());
        derived_[wanted.name + "_scale"] = std::move(narrow.scale);
        derived_[wanted.name + "_sum"] = std::move(narrow.sum);
        return lay_out(wanted, narrow.values.data());
    }

    static Bytes lay_out(const TensorSpec &wanted, const void *rows)
    {
        if (wanted.layout == Layout::kPanels)
            return to_panels(rows, static_cast<size_t>(wanted.shape[0]),
                             static_cast<size_t>(wanted.shape[1]), wanted.dtype);
        const auto *begin = static_cast<const std::byte *>(rows);
        return {begin, begin + layout_bytes(wanted.shape, wanted.dtype, wanted.layout)};
    }

    std::map<std::string, const Tensor *> published_;
    std::map<std::string, std::vector<float>> derived_;
};

Bytes make_or_fail(Maker &maker, const TensorSpec &wanted)
{
    try {
        return maker.make(wanted);
    } catch (const std::overflow_error &error) {
        throw Error(ErrorCode::kModelInvalid,
                    "tensor " + in_quotes(wanted.name) +
                        " cannot be stored in fewer bits: " + error.what(),
                    "Import the model with --precision f32.");
    }
}

} // namespace

PackedTensors::PackedTensors(const ModelSpec &spec, const std::vector<Tensor> &published,
                             StopFlag stop)
{
    Maker maker(published);
    for (const TensorSpec &wanted : required_tensors(spec)) {
        stop.check();
        const Tensor *same = maker.published(wanted.name);
        if (same != nullptr && wanted.dtype == DType::kF32 && wanted.layout == Layout::kRows) {
            tensors_.push_back(*same);
            continue;
        }
        const Bytes &bytes = made_.emplace_back(make_or_fail(maker, wanted));
        tensors_.push_back(
            {wanted.name, wanted.dtype, wanted.shape, bytes.data(), bytes.size(), wanted.layout});
    }
}

} // namespace sbert::encoder
