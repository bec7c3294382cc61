#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/oracle.hpp"
#include "probe/scenario.hpp"
#include "probe/tab_set.hpp"

namespace subd::probe {

/// What a tab received and no `expect` has used yet.
struct Inbox {
  std::deque<std::string> messages;
  std::uint64_t received = 0;  // ever
};

/// The connections of a scenario's tabs: those of kJudgedPath with the oracle watching, those of other paths without.
/// A tab that connects again is a new connection with an empty inbox; how the old one ended is forgotten.
///
/// Threads: the loop's. `who` is an index into Scenario::tabs.
class ScenarioTabs {
 public:
  /// The oracle is fresh: its tabs are those of this set.
  ScenarioTabs(Loop& loop, const Endpoint& endpoint, Oracle& oracle, const Scenario& scenario);
  ~ScenarioTabs();
  ScenarioTabs(const ScenarioTabs&) = delete;
  ScenarioTabs& operator=(const ScenarioTabs&) = delete;

  /// Starts to connect; `to_be_refused` by the server.
  void open(std::size_t who, const TabToken& token, bool to_be_refused);
  void close(std::size_t who);
  /// As TabSet::announce_end().
  void announce_end(std::size_t who);
  void kill(std::size_t who);
  /// REQUIRES: the tab is judged.
  void ask(std::size_t who, Request request);
  /// REQUIRES: the tab is not judged. Nothing happens unless it is open.
  void send(std::size_t who, std::string text);

  /// It has been opened once. What follows REQUIRES this.
  [[nodiscard]] bool exists(std::size_t who) const;
  [[nodiscard]] Inbox& inbox(std::size_t who);
  /// Connected or ended, so that waiting is over.
  [[nodiscard]] bool is_settled(std::size_t who) const;
  [[nodiscard]] bool is_connected(std::size_t who) const;
  [[nodiscard]] const std::optional<TabEnd>& end(std::size_t who) const;
  [[nodiscard]] std::size_t unanswered(std::size_t who) const;

  /// Connections ever.
  [[nodiscard]] std::size_t size() const noexcept { return opened_; }
  /// Messages of the tabs that are not judged.
  [[nodiscard]] std::uint64_t unjudged_messages() const noexcept { return unjudged_messages_; }
  /// The tabs of kJudgedPath.
  [[nodiscard]] const TabSet& judged() const noexcept { return judged_; }

 private:
  class Plain;
  struct Place {
    std::optional<TabId> judged;
    std::unique_ptr<Plain> plain;
    Inbox inbox;
  };

  void keep(Inbox& inbox, std::string_view text);

  Loop& loop_;
  const Endpoint endpoint_;
  Oracle& oracle_;
  const Scenario& scenario_;
  TabSet judged_;
  std::vector<std::size_t> owners_;  // by TabId: whose connection it is or was
  std::deque<Place> places_;         // by who
  std::size_t opened_ = 0;
  std::uint64_t unjudged_messages_ = 0;
};

}  // namespace subd::probe
