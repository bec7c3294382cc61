#pragma once

#include <cstdint>
#include <vector>

#include "market/instrument.hpp"
#include "wire/tick_update.hpp"

namespace subd::hub {

/// What the subscribers of a hub take of one instrument from now on; no forms: nothing.
struct TickChange {
  market::InstrumentId instrument{};
  wire::TickForms forms;
};

/// A hub's message to the market side.
struct TickRequest {
  std::uint64_t serial = 0;  ///< echoed in the reply; 0: no reply is wanted
  std::vector<TickChange> changes;
  std::vector<market::InstrumentId> snapshots;  ///< instruments whose newest tick is wanted in the reply
};

struct TickReply {
  std::uint64_t serial = 0;
  std::vector<wire::TickPtr> snapshots;  ///< of those instruments that are known; in the order of the request
};

/// The market side as a tick hub sees it. Implemented by the composition root as a post to the market thread.
///
/// Order is the contract: requests are handled in the order of the calls, and replies and ticks come back to this hub
/// in the order in which the market thread made them.
class TickLink {
 public:
  virtual ~TickLink() = default;
  virtual void request(TickRequest request) = 0;
};

}  // namespace subd::hub
