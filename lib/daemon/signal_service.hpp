#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "auth/tier.hpp"
#include "daemon/service.hpp"
#include "daemon/signal_desk.hpp"
#include "hub/signal_link.hpp"
#include "server/http_backend.hpp"

namespace subd::daemon {

/// Signals and tiers on their way between the io threads and the store thread.
///
/// Threads: as HttpBackend and SignalLink say; any thread for the rest. Bodies are read on the io thread that they came
///          to, so that the store thread only handles what is sound.
/// Bound:   kMostWaiting requests wait to be stored at a time; the next one is told to come back.
class SignalService final : public SignalOutlet {
 public:
  static constexpr std::size_t kMostWaiting = 256;

  SignalService(Service& service, const auth::TierRules& rules);

  /// The way of the io thread of that number. Outlives it, as the service does.
  [[nodiscard]] std::unique_ptr<hub::SignalLink> link(std::size_t hub);

  void store(std::string_view body, server::Respond respond);
  void list(server::SignalQuery query, server::Respond respond);
  /// As TierQuestion; `done` on this thread or another.
  void ask_tiers(TierQuestion question);
  /// The stored tier is another one: every connection of the user follows.
  void tier_changed(const std::string& user, auth::Tier tier);

  // SignalOutlet
  void publish(std::vector<wire::SignalPtr> burst) override;
  void answer(std::size_t hub, std::vector<hub::SignalReply> replies) override;

 private:
  class Link;

  /// Puts it on the desk, and sees that it is served.
  template <class Item>
  void submit(Item item);

  Service& service_;
  const auth::TierRules& rules_;
  std::atomic<std::size_t> waiting_{0};
  // Of the store thread:
  std::unique_ptr<SignalDesk> desk_;  ///< null when nothing is stored
  bool serving_ = false;              ///< the desk is going to be served
};

}  // namespace subd::daemon
