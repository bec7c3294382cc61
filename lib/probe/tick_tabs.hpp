#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/tab.hpp"
#include "probe/tick_oracle.hpp"
#include "probe/token_source.hpp"

namespace subd::probe {

inline constexpr std::string_view kTickPath = "/ws/ticks";

/// The tabs of a run on `/ws/ticks`, wired to the oracle: it learns everything that they ask for and receive.
///
/// Threads: the loop's.
class TickTabs {
 public:
  /// Hears the time of every tick whose delivery can be measured, after the oracle has judged it.
  using Listener = std::function<void(base::UtcTime time)>;

  /// The oracle is fresh: its tabs are those of this set.
  TickTabs(Loop& loop, Endpoint endpoint, TickOracle& oracle);
  ~TickTabs();
  TickTabs(const TickTabs&) = delete;
  TickTabs& operator=(const TickTabs&) = delete;

  void listen(Listener listener) { listener_ = std::move(listener); }

  /// Adds a tab and starts to connect it.
  TabId open(std::string name, const TabToken& token);
  /// Sends the request with an id that is given here. Nothing happens unless the tab is open.
  void ask(TabId tab, TickRequest request);
  void close(TabId tab);

  [[nodiscard]] std::size_t size() const noexcept { return tabs_.size(); }
  [[nodiscard]] bool is_open(TabId tab) const;
  /// How the connection ended; nullopt while it has not.
  [[nodiscard]] const std::optional<TabEnd>& end(TabId tab) const;
  /// Connected or ended, so that waiting is over.
  [[nodiscard]] bool is_settled(TabId tab) const;
  /// The requests of all open tabs are answered.
  [[nodiscard]] bool all_answered() const;
  [[nodiscard]] bool all_ended() const;
  [[nodiscard]] std::size_t open_count() const;

 private:
  class Watched;

  Loop& loop_;
  Endpoint endpoint_;
  TickOracle& oracle_;
  Listener listener_;
  std::deque<std::unique_ptr<Watched>> tabs_;
};

}  // namespace subd::probe
