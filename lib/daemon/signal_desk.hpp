#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "auth/tier.hpp"
#include "base/clock.hpp"
#include "daemon/signal_shelf.hpp"
#include "daemon/tier_book.hpp"
#include "hub/signal_link.hpp"
#include "server/http_backend.hpp"
#include "store/store.hpp"

namespace subd::daemon {

/// What waits for the database, each with the way back. `done` and `respond` run on the store thread.
struct SignalWrite {
  store::SignalRequest request;
  std::function<void(server::HttpResponse)> respond;
};
struct SignalPoll {
  server::SignalQuery query;
  std::function<void(server::HttpResponse)> respond;
};
struct TierClaim {
  std::string user;
  std::string claim;  ///< of the user's token; may be empty
};
/// Somebody wants to know the tiers in force of users, in the order in which they are asked for; nullopt while the store
/// cannot be asked.
struct TierQuestion {
  std::vector<TierClaim> users;
  std::function<void(const std::vector<std::optional<auth::Tier>>&)> done;
};
struct HubQuestion {
  std::size_t hub = 0;
  std::vector<hub::SignalAsk> asks;
};

/// Where stored signals go. Called on the store thread; must not wait.
class SignalOutlet {
 public:
  virtual ~SignalOutlet() = default;
  virtual void publish(std::vector<wire::SignalPtr> burst) = 0;
  virtual void answer(std::size_t hub, std::vector<hub::SignalReply> replies) = 0;
};

struct SignalDeskSettings {
  std::chrono::milliseconds keep_tiers{};  ///< without asking the database again
  std::chrono::milliseconds retention{};
  std::size_t most_replayed = 0;        ///< signals of one client
  std::size_t most_replayed_bytes = 0;  ///< their messages together
};

/// Signals between the database and the io threads.
///
/// Owner:  the store thread.
/// Order:  what waits is served together: first one transaction that writes, then one question for tiers, then the
///         answers. So what is pushed is stored, and a client that joins has in its replay what was pushed before.
/// Errors: a database that fails is reported to the store, whose condition shows it; who waits is told, and nothing is
///         pushed.
class SignalDesk {
 public:
  SignalDesk(const auth::TierRules& rules, const SignalDeskSettings& settings, store::Store& store,
             SignalOutlet& outlet, const base::Clock& clock, SignalCounters& counters)
      : rules_{rules},
        settings_{settings},
        store_{store},
        outlet_{outlet},
        clock_{clock},
        counters_{counters},
        tiers_{clock, settings.keep_tiers, counters},
        shelf_{kKeptSignals} {}

  void add(SignalWrite write) { writes_.push_back(std::move(write)); }
  void add(SignalPoll poll) { polls_.push_back(std::move(poll)); }
  void add(TierQuestion question) { questions_.push_back(std::move(question)); }
  void add(HubQuestion question) { asks_.push_back(std::move(question)); }
  void set_tier(const std::string& user, auth::Tier tier) { tiers_.set(user, tier); }

  /// Serves everything that waits. `database` may be null.
  void serve(store::Database* database);

 private:
  static constexpr std::size_t kKeptSignals = 4096;

  // Each leaves `database_` null once it has failed.
  void load();
  void write();
  void prune();
  void read_tiers();
  void answer_hubs();
  void answer_polls();
  void failed(const store::StoreError& error);

  [[nodiscard]] hub::SignalStanding standing(const std::string& user, const std::string& claim) const;
  [[nodiscard]] hub::SignalReply reply_to(const hub::SignalAsk& ask);
  void replay(const hub::SignalAsk& ask, hub::SignalReply& reply);
  [[nodiscard]] server::HttpResponse page(const server::SignalQuery& query);

  const auth::TierRules& rules_;
  SignalDeskSettings settings_;
  store::Store& store_;
  SignalOutlet& outlet_;
  const base::Clock& clock_;
  SignalCounters& counters_;
  TierBook tiers_;
  SignalShelf shelf_;
  base::MonoTime next_prune_{};
  store::Database* database_ = nullptr;  // while serve() runs
  std::vector<SignalWrite> writes_;
  std::vector<SignalPoll> polls_;
  std::vector<TierQuestion> questions_;
  std::vector<HubQuestion> asks_;
};

}  // namespace subd::daemon
