#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// The bytes of permessage-deflate (RFC 7692 section 7.2) without context takeover: every message stands alone.
namespace subd::ws {

/// Compresses messages.
///
/// Owner:  one io thread, for all of its connections: a quarter of a megabyte once, and not per connection.
/// Errors: the constructor throws std::bad_alloc; nothing else can fail.
class Deflater {
 public:
  /// 1 is the fastest, 9 the smallest.
  explicit Deflater(int level = 1);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  /// Appends the payload of a compressed message that says `message`.
  void append(std::string& out, std::string_view message);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// Reads compressed messages.
///
/// Owner: one io thread, for all of its connections.
class Inflater {
 public:
  enum class Outcome : std::uint8_t {
    Whole,
    TooBig,   ///< the message has more than the limit; `out` holds no more than that
    Damaged,  ///< not the payload of a compressed message
  };

  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Makes `out` the message that `payload` is the compressed form of.
  [[nodiscard]] Outcome read(std::string& out, std::string_view payload, std::size_t limit);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace subd::ws
