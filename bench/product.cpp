// Speed of one core's matrix products: ours beside oneDNN's, f32.
//
//   bench/product.sh [--shape KxN] [ROWS ...]      one thread, one core
// The shape is 384x1536 unless told: that of all-MiniLM-L6-v2. Weights are as many numbers as that
// model's (18 such matrices in turn: cold caches, as in a row-by-row pass), at least two matrices,
// or one matrix (warm). Interleaved, medians of 9; GFLOP/s of the thread's own time. oneDNN gets
// its own preferred weight layout, packed beforehand.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

#include "bench/onednn.h"
#include "bench/thread_clock.h"
#include "encoder/kernels/linear.h"

namespace {

using dnnl::memory;

struct Shape {
    int K = 384, N = 1536;
    int matrices() const { return std::max(2, 18 * 384 * 1536 / (K * N)); }
};

struct OneDnn {
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    dnnl::matmul product;
    std::vector<memory> weights;
    memory x, y, bias;

    OneDnn(Shape shape, int rows, const std::vector<float> &w, int matrices)
    {
        const auto f32 = memory::data_type::f32;
        const auto [K, N] = shape;
        const memory::desc xd({rows, K}, f32, memory::format_tag::ab);
        const memory::desc wd({K, N}, f32, memory::format_tag::any);
        const memory::desc bd({1, N}, f32, memory::format_tag::ab);
        const memory::desc yd({rows, N}, f32, memory::format_tag::ab);
        const auto pd = chosen_matmul(engine, xd, wd, bd, yd);
        product = dnnl::matmul(pd);
        x = memory(xd, engine), y = memory(yd, engine), bias = memory(bd, engine);
        std::fill_n(static_cast<float *>(x.get_data_handle()), rows * K, 0.5f);
        std::fill_n(static_cast<float *>(bias.get_data_handle()), N, 0.5f);
        const memory plain({{K, N}, f32, memory::format_tag::ba}, engine,
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
    Shape shape;
    int rows;
    std::vector<std::vector<float>> weights;
    std::vector<float> x, y, bias;

    Ours(Shape shape, int rows, const std::vector<float> &w, int matrices)
        : shape(shape), rows(rows), x(rows * shape.K, 0.5f), y(rows * shape.N), bias(shape.N, 0.5f)
    {
        for (int i = 0; i < matrices; i++) {
            weights.emplace_back(sbert::kernels::packed_floats(shape.N, shape.K));
            sbert::kernels::pack_panels(w.data(), shape.K, shape.N, shape.K, weights.back().data());
        }
    }
    void run()
    {
        for (auto &w : weights)
            sbert::kernels::linear(x.data(), shape.K, rows, shape.K, w.data(), bias.data(), shape.N,
                                   y.data(), shape.N);
    }
};

double gflops(const std::function<void()> &run, double flop)
{
    const double start = thread_seconds();
    int passes = 0;
    double seconds = 0;
    while (seconds < 0.05) {
        run();
        passes++;
        seconds = thread_seconds() - start;
    }
    return flop * passes / seconds / 1e9;
}

void compare(Shape shape, int rows, int matrices)
{
    std::vector<float> w(shape.N * shape.K, 0.01f);
    OneDnn one_dnn(shape, rows, w, matrices);
    Ours ours(shape, rows, w, matrices);
    const double flop = 2.0 * rows * shape.K * shape.N * matrices;
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
    Shape shape;
    std::vector<int> rows;
    for (int i = 1; i < argc; i++) {
        if (std::strcmp(argv[i], "--shape") != 0)
            rows.push_back(std::atoi(argv[i]));
        else if (++i == argc || std::sscanf(argv[i], "%dx%d", &shape.K, &shape.N) != 2)
            return std::fprintf(stderr, "--shape takes KxN\n"), 2;
    }
    if (rows.empty())
        rows = {3, 8, 11, 12, 16, 24, 64, 256, 1024};
    for (int matrices : {1, shape.matrices()})
        for (int r : rows)
            compare(shape, r, matrices);
}
