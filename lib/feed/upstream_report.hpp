#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

/// What a source with connections of its own says of them: copies, for status and metrics.
namespace subd::feed {

struct LinkReport {
  std::string_view state;  ///< `idle connecting live mute refused backoff`
  base::UtcTime since{};   ///< of the state
  std::size_t tokens = 0;
  std::array<std::size_t, 3> modes{};  ///< of the tokens, by market::QuoteMode
  std::optional<base::UtcTime> last_message;
  std::uint64_t messages = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t bad_frames = 0;       ///< cut short, or with bytes left over
  std::uint64_t skipped_packets = 0;  ///< of a length that is none
  std::uint64_t conflated = 0;        ///< ticks that gave way to newer ones before their turn
  std::string why;                    ///< it ended last; empty when it never did
};

struct UpstreamReport {
  /// Another source's connections and figures besides.
  void add(const UpstreamReport& other);

  std::vector<LinkReport> links;  ///< empty: the source has none
  std::size_t capacity = 0;       ///< tokens that all links can hold
  std::size_t tokens = 0;         ///< that are wanted
  std::size_t waiting_tokens = 0;
  std::size_t refused_tokens = 0;   ///< beyond what all links can hold
  std::uint64_t unknown_ticks = 0;  ///< of tokens that are no instruments, or that nobody wants any more
  // Text messages of the upstream.
  std::uint64_t orders = 0;
  std::uint64_t errors = 0;
  std::uint64_t notices = 0;
  std::uint64_t other_texts = 0;
  // Requests for history.
  std::uint64_t history_requests = 0;
  std::uint64_t history_failures = 0;
  std::uint64_t history_late = 0;  ///< streams that began without
};

}  // namespace subd::feed
