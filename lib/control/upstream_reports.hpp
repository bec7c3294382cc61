#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

/// What the control socket reports of the feed's connections; the rules of reports.hpp.
namespace subd::control {

struct LinkReport {
  std::string state;  ///< `idle connecting live mute refused backoff`
  base::UtcTime since{};
  std::string why;  ///< it ended last; empty when it never did
  std::size_t tokens = 0;
  std::array<std::size_t, 3> modes{};  ///< of the tokens: ltp, quote, full
  std::optional<base::UtcTime> last_message;
  std::uint64_t messages = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t bad_frames = 0;
  std::uint64_t skipped_packets = 0;
  std::uint64_t conflated = 0;
};

/// Counters are since the start of the daemon.
struct UpstreamReport {
  std::string kind;   ///< `sim`, `replay`, `kite`, `ssi`, `push`, `combined`
  std::string state;  ///< `live`, `stale`, `down`
  base::UtcTime since{};
  std::size_t capacity = 0;  ///< tokens that all links can hold
  std::size_t tokens = 0;    ///< that are wanted
  std::size_t waiting_tokens = 0;
  std::size_t refused_tokens = 0;   ///< beyond the capacity
  std::uint64_t unknown_ticks = 0;  ///< of tokens that nobody wants
  // Text messages of the upstream.
  std::uint64_t orders = 0;
  std::uint64_t errors = 0;
  std::uint64_t notices = 0;
  std::uint64_t other_texts = 0;
  std::uint64_t history_requests = 0;
  std::uint64_t history_failures = 0;
  std::uint64_t history_late = 0;
  std::vector<LinkReport> links;  ///< empty: the feed has no connections of its own
};

/// `{"kind":..,"links":[..]}`
[[nodiscard]] std::string to_json(const UpstreamReport& upstream);

}  // namespace subd::control
