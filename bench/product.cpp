// Speed of one core's matrix products: ours beside oneDNN's, f32, shapes of all-MiniLM-L6-v2.
//
//   bench/product.sh [ROWS ...]      one thread, one core
// Weights are those of the whole model (18 matrices of 384 x 1,536 in turn: cold caches, as in a
// row-by-row pass) or one matrix (warm). Interleaved, medians of 9; GFLOP/s. oneDNN gets its own
// preferred weight layout, packed beforehand.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include <dnnl.hpp>

#include "encoder/kernels/linear.h"

namespace {

using Clock = std::chrono::steady_clock;
using dnnl::memory;

constexpr int kK = 384, kN = 1536;

struct OneDnn {
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    dnnl::matmul product;
    std::vector<memory> weights;
    memory x, y, bias;

    OneDnn(int rows, const std::vector<float> &w, int matrices)
    {
        const auto f32 = memory::data_type::f32;
        const memory::desc xd({rows, kK}, f32, memory::format_tag::ab);
        const memory::desc wd({kK, kN}, f32, memory::format_tag::any);
        const memory::desc bd({1, kN}, f32, memory::format_tag::ab);
        const memory::desc yd({rows, kN}, f32, memory::format_tag::ab);
        const dnnl::matmul::primitive_desc pd({xd, wd, bd, yd}, engine);
        product = dnnl::matmul(pd);
        x = memory(xd, engine), y = memory(yd, engine), bias = memory(bd, engine);
        std::fill_n(static_cast<float *>(x.get_data_handle()), rows * kK, 0.5f);
        std::fill_n(static_cast<float *>(bias.get_data_handle()), kN, 0.5f);
        const memory plain({{kK, kN}, f32, memory::format_tag::ba}, engine,
                           const_cast<float *>(w.data()));
        for (int i = 0; i < matrices; i++) {
            weights.emplace_back(pd.weights_desc(), engine);
            dnnl::reorder(plain, weights.back())
                .execute(stream, const_cast<memory &>(plain), weights.back());
        }
        stream.wait();
        std::printf("# oneDNN runs %s\n", pd.impl_info_str());
    }
    void run()
    {
        for (auto &w : weights)
            product.execute(stream, {{DNNL_ARG_SRC, x},
                                     {DNNL_ARG_WEIGHTS, w},
                                     {DNNL_ARG_BIAS, bias},
                                     {DNNL_ARG_DST, y}});
        stream.wait();
    }
};

struct Ours {
    int rows;
    std::vector<std::vector<float>> weights;
    std::vector<float> x, y, bias;

    Ours(int rows, const std::vector<float> &w, int matrices)
        : rows(rows), x(rows * kK, 0.5f), y(rows * kN), bias(kN, 0.5f)
    {
        for (int i = 0; i < matrices; i++) {
            weights.emplace_back(sbert::kernels::packed_floats(kN, kK));
            sbert::kernels::pack_panels(w.data(), kK, kN, kK, weights.back().data());
        }
    }
    void run()
    {
        for (auto &w : weights)
            sbert::kernels::linear(x.data(), kK, rows, kK, w.data(), bias.data(), kN, y.data(), kN);
    }
};

double gflops(const std::function<void()> &run, double flop)
{
    const auto start = Clock::now();
    int passes = 0;
    double seconds = 0;
    while (seconds < 0.05) {
        run();
        passes++;
        seconds = std::chrono::duration<double>(Clock::now() - start).count();
    }
    return flop * passes / seconds / 1e9;
}

void compare(int rows, int matrices)
{
    std::vector<float> w(kN * kK, 0.01f);
    OneDnn one_dnn(rows, w, matrices);
    Ours ours(rows, w, matrices);
    const double flop = 2.0 * rows * kK * kN * matrices;
    std::vector<double> theirs_speed, our_speed;
    for (int i = 0; i < 9; i++) {
        theirs_speed.push_back(gflops([&] { one_dnn.run(); }, flop));
        our_speed.push_back(gflops([&] { ours.run(); }, flop));
    }
    std::sort(theirs_speed.begin(), theirs_speed.end());
    std::sort(our_speed.begin(), our_speed.end());
    std::printf("%5d rows  %2d matrices  oneDNN %6.1f  ours %6.1f  ratio %.2f\n", rows, matrices,
                theirs_speed[4], our_speed[4], our_speed[4] / theirs_speed[4]);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<int> rows;
    for (int i = 1; i < argc; i++)
        rows.push_back(std::atoi(argv[i]));
    if (rows.empty())
        rows = {3, 8, 11, 12, 16, 24, 64, 256, 1024};
    for (int matrices : {1, 18})
        for (int r : rows)
            compare(r, matrices);
}
