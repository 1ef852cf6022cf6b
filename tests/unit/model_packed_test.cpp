// The packed model file: encoder/model/packed.h, pack_writer.h, import.h. Whatever happens to the
// bytes, an error.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/directory.h"
#include "encoder/import/import.h"
#include "encoder/model/layout.h"
#include "encoder/model/packed.h"
#include "encoder/tokenizer/vocabulary.h"
#include "tests/unit/packed_bytes.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

class ModelPacked : public testing::Test {
  protected:
    void SetUp() override
    {
        tests::write_tiny_model(dir / "model");
        path = dir / "tiny.sbert";
        imported = import_directory(dir / "model", path, Overwrite::kRefuse);
        bytes = tests::read_file(path);
    }

    // The error of opening `content`, and of verifying it when asked for; empty when there is none.
    std::string error_of(const std::string &content, tests::Depth depth = tests::Depth::kOpen)
    {
        const tests::Refusal refusal = tests::try_packed(content, depth);
        code = refusal.code;
        return refusal.what;
    }

    PackedHeader header() const
    {
        PackedHeader read;
        std::memcpy(&read, bytes.data(), sizeof read);
        return read;
    }

    // The file with a changed header, under a checksum that is right for it.
    std::string forged(const std::function<void(PackedHeader &)> &change)
    {
        std::string content = bytes;
        PackedHeader changed = header();
        change(changed);
        std::memcpy(content.data(), &changed, sizeof changed);
        return tests::with_checksum(content);
    }

    std::string with_record(size_t index, const std::function<void(TensorRecord &)> &change)
    {
        std::string content = bytes;
        TensorRecord record;
        size_t at = header().table.offset + index * sizeof record;
        std::memcpy(&record, content.data() + at, sizeof record);
        change(record);
        std::memcpy(content.data() + at, &record, sizeof record);
        return tests::with_checksum(content);
    }

    tests::TempDir dir;
    std::string path;
    std::string bytes;
    ImportResult imported;
    ErrorCode code{};
};

// Of f32 tensors, row by row.
std::vector<float> all_values(const std::vector<Tensor> &tensors)
{
    std::vector<float> all;
    for (const Tensor &tensor : tensors) {
        std::vector<float> row(row_bytes(tensor) / sizeof(float));
        for (int64_t i = 0; i < row_count(tensor); ++i) {
            copy_row(tensor, i, row.data());
            all.insert(all.end(), row.begin(), row.end());
        }
    }
    return all;
}

TEST_F(ModelPacked, HoldsWhatTheDirectoryHolds)
{
    DirectoryModel directory = read_directory(dir / "model");
    PackedFile file(path);
    file.verify();
    EXPECT_EQ(file.fingerprint(), imported.fingerprint);
    EXPECT_EQ(file.spec().dimensions, 8);
    EXPECT_EQ(file.spec().tokenizer.added_tokens.size(), 1u);
    EXPECT_EQ(vocabulary_find(file.view().tables.vocabulary, "cat"), 7);
    const auto &tensors = *file.view().tensors;
    for (const Tensor &tensor : tensors) {
        EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data) % 64, 0u) << tensor.name;
        EXPECT_TRUE(padding_is_zero(tensor)) << tensor.name;
    }
    // Query, key and value are joined, everything else is as it was published, in one order.
    EXPECT_EQ(tensors.size() + 2 * 4, directory.tensors.size());
    EXPECT_EQ(all_values(tensors), all_values(directory.tensors));
}

TEST_F(ModelPacked, RefusesEveryTruncation)
{
    for (size_t length = 0; length < bytes.size(); length += 4096)
        EXPECT_NE(error_of(bytes.substr(0, length)), "") << length;
    std::mt19937 random(5);
    for (int i = 0; i < 300; ++i) {
        size_t length = random() % bytes.size();
        EXPECT_NE(error_of(bytes.substr(0, length)), "") << length;
    }
    EXPECT_NE(error_of(bytes + std::string(64, '\0')), "");
    for (size_t length : {size_t{0}, size_t{100}, bytes.size() - 1}) {
        tests::write_file(path, bytes.substr(0, length));
        EXPECT_THROW(PackedFile file(path), Error) << length;
    }
}

TEST_F(ModelPacked, RefusesEveryAlteredByteOfTheHeader)
{
    for (size_t at = 0; at < header().header_bytes; ++at) {
        std::string content = bytes;
        content[at] = static_cast<char>(content[at] ^ 0x40);
        EXPECT_NE(error_of(content), "") << at;
    }
}

TEST_F(ModelPacked, VerifyFindsEveryAlteredByteOfTheContents)
{
    for (size_t at = header().header_bytes; at < bytes.size(); ++at) {
        std::string content = bytes;
        content[at] = static_cast<char>(content[at] ^ 0x01);
        EXPECT_NE(error_of(content, tests::Depth::kVerify), "") << at;
    }
}

TEST_F(ModelPacked, NamesAnotherVersionAndItsCure)
{
    // Files of the first version held query, key and value apart.
    EXPECT_NE(error_of(forged([](PackedHeader &h) { h.version = 1; })).find("version 1"),
              std::string::npos);
    EXPECT_EQ(code, ErrorCode::kModelVersion);
    EXPECT_NE(error_of(forged([](PackedHeader &h) { h.magic[0] = 'X'; })), "");
    EXPECT_EQ(code, ErrorCode::kModelInvalid);
}

TEST_F(ModelPacked, ForgedHeadersAreErrors)
{
    using Section = sbert::encoder::Section;
    Section PackedHeader::*sections[] = {&PackedHeader::metadata, &PackedHeader::table,
                                         &PackedHeader::names,    &PackedHeader::tokens,
                                         &PackedHeader::offsets,  &PackedHeader::slots};
    for (auto section : sections) {
        for (uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{64}, uint64_t{1} << 40,
                               UINT64_MAX, UINT64_MAX - 63})
        {
            EXPECT_NE(error_of(forged([&](PackedHeader &h) { (h.*section).offset = value; })), "");
            EXPECT_NE(error_of(forged([&](PackedHeader &h) { (h.*section).bytes = value; })), "");
        }
    }
    for (uint32_t value : {0u, 1u, 191u, 192u, 256u, UINT32_MAX})
        EXPECT_NE(error_of(forged([&](PackedHeader &h) { h.header_bytes = value; })), "");
}

TEST_F(ModelPacked, ForgedTensorsAreErrors)
{
    auto refused = [&](const std::function<void(TensorRecord &)> &change) {
        return !error_of(with_record(3, change)).empty();
    };
    EXPECT_FALSE(refused([](TensorRecord &) {}));
    EXPECT_TRUE(refused([](TensorRecord &r) { r.shape[0] = 1'000'000'000'000; }));
    EXPECT_TRUE(refused([](TensorRecord &r) { r.shape[0] = -8; }));
    EXPECT_TRUE(refused([](TensorRecord &r) { r.shape[3] = 1; }));
    EXPECT_TRUE(refused([](TensorRecord &r) { r.rank = 5; }));
    EXPECT_TRUE(refused([](TensorRecord &r) { r.dtype = 1; })); // not the spec's
    EXPECT_TRUE(refused([](TensorRecord &r) { r.dtype = 3; }));
    EXPECT_TRUE(refused([](TensorRecord &r) { r.name_offset = UINT32_MAX; }));
    EXPECT_TRUE(refused([](TensorRecord &r) { r.name_bytes = UINT32_MAX; }));
    EXPECT_TRUE(refused([](TensorRecord &r) { r.name_bytes -= 1; }));   // another name
    EXPECT_TRUE(refused([](TensorRecord &r) { r.data.offset -= 64; })); // overlaps
    EXPECT_TRUE(refused([](TensorRecord &r) { r.data.offset += 4; }));  // not aligned
    EXPECT_TRUE(refused([](TensorRecord &r) { r.data.bytes -= 4; }));   // too small
    EXPECT_TRUE(refused([](TensorRecord &r) { r.data.bytes = UINT64_MAX; }));
}

TEST_F(ModelPacked, ForgedMetadataIsAnError)
{
    auto replaced = [&](const std::string &from, const std::string &to) {
        std::string content = bytes;
        size_t at = content.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return tests::with_checksum(content.replace(at, from.size(), to));
    };
    EXPECT_EQ(error_of(replaced("\"layers\":2", "\"layers\":2")), "");
    EXPECT_NE(error_of(replaced("\"layers\":2", "\"layers\":3")).find("missing"),
              std::string::npos);
    EXPECT_NE(error_of(replaced("\"layers\":2", "\"layers\":1")).find("not part of"),
              std::string::npos);
    EXPECT_NE(error_of(replaced("\"layers\":2", "\"layers\":x")), "");
    EXPECT_NE(error_of(replaced("\"max_tokens\":16", "\"max_tokens\":99")), "");
    EXPECT_NE(error_of(replaced("\"vocab_size\":12", "\"vocab_size\":11")), "");
    EXPECT_NE(error_of(replaced("\"prefix_ids\":[2]", "\"prefix_ids\":[{]")), "");
    EXPECT_NE(error_of(replaced("\"mean\"", "\"meen\"")), "");
}

TEST_F(ModelPacked, ChecksOwnerAndMode)
{
    for (mode_t mode : {0664, 0646}) {
        ASSERT_EQ(0, chmod(path.c_str(), mode));
        try {
            PackedFile file(path);
            FAIL();
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kPermission);
        }
        PackedFile any(path, Owner::kAny);
        EXPECT_EQ(any.fingerprint(), imported.fingerprint);
    }
    ASSERT_EQ(0, chmod(path.c_str(), 0644));
    std::filesystem::create_symlink(path, dir / "link.sbert");
    EXPECT_EQ(PackedFile(dir / "link.sbert").fingerprint(), imported.fingerprint);
    EXPECT_THROW(PackedFile(dir.path()), Error);
    ASSERT_EQ(0, mkfifo((dir / "pipe.sbert").c_str(), 0600));
    EXPECT_THROW(PackedFile(dir / "pipe.sbert"), Error); // and does not wait for a writer
    if (geteuid() != 0)
        GTEST_SKIP() << "only root can give a file away";
    ASSERT_EQ(0, chown(path.c_str(), 12345, 12345));
    EXPECT_THROW(PackedFile file(path), Error);
}

TEST_F(ModelPacked, ReplacesOnlyWhenForced)
{
    EXPECT_EQ(imported.written, Written::kNew);
    EXPECT_EQ(import_directory(dir / "model", path, Overwrite::kRefuse).written,
              Written::kAlreadyThere);
    tests::TinyModel other;
    other.seed = 2;
    tests::write_tiny_model(dir / "other", other);
    PackedFile before(path);
    try {
        import_directory(dir / "other", path, Overwrite::kRefuse);
        FAIL();
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kExists);
        EXPECT_NE(std::string(error.what()).find(to_hex(imported.fingerprint)), std::string::npos);
    }
    EXPECT_EQ(tests::read_file(path), bytes);
    ImportResult replaced = import_directory(dir / "other", path, Overwrite::kForce);
    EXPECT_EQ(replaced.written, Written::kReplaced);
    EXPECT_EQ(PackedFile(path).fingerprint(), replaced.fingerprint);
    before.verify(); // a file that is open keeps its contents
    EXPECT_NE(replaced.fingerprint, imported.fingerprint);
    tests::write_file(path, bytes.substr(0, 100));
    EXPECT_THROW(import_directory(dir / "model", path, Overwrite::kRefuse), Error);
    import_directory(dir / "model", path, Overwrite::kForce);
    EXPECT_EQ(tests::read_file(path), bytes);
}

TEST_F(ModelPacked, LeavesNothingBehindWhenStopped)
{
    volatile sig_atomic_t flag = 0;
    auto stop_when_writing = [&](const char *stage, uint64_t, uint64_t) {
        if (std::string(stage) == "writing")
            flag = 1;
    };
    std::string target = dir / "out/stopped.sbert";
    std::filesystem::create_directory(dir / "out");
    EXPECT_THROW(import_directory(dir / "model", target, Overwrite::kRefuse, Precision::kF32,
                                  HeadChoice::kPublished, stop_when_writing, StopFlag(&flag)),
                 Error);
    EXPECT_TRUE(std::filesystem::is_empty(dir / "out"));
    EXPECT_THROW(import_directory(dir / "model", dir / "none/x.sbert", Overwrite::kRefuse), Error);
}

// What decides a fingerprint: contents, not folders, layout or the form in which weights were
// published.
TEST_F(ModelPacked, FingerprintIsOfTheContents)
{
    DirectoryModel model = read_directory(dir / "model");
    VocabularyTables vocabulary = build_vocabulary(model.tokenizer.tokens);
    auto digest = [&] { return fingerprint({&model.spec, {vocabulary.view()}, &model.tensors}); };
    EXPECT_EQ(digest(), imported.fingerprint);
    std::reverse(model.tensors.begin(), model.tensors.end());
    std::vector<char> elsewhere(model.tensors[0].bytes + 1);
    std::memcpy(elsewhere.data() + 1, model.tensors[0].data, model.tensors[0].bytes);
    model.tensors[0].data = elsewhere.data() + 1;
    EXPECT_EQ(digest(), imported.fingerprint);
    elsewhere.back() = static_cast<char>(elsewhere.back() ^ 1);
    EXPECT_NE(digest(), imported.fingerprint);
    elsewhere.back() = static_cast<char>(elsewhere.back() ^ 1);
    EXPECT_EQ(digest(), imported.fingerprint);
    model.spec.max_tokens = 15;
    EXPECT_NE(digest(), imported.fingerprint);
    model.spec.max_tokens = 16;
    model.tokenizer.tokens[7] = "cow";
    vocabulary = build_vocabulary(model.tokenizer.tokens);
    EXPECT_NE(digest(), imported.fingerprint);
}

TEST_F(ModelPacked, FingerprintDoesNotDependOnFolders)
{
    tests::TinyModel renamed;
    renamed.modules = {{"sentence_transformers.models.Pooling", "pooled", "{}", {}},
                       {"sentence_transformers.models.Normalize", "unit", "", {}}};
    tests::write_tiny_model(dir / "renamed", renamed);
    EXPECT_EQ(
        import_directory(dir / "renamed", dir / "renamed.sbert", Overwrite::kRefuse).fingerprint,
        imported.fingerprint);
}

} // namespace
} // namespace sbert::encoder
