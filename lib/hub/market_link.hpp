#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "wire/error.hpp"
#include "wire/server_message.hpp"
#include "wire/update.hpp"

namespace subd::hub {

/// A hub's question to the market side: take these topics for me and tell me their slots and the present values.
struct AttachRequest {
  wire::StreamId stream{};
  std::uint64_t serial = 0;  ///< echoed in the reply
  /// The hub's first hold on the stream; matched by exactly one Release with `whole_stream`.
  bool first_of_stream = false;
  /// Canonical indicator ids that this hub did not hold before; each matched by exactly one Release.
  std::vector<std::string> first_topics;
  /// Every id that the asking session takes of the stream: gets a slot and a column of the snapshot.
  std::vector<std::string> view_topics;
  std::uint32_t history = 0;
};

struct AttachReply {
  std::uint64_t serial = 0;
  wire::StreamId stream{};
  /// Set: nothing of the request is held by the market side; the hub takes its counts back.
  std::optional<wire::Error> error;
  std::vector<wire::Slot> slots;  ///< of view_topics, in their order
  wire::SnapshotData snapshot;
};

/// Topics that the hub's last session gave up.
struct Release {
  wire::StreamId stream{};
  bool whole_stream = false;
  std::vector<std::string> topics;
};

/// The market side as a hub sees it. Implemented by the composition root as a post to the market thread.
///
/// Order is the contract: requests are handled in the order of the calls, and replies and updates come back to this hub
/// in the order in which the market thread made them. Slots (wire::Slot) rely on it.
class MarketLink {
 public:
  virtual ~MarketLink() = default;
  virtual void attach(AttachRequest request) = 0;
  virtual void release(Release release) = 0;
};

/// Whether the upstream delivers; the text of the protocol's `status` message.
struct UpstreamStatus {
  const char* state = "live";
  base::UtcTime since{};
};

}  // namespace subd::hub
