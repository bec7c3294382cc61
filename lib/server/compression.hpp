#pragma once

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/reports.hpp"
#include "session/outbox.hpp"
#include "ws/deflate.hpp"

namespace subd::server {

/// permessage-deflate for the connections of one io thread. What many of them get (an update in one view, a tick, a
/// signal, the message of a channel) is compressed once and then copied.
///
/// Owner:  ConnectionSet; its io thread.
/// Memory: a quarter of a megabyte, the compressed messages of a turn, and nothing per connection.
class Compression {
 public:
  /// Messages of fewer bytes go as they are.
  explicit Compression(std::size_t least_bytes) : least_bytes_{least_bytes} {}

  /// REQUIRES: the entry's kind is Text.
  [[nodiscard]] bool is_worthwhile(const session::Entry& entry) const noexcept {
    return entry.payload_bytes >= least_bytes_;
  }
  /// Appends the frame of a text entry, compressed. REQUIRES: is_worthwhile(entry).
  void append_frame(const session::Entry& entry, std::string& out);
  /// What was compressed is forgotten. To be called between turns: updates that wait longer are made again.
  void end_turn();

  [[nodiscard]] const CompressionCounters& counters() const noexcept { return counters_; }

 private:
  /// Which bytes a shared entry stands for: what it refers to, and which part of that.
  struct Identity {
    const void* content = nullptr;
    const void* view = nullptr;
    std::size_t form = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
    friend std::size_t hash_value(const Identity& identity) noexcept {
      std::size_t seed = 0;
      boost::hash_combine(seed, identity.content);
      boost::hash_combine(seed, identity.view);
      boost::hash_combine(seed, identity.form);
      return seed;
    }
  };
  struct Piece {
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  [[nodiscard]] static Identity identity_of(const session::Entry& entry) noexcept;
  [[nodiscard]] Piece compress(const session::Entry& entry);

  std::size_t least_bytes_;
  ws::Deflater deflater_;
  std::string plain_;                 ///< the message that is being compressed
  std::string made_;                  ///< the compressed messages of this turn
  std::vector<session::Entry> held_;  ///< keeps what `pieces_` names from being freed and its address used anew
  boost::unordered_flat_map<Identity, Piece> pieces_;
  CompressionCounters counters_;
};

}  // namespace subd::server
