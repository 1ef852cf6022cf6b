#include "extension/fit/assessment.h"

#include "encoder/kernels/linear.h"
#include "extension/fit/calibration.h"

namespace sbert::fit {
namespace {

constexpr float kNever = 2; // a threshold that no score reaches

// The thresholds in the order of the rows' labels.
std::vector<float> thresholds_of(const Shape &shape, const Finished &classifier)
{
    std::vector<float> thresholds(shape.labels, kNever);
    if (classifier.thresholds != nullptr)
        for (size_t k = 0; k < classifier.place.size(); k++)
            thresholds[classifier.place[k]] = classifier.thresholds[k];
    return thresholds;
}

} // namespace

Quality assess(const Shape &shape, std::span<const Block> blocks, int file,
               const Finished &classifier, Origin origin, encoder::StopFlag stop)
{
    // The same rows with the labels of the classifier.
    Shape known = shape;
    known.labels = classifier.place.size();
    const size_t width = kernels::panel_count(known.labels) * kernels::kPanelWidth;
    const std::vector<float> thresholds = thresholds_of(shape, classifier);
    std::vector<float> logits(shape.block_rows() * width), scores(shape.labels);
    BlockReader reader(shape);
    reader.set_file(file);
    Quality quality(shape);
    for (const Block &block : blocks) {
        stop.check();
        const float *rows = reader.read(block);
        kernels::linear(rows, shape.stride(), block.count, shape.dimensions, classifier.panels,
                        classifier.intercepts.data(), known.labels, logits.data(), width);
        scores_of_logits(known, logits.data(), block.count, width, classifier.temperature);
        for (size_t i = 0; i < block.count; i++) {
            const float *row = rows + i * shape.stride();
            if (word_at(row, shape.origin_at()) != static_cast<uint32_t>(origin))
                continue;
            for (size_t k = 0; k < known.labels; k++)
                scores[classifier.place[k]] = logits[i * width + k];
            quality.add(shape, row, scores.data(), thresholds);
        }
    }
    return quality;
}

} // namespace sbert::fit
