#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "probe/connection_ids.hpp"
#include "probe/findings.hpp"
#include "probe/tab_identity.hpp"
#include "probe/tick_message.hpp"
#include "probe/tick_request.hpp"

namespace subd::probe {

struct TickOracleOptions {
  /// A tick that one tab received is owed to the others of its mode, itself or a newer one, this much later.
  std::chrono::milliseconds settle{3000};
  /// A request is answered within this.
  std::chrono::milliseconds reply_limit{10'000};
};

/// The judge of `/ws/ticks`: is told what every tab asked for and what it received, and finds every promise of rule::
/// that the transcript breaks. Knows no sockets and no clock.
///
/// A reply puts a request in force: from then on there are no ticks of what was given up and none in the old mode,
/// before it none of what is new. Numbers rise; only after a reply that names an instrument its newest tick may come
/// again. Ticks may be conflated, so that a missing one is no loss, but a tab that stays behind the newest number that
/// others of its mode have is.
///
/// Requires: a tab has at most one request under way.
/// Rules:    a tick is judged when it arrives; what is missing is found by settle(), to be called about every half
///           second of live time, and by finish().
/// Threads:  one owner.
class TickOracle {
 public:
  struct Totals {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t ticks = 0;
  };

  explicit TickOracle(TickOracleOptions options = {}) : options_{options} {}

  TabId add_tab(TabIdentity identity);
  void sent(TabId tab, const TickRequest& request, base::MonoTime now);

  /// One message. Answers the time of a tick as of which its delivery can be measured; nullopt for every other message,
  /// the newest tick that follows a reply among them, which may be of any age.
  std::optional<base::UtcTime> received(TabId tab, std::string_view text, base::MonoTime now);

  /// The tab is about to be closed by us.
  void leaving(TabId tab) { tabs_[tab].leaving = true; }
  /// The connection is gone. Unless leaving() was called before, that is a violation; `how` says what was seen.
  void ended(TabId tab, std::string_view how);

  void settle(base::MonoTime now);
  void finish(base::MonoTime now);

  /// True when the server has introduced itself.
  [[nodiscard]] bool is_connected(TabId tab) const { return !tabs_[tab].connection_id.empty(); }
  [[nodiscard]] bool is_waiting(TabId tab) const { return tabs_[tab].pending.has_value(); }
  /// What is in force, in the order of the tokens.
  [[nodiscard]] std::vector<std::uint32_t> taken(TabId tab) const;
  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }
  [[nodiscard]] const Findings& findings() const noexcept { return findings_; }

 private:
  /// What a tab takes, or took, of one instrument.
  struct Taken {
    std::optional<TickMode> mode;  // in force; nullopt: given up
    bool changing = false;         // by the request under way: nothing is owed
    bool fresh = false;            // no tick since the reply that named it
    bool silence_reported = false;
    std::uint64_t newest = 0;  // number received, whatever was in force; 0: none
    base::MonoTime last_tick{};
    base::MonoTime since{};                   // of the reply that named it last
    std::optional<std::uint64_t> owed_after;  // numbers above this one are owed; nullopt: none yet
  };
  struct Pending {
    TickRequest request;
    std::map<std::uint32_t, TickMode> result;  // the set once it is answered
    base::MonoTime sent{};
  };
  struct Tab {
    TabIdentity identity;
    std::string connection_id;
    std::map<std::uint32_t, Taken> taken;  // by token
    std::optional<Pending> pending;
    bool leaving = false;
    bool gone = false;
  };

  /// What all tabs together got of one instrument in one mode.
  struct Delivered {
    struct Told {
      std::uint64_t seq = 0;
      std::size_t hash = 0;
      TabId tab = 0;
    };
    struct Mark {
      base::MonoTime at{};
      std::uint64_t seq = 0;
    };
    static constexpr std::size_t kTold = 256;  // a power of two

    std::uint64_t newest = 0;  // of ticks that were no answer to a request
    TabId newest_tab = 0;
    std::deque<Mark> marks;  // ascending; the first is the newest one that is old enough to be owed
    std::vector<Told> told;  // by seq modulo kTold; empty before the first tick
  };
  struct Change {
    TabId tab = 0;
    std::string what;
    base::MonoTime at{};
  };
  struct Instrument {
    std::string symbol;
    std::array<Delivered, 3> modes;     // by TickMode
    std::optional<Change> last_change;  // of what some tab takes of it
  };

  [[nodiscard]] static std::map<std::uint32_t, TickMode> in_force(const Tab& tab);
  [[nodiscard]] static std::map<std::uint32_t, TickMode> result_of(const Tab& tab, const TickRequest& request);
  [[nodiscard]] static bool names(const TickRequest& request, std::uint32_t token);

  void replied(TabId tab, const TickMessage& message, std::string_view text, base::MonoTime now);
  void judge_listing(const Tab& tab, const std::map<std::uint32_t, TickMode>& expected, const TickMessage& message,
                     std::string_view text);
  void put_in_force(Tab& tab, const Pending& pending, base::MonoTime now);
  [[nodiscard]] std::optional<base::UtcTime> tick(TabId tab, const TickMessage& message, std::string_view text,
                                                  base::MonoTime now);
  void judge_order(const Tab& tab, const Taken& taken, const TickMessage& message, std::string_view text);
  void judge_values(TabId tab, Delivered& delivered, const TickMessage& message, std::string_view text);
  void settle_taken(TabId id, std::uint32_t token, Taken& taken, base::MonoTime now);
  void silent(TabId id, std::uint32_t token, Taken& taken, const Delivered& delivered);
  void judge_pending(Tab& tab, base::MonoTime now);

  TickOracleOptions options_;
  Findings findings_;
  Totals totals_;
  std::deque<Tab> tabs_;
  std::unordered_map<std::uint32_t, Instrument> instruments_;  // by token
  ConnectionIds connection_ids_;
  TickMessage message_;
};

}  // namespace subd::probe
