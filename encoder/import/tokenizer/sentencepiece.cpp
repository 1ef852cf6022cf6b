// Reading protobuf: keys and lengths are varints, everything is bounds-checked, nothing recurses.
// (https://protobuf.dev/programming-guides/encoding)
#include "encoder/import/tokenizer/sentencepiece.h"

#include <cmath>
#include <cstring>

#include "encoder/import/json_file.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

// One field of a message: of a number its value, of anything else its bytes.
struct Field {
    uint64_t number = 0;
    uint64_t value = 0;
    std::string_view bytes;
};

class Message {
  public:
    Message(std::string_view bytes, const std::string &source) : rest_(bytes), source_(source) {}

    bool next(Field &field)
    {
        if (rest_.empty())
            return false;
        const uint64_t key = varint();
        field = {key >> 3, 0, {}};
        switch (key & 7) {
        case 0:
            field.value = varint();
            break;
        case 1:
            field.bytes = take(8);
            break;
        case 2:
            field.bytes = take(varint());
            break;
        case 5:
            field.bytes = take(4);
            break;
        default:
            fail("a field of an unknown kind");
        }
        return true;
    }

    [[noreturn]] void fail(const std::string &what) const { invalid_file(source_, what); }

  private:
    uint64_t varint()
    {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<uint8_t>(take(1)[0]);
            value |= uint64_t{byte & 0x7Fu} << shift;
            if (byte < 0x80)
                return value;
        }
        fail("a number of too many bytes");
    }
    std::string_view take(uint64_t length)
    {
        if (length > rest_.size())
            fail("cut short");
        const std::string_view taken = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return taken;
    }

    std::string_view rest_;
    const std::string &source_;
};

bool is_utf8(std::string_view text)
{
    for (size_t at = 0; at < text.size();) {
        const Decoded decoded = utf8_decode(text, at);
        if (decoded.length == 0)
            return false;
        at += decoded.length;
    }
    return true;
}

SentencePiece read_piece(std::string_view bytes, const std::string &source)
{
    SentencePiece piece;
    Message message(bytes, source);
    for (Field field; message.next(field);) {
        if (field.number == 1) {
            piece.text = field.bytes;
        } else if (field.number == 2 && field.bytes.size() == sizeof piece.score) {
            std::memcpy(&piece.score, field.bytes.data(), sizeof piece.score);
        } else if (field.number == 3) {
            if (field.value < 1 || field.value > 6)
                message.fail("a piece of the unknown type " + std::to_string(field.value));
            piece.type = static_cast<SentencePiece::Type>(field.value);
        }
    }
    if (!is_utf8(piece.text) || !std::isfinite(piece.score))
        message.fail("a piece that is not UTF-8, or whose score is no number");
    return piece;
}

void read_trainer(std::string_view bytes, const std::string &source, SentencePieceFile &file)
{
    Message message(bytes, source);
    for (Field field; message.next(field);) {
        if (field.number == 3) {
            if (field.value < 1 || field.value > 4)
                message.fail("the unknown model_type " + std::to_string(field.value));
            file.algorithm = static_cast<SentencePieceFile::Algorithm>(field.value);
        } else if (field.number == 40) {
            file.unk_id = static_cast<int32_t>(field.value);
        }
    }
}

} // namespace

SentencePieceFile parse_sentencepiece(std::string_view bytes, const std::string &source,
                                      size_t max_pieces)
{
    SentencePieceFile file;
    Message message(bytes, source);
    for (Field field; message.next(field);) {
        if (field.number == 1) {
            if (file.pieces.size() == max_pieces)
                message.fail("more than " + std::to_string(max_pieces) + " pieces");
            file.pieces.push_back(read_piece(field.bytes, source));
        } else if (field.number == 2) {
            read_trainer(field.bytes, source, file);
        } else if (field.number == 3) {
            Message normalizer(field.bytes, source);
            for (Field part; normalizer.next(part);) {
                if (part.number == 2)
                    file.charsmap = part.bytes;
            }
        }
    }
    if (file.unk_id < 0 || static_cast<size_t>(file.unk_id) >= file.pieces.size())
        message.fail("no unknown piece");
    return file;
}

} // namespace sbert::encoder
