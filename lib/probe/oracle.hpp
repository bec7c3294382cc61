#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "probe/bar_ledger.hpp"
#include "probe/connection_ids.hpp"
#include "probe/findings.hpp"
#include "probe/request.hpp"
#include "probe/server_message.hpp"
#include "probe/subscription_book.hpp"
#include "probe/tab_identity.hpp"
#include "probe/value_ledger.hpp"

namespace subd::probe {

struct OracleOptions {
  /// A closed bar that one tab received is owed to the others this much later.
  std::chrono::milliseconds settle{1500};
  /// A request is answered within this.
  std::chrono::milliseconds reply_limit{5000};
  /// A subscribed tab without any message of a stream for this long has lost it; zero: streams may rest.
  std::chrono::milliseconds silence_limit{5000};
  /// Streams trade without a pause: consecutive closed bars must touch.
  bool continuous = false;
};

/// The judge: is told what every tab asked for and what it received, and finds every promise of rule:: that the
/// transcript breaks. Knows no sockets and no clock; a transcript written by hand is judged like a live one.
///
/// Rules:   an update is judged when it arrives; what is missing is found by settle(), to be called about every second
///          of live time, and by finish().
/// Cost:    a few microseconds per message, so that load runs are judged in full.
/// Threads: one owner.
class Oracle {
 public:
  struct Progress {
    std::uint64_t snapshots = 0;
    std::uint64_t updates = 0;
    std::uint64_t closed_bars = 0;
  };
  struct Totals {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t updates = 0;
    std::uint64_t closed_bars = 0;
  };

  explicit Oracle(OracleOptions options = {}) : options_{options} {}

  TabId add_tab(TabIdentity identity);
  [[nodiscard]] const TabIdentity& identity(TabId tab) const { return tabs_[tab].identity; }

  void sent(TabId tab, const Request& request, base::MonoTime now);

  /// One message. Answers it parsed, valid until the next call; nullptr when it is not one.
  const ServerMessage* received(TabId tab, std::string_view text, base::MonoTime now);

  /// The tab is about to be closed or cut by us.
  void leaving(TabId tab, std::string_view how, base::MonoTime now);
  /// The tab's connection is to be refused: its end is no violation.
  void expect_refusal(TabId tab) { tabs_[tab].leaving = true; }
  /// The tab is about to be cut off by us, and will come back to its session: what it misses is owed to it then.
  void cutting(TabId tab, base::MonoTime now);
  /// It connects again.
  void returning(TabId tab) { tabs_[tab].presence = Presence::Returning; }
  /// What it has to tell the server then.
  [[nodiscard]] std::vector<Received> received_by(TabId tab) const;
  /// Of its session; empty: the server gave none.
  [[nodiscard]] const std::string& resume_token(TabId tab) const { return tabs_[tab].resume_token; }
  [[nodiscard]] const std::string& connection_id(TabId tab) const { return tabs_[tab].connection_id; }
  /// It is connected, and if it was cut off, its session goes on.
  [[nodiscard]] bool is_there(TabId tab) const { return tabs_[tab].presence == Presence::There; }

  /// The connection is gone. Unless leaving() was called before, that is a violation; `how` says what was seen.
  void ended(TabId tab, std::string_view how, base::MonoTime now);

  void settle(base::MonoTime now);
  /// Judges everything that is still open: closed bars older than the settling time, unanswered requests.
  void finish(base::MonoTime now);

  /// True when the server has introduced itself.
  [[nodiscard]] bool is_connected(TabId tab) const { return !tabs_[tab].connection_id.empty(); }
  [[nodiscard]] std::size_t unanswered(TabId tab) const { return tabs_[tab].book.pending().size(); }
  /// Of the subscription that is in force now; zeros when there is none.
  [[nodiscard]] Progress progress(TabId tab, std::string_view symbol, std::string_view timeframe) const;
  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }
  [[nodiscard]] Findings& findings() noexcept { return findings_; }
  [[nodiscard]] const Findings& findings() const noexcept { return findings_; }

 private:
  struct Stream {
    std::string symbol;
    std::string timeframe;
    BarLedger bars;
    ValueLedger values;
    std::vector<BarLedger::Bar> settled;  // only during settle()
  };

  /// The delivery of one stream to one tab, from a snapshot to the end of the subscription.
  struct Track {
    std::size_t stream = 0;
    Progress progress;
    Position joined;               // of the first snapshot
    Position owed_after;           // closed bars are owed from here on
    std::optional<Position> last;  // newest update
    std::optional<base::UtcTime> last_closed;
    std::optional<base::UtcTime> forming;
    std::vector<Position> closed;  // received and not yet settled
    base::MonoTime last_message{};
    std::optional<base::MonoTime> left;
    bool silence_reported = false;
    std::string received_epoch;  // of the newest message, whatever it was
    std::uint64_t received_seq = 0;
    std::vector<BarLedger::Bar> awaited;       // closed while the tab was away
    std::vector<base::UtcTime> from_snapshot;  // closed bars that came in one after a cut
    bool may_start_over = false;               // with a snapshot that nobody asked for
    bool conditional = false;                  // under a condition nothing is owed: any update may be left out
  };

  /// Whether a tab is connected to its session.
  enum class Presence : std::uint8_t {
    There,
    Away,        ///< cut off by us
    Returning,   ///< connects
    Introduced,  ///< has heard `connected`, and waits for `resumed`
  };

  struct Tab {
    TabIdentity identity;
    Presence presence = Presence::There;
    std::optional<base::MonoTime> back_at;  // what it missed is owed soon after
    std::string resume_token;
    SubscriptionBook book;
    std::string connection_id;
    std::vector<Track> tracks;  // a subscription that was renewed has an old and a new one
    bool leaving = false;
    bool gone = false;
  };

  /// Something that happened to one tab and must not be noticed by any other.
  struct Disturbance {
    TabId tab = 0;
    std::string what;
    base::MonoTime at{};
  };

  void connected(TabId tab, const ServerMessage& message, std::string_view text);
  void came_back(Tab& tab, const ServerMessage& message, std::string_view text, base::MonoTime now);
  void goes_on(Tab& tab, base::MonoTime now);
  /// The bars of a snapshot that takes the place of what was missed.
  static void take_missed(Track& track, const std::vector<HistoryBar>& bars);
  void judge_awaited(Tab& tab, Track& track, const Stream& stream);
  /// What it lacks now, it may still be sent.
  [[nodiscard]] bool is_excused(const Tab& tab, base::MonoTime now) const {
    return tab.presence != Presence::There || (tab.back_at && now < *tab.back_at + options_.settle);
  }
  void replied(TabId tab, const ServerMessage& message, std::string_view text, base::MonoTime now);
  void snapshot(TabId tab, const ServerMessage& message, std::string_view text, base::MonoTime now);
  void update(TabId tab, const ServerMessage& message, std::string_view text, base::MonoTime now);
  void judge_order(Tab& tab, Track& track, const ServerMessage& message, std::string_view text, Position at);
  void judge_bar(Tab& tab, Track& track, const ServerMessage& message, std::string_view text, Position at);
  void judge_listing(Tab& tab, const ServerMessage& message, std::string_view text);
  void settle_track(TabId tab, Track& track, base::MonoTime now);
  void silent(TabId tab, Track& track, base::MonoTime noticed, const std::string& what);
  void note_condition(Tab& tab, std::string_view symbol, std::string_view timeframe);
  void disturbed(TabId tab, std::string what, base::MonoTime now);
  void leave_tracks(Tab& tab, base::MonoTime now, const Request* unsubscribe);
  void judge_pending(Tab& tab, base::MonoTime limit);

  [[nodiscard]] std::size_t stream_index(std::string_view symbol, std::string_view timeframe);
  [[nodiscard]] Track* track_of(Tab& tab, std::size_t stream);
  /// What happened to other tabs in that time, as text; empty: nothing.
  [[nodiscard]] std::string disturbances_before(TabId tab, base::MonoTime from, base::MonoTime to) const;

  OracleOptions options_;
  Findings findings_;
  Totals totals_;
  std::deque<Tab> tabs_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::map<std::string, std::size_t, std::less<>> stream_indexes_;
  ConnectionIds connection_ids_;
  std::deque<Disturbance> disturbances_;
  std::optional<base::MonoTime> last_settle_;
  ServerMessage message_;
  std::string key_;  // scratch of stream_index
};

}  // namespace subd::probe
