#include "ws/deflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

#include "ws/deflate_offer.hpp"

namespace subd::ws {
namespace {

/// What a flush ends with and a message leaves out.
constexpr std::string_view kTail{"\0\0\xFF\xFF", 4};
constexpr int kMemoryLevel = 8;
constexpr std::size_t kPiece = std::size_t{16} * 1024;

Bytef* bytes_of(char* text) noexcept {
  return reinterpret_cast<Bytef*>(text);
}

/// zlib only reads what it is given so, whatever its type says.
Bytef* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

struct Deflater::Stream {
  z_stream z{};
};

Deflater::Deflater(int level) : stream_{std::make_unique<Stream>()} {
  // A negative window: no header and no checksum of zlib's around it.
  if (deflateInit2(&stream_->z, level, Z_DEFLATED, -kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc{};
  }
}

Deflater::~Deflater() {
  deflateEnd(&stream_->z);
}

void Deflater::append(std::string& out, std::string_view message) {
  z_stream& z = stream_->z;
  deflateReset(&z);
  const std::size_t begin = out.size();
  // With room for all of it, one call is enough, and the flush is whole.
  out.resize(begin + deflateBound(&z, static_cast<uLong>(message.size())) + 2 * kTail.size());
  z.next_in = bytes_of(message);
  z.avail_in = static_cast<uInt>(message.size());
  z.next_out = bytes_of(out.data() + begin);
  z.avail_out = static_cast<uInt>(out.size() - begin);
  deflate(&z, Z_SYNC_FLUSH);
  out.resize(out.size() - z.avail_out - kTail.size());
}

struct Inflater::Stream {
  z_stream z{};
};

Inflater::Inflater() : stream_{std::make_unique<Stream>()} {
  if (inflateInit2(&stream_->z, -MAX_WBITS) != Z_OK) throw std::bad_alloc{};
}

Inflater::~Inflater() {
  inflateEnd(&stream_->z);
}

Inflater::Outcome Inflater::read(std::string& out, std::string_view payload, std::size_t limit) {
  z_stream& z = stream_->z;
  inflateReset(&z);
  out.clear();
  for (const std::string_view part : {payload, kTail}) {
    z.next_in = bytes_of(part);
    z.avail_in = static_cast<uInt>(part.size());
    // A full piece may mean that more is waiting inside, even when all of the input was taken.
    bool filled = true;
    while (z.avail_in > 0 || filled) {
      const std::size_t begin = out.size();
      out.resize(std::min(begin + kPiece, limit + 1));
      z.next_out = bytes_of(out.data() + begin);
      z.avail_out = static_cast<uInt>(out.size() - begin);
      const int outcome = inflate(&z, Z_SYNC_FLUSH);
      filled = z.avail_out == 0;
      out.resize(out.size() - z.avail_out);
      if (out.size() > limit) {
        out.resize(limit);
        return Outcome::TooBig;
      }
      if (outcome == Z_BUF_ERROR) break;  // nothing is left to do
      // A block may say that it is the last one and be followed by others (RFC 7692 section 7.2.3.4).
      if (outcome == Z_STREAM_END) {
        inflateReset(&z);
      } else if (outcome != Z_OK) {
        return Outcome::Damaged;
      }
    }
  }
  return Outcome::Whole;
}

}  // namespace subd::ws
