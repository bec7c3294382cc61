#pragma once

#include <string>
#include <vector>

#include "auth/tier.hpp"
#include "control/backend.hpp"
#include "daemon/service.hpp"
#include "daemon/signal_service.hpp"

namespace subd::daemon {

/// Users with their tiers, and stored signals, for the control socket.
///
/// Owner: the control thread.
class SignalCommands {
 public:
  SignalCommands(Service& service, const auth::TierRules& rules, SignalService& signals) noexcept
      : service_{service}, rules_{rules}, signals_{signals} {}

  [[nodiscard]] control::Reply<std::vector<control::UserReport>> users() const;
  /// The tier is stored when the answer comes; connections follow at once.
  [[nodiscard]] control::Reply<control::UserReport> set_tier(const std::string& user, const std::string& tier);
  [[nodiscard]] control::Reply<std::vector<control::SignalReport>> list(const control::SignalSearch& search) const;

 private:
  Service& service_;
  const auth::TierRules& rules_;
  SignalService& signals_;
};

}  // namespace subd::daemon
