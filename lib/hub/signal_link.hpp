#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/error.hpp"
#include "wire/signal.hpp"

namespace subd::hub {

/// The tier of a client, and what follows from it.
struct SignalStanding {
  std::string tier;      ///< by its name
  bool premium = false;  ///< premium signals are for it
  bool known = false;    ///< false: the store could not be asked; the least tier until it can
  friend bool operator==(const SignalStanding&, const SignalStanding&) = default;
};

/// A hub's question about one client.
struct SignalAsk {
  std::uint64_t serial = 0;  ///< echoed in the reply
  std::string user;
  std::string tier_claim;  ///< of its token; may be empty
  bool joins = false;      ///< it wants signals from here on; else its standing alone
  std::string since;       ///< of a client that joins: the last signal that it has; may be empty
};

struct SignalReply {
  std::uint64_t serial = 0;
  SignalStanding standing;
  // Of a client that joins:
  std::vector<wire::SignalPtr> replay;  ///< what it missed, oldest first
  std::string last_id;                  ///< of the newest signal that it may see; may be empty
  std::optional<wire::Error> error;     ///< why there is no replay although it was asked for
};

/// Where signals are stored, as a signal hub sees it. Implemented by the composition root as a post to the store thread.
///
/// Order is the contract: a reply has in its replay every signal that was published to this hub before the reply, and
/// none that is published after it.
class SignalLink {
 public:
  virtual ~SignalLink() = default;
  virtual void ask(std::vector<SignalAsk> asks) = 0;
};

}  // namespace subd::hub
