#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "feed/ingest_batch.hpp"

namespace subd::feed {

/// Where each publisher stands in its numbering.
///
/// Owner:      a PushFeed; the market thread.
/// Invariants: a number of one (user, publisher, epoch) is fresh once. At most kMost publishers are remembered; beyond,
///             the one that was silent for longest is forgotten.
class PublisherBook {
 public:
  static constexpr std::size_t kMost = 1024;

  struct Verdict {
    bool duplicate = false;
    std::optional<std::uint64_t> expected;  ///< of a gap: the number that should have come
  };

  /// Takes note of a batch. Without a number it is always fresh.
  Verdict take(const std::string& user, const IngestHead& head, base::UtcTime now);

  [[nodiscard]] std::size_t size() const noexcept { return publishers_.size(); }

 private:
  struct Publisher {
    std::string epoch;
    std::optional<std::uint64_t> last;
    base::UtcTime heard{};
  };

  void forget_oldest();

  std::unordered_map<std::string, Publisher> publishers_;  // by user and publisher
};

}  // namespace subd::feed
