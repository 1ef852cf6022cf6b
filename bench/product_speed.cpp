// The product speed of one core, by oneDNN's own call: what the shares of bench/encode.sh are of.
// Our own products are not measured here: see product.cpp.
//
// Shapes of all-MiniLM-L6-v2: (rows, 384) x (384, 1536), weights in the layout that oneDNN likes
// best, packed beforehand; "cold" takes 18 matrices in turn, as many numbers as the model's weights
// hold, "warm" one. f32, bf16 (bf16 out of f32 sums), and u8 x s8 with 32-bit sums, scaled to f32.
// One JSON object on stdout; a data type that oneDNN has no fast code for on this CPU is left out.
// DNNL_MAX_CPU_ISA=AVX512_CORE_BF16 in the environment keeps it from using AMX.
#include <algorithm>
#include <cstdio>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/onednn.h"
#include "bench/thread_clock.h"

namespace {

using dnnl::memory;
using Type = memory::data_type;

constexpr int kK = 384, kN = 1536, kColdMatrices = 18, kPasses = 5;
constexpr double kPassSeconds = 0.015;

struct Precision {
    const char *name;
    Type x, weights, out;
};

constexpr Precision kPrecisions[] = {
    {"f32", Type::f32, Type::f32, Type::f32},
    {"bf16", Type::bf16, Type::bf16, Type::bf16},
    {"int8", Type::u8, Type::s8, Type::f32},
};

// Every value is a small number other than 0: neither denormals nor NaN, which take longer.
void fill(memory &values, Type type, size_t n)
{
    void *data = values.get_data_handle();
    if (type == Type::f32)
        std::fill_n(static_cast<float *>(data), n, 0.5f);
    else if (type == Type::bf16)
        std::fill_n(static_cast<uint16_t *>(data), n, uint16_t{0x3f00}); // 0.5
    else
        std::fill_n(static_cast<uint8_t *>(data), n, uint8_t{3});
}

class Product {
  public:
    Product(const Precision &precision, int rows, int matrices)
    {
        using Tag = memory::format_tag;
        const memory::desc xd({rows, kK}, precision.x, Tag::ab);
        const memory::desc wd({kK, kN}, precision.weights, Tag::any);
        const memory::desc yd({rows, kN}, precision.out, Tag::ab);
        dnnl::primitive_attr attributes;
        if (precision.weights == Type::s8)
            arguments_ = scale_weights(engine_, attributes, 0.01f);
        const auto chosen = chosen_matmul(engine_, xd, wd, memory::desc(), yd, attributes);
        implementation_ = chosen.impl_info_str();
        product_ = dnnl::matmul(chosen);
        memory x(xd, engine_);
        fill(x, precision.x, static_cast<size_t>(rows) * kK);
        arguments_.insert({{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, memory(yd, engine_)}});
        memory plain({{kK, kN}, precision.weights, Tag::ab}, engine_);
        fill(plain, precision.weights, static_cast<size_t>(kK) * kN);
        for (int i = 0; i < matrices; i++) {
            weights_.emplace_back(chosen.weights_desc(), engine_);
            dnnl::reorder(plain, weights_.back()).execute(stream_, plain, weights_.back());
        }
        stream_.wait();
    }
    // The reference code says nothing of what the core can do.
    bool is_fast() const { return implementation_.find("ref") == implementation_.npos; }
    const std::string &implementation() const { return implementation_; }

    void run()
    {
        for (const memory &w : weights_) {
            arguments_.insert_or_assign(DNNL_ARG_WEIGHTS, w);
            product_.execute(stream_, arguments_);
        }
        stream_.wait();
    }

  private:
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    dnnl::matmul product_;
    std::vector<memory> weights_;
    std::unordered_map<int, memory> arguments_;
    std::string implementation_;
};

// GFLOP/s (for integers: multiplications and additions), the median of kPasses.
double speed(Product &product, int rows, int matrices)
{
    const double flop = 2.0 * rows * kK * kN * matrices;
    std::vector<double> speeds;
    product.run();
    for (int pass = 0; pass < kPasses; pass++) {
        const double start = thread_seconds();
        double seconds = 0;
        int runs = 0;
        do {
            product.run();
            runs++;
            seconds = thread_seconds() - start;
        } while (seconds < kPassSeconds);
        speeds.push_back(flop * runs / seconds / 1e9);
    }
    std::sort(speeds.begin(), speeds.end());
    return speeds[kPasses / 2];
}

// "bf16":{"implementation":"...","cold":{"11":..},"warm":{"11":..}}; empty without fast code.
std::string measure(const Precision &precision)
{
    std::string implementation, out;
    for (const int matrices : {kColdMatrices, 1}) {
        out += matrices == 1 ? "},\"warm\":{" : ",\"cold\":{";
        for (const int rows : {11, 64, 352}) {
            Product product(precision, rows, matrices);
            if (!product.is_fast())
                return {};
            implementation = product.implementation();
            char figure[64];
            std::snprintf(figure, sizeof(figure), "%s\"%d\":%.1f", rows == 11 ? "" : ",", rows,
                          speed(product, rows, matrices));
            out += figure;
        }
    }
    return "\"" + std::string(precision.name) + "\":{\"implementation\":\"" + implementation +
           "\"" + out + "}}";
}

} // namespace

int main()
{
    std::string out;
    for (const Precision &precision : kPrecisions) {
        std::string figures;
        try {
            figures = measure(precision);
        } catch (const dnnl::error &error) { // a data type that the CPU has not
            std::fprintf(stderr, "# oneDNN has no %s here: %s\n", precision.name, error.what());
        }
        if (!figures.empty())
            out += (out.empty() ? "" : ",") + figures;
    }
    std::printf("{%s}\n", out.c_str());
}
