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

/// A hub's question to the market side: hold these topics for me and tell me their slots and the present values.
/// Holding is idempotent per hub: a hub holds a topic or it does not, however many of its sessions asked.
struct AttachRequest {
  wire::StreamId stream{};
  std::uint64_t serial = 0;  ///< echoed in the reply
  /// Every id that the asking session takes of the stream: each gets a slot and a column of the snapshot.
  std::vector<std::string> topics;
  std::uint32_t history = 0;
  /// Canonical; to be held and evaluated from now on. Empty: none, or one that the hub holds already.
  std::string condition{};
};

struct AttachReply {
  std::uint64_t serial = 0;
  wire::StreamId stream{};
  /// Set: the market side holds no more for the hub than before the request.
  std::optional<wire::Error> error;
  wire::SnapshotData snapshot;  ///< one column per topic of the request, with its slot; the condition's slot
};

/// Topics and conditions that the hub's last session gave up. Those that the market side does not hold for the hub are
/// ignored.
struct Release {
  wire::StreamId stream{};
  bool whole_stream = false;
  std::vector<std::string> topics;
  std::vector<std::string> conditions{};
};

/// The market side as a hub sees it. Implemented by the composition root as a post to the thread that computes the
/// stream; all streams of an instrument are computed by the same.
///
/// Order is the contract, for each stream: requests are handled in the order of the calls, and replies and updates come
/// back to this hub in the order in which they were made. Slots (wire::Slot) rely on it. Nothing is promised between two
/// streams.
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
