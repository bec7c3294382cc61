#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/endpoint.hpp"
#include "probe/loop.hpp"
#include "probe/oracle.hpp"
#include "probe/tab.hpp"
#include "probe/token_source.hpp"

namespace subd::probe {

/// The tabs of a run, wired to the oracle: it learns everything that they ask for and receive.
///
/// Threads: the loop's.
class TabSet {
 public:
  /// Hears every message after the oracle did; `message` is null when it could not be read.
  using Listener =
      std::function<void(TabId tab, std::string_view text, const ServerMessage* message, base::MonoTime received)>;

  /// The oracle is fresh: its tabs are those of this set.
  TabSet(Loop& loop, Endpoint endpoint, Oracle& oracle);
  ~TabSet();
  TabSet(const TabSet&) = delete;
  TabSet& operator=(const TabSet&) = delete;

  void listen(Listener listener) { listener_ = std::move(listener); }

  /// Adds a tab and starts to connect it.
  TabId open(std::string name, const TabToken& token);
  /// The same for a token that the server must not accept.
  TabId open_refused(std::string name, const TabToken& token);

  /// Each answers the request's id, which is given here; `ask` takes any request.
  std::uint64_t ask(TabId tab, Request request);
  std::uint64_t subscribe(TabId tab, std::string symbol, std::string timeframe, std::vector<std::string> indicators,
                          std::uint32_t history = 0);
  std::uint64_t unsubscribe(TabId tab, std::string symbol, std::string timeframe,
                            std::optional<std::vector<std::string>> indicators);
  std::uint64_t list(TabId tab);
  std::uint64_t heartbeat(TabId tab);

  void close(TabId tab);
  /// The server is about to be made to close it: nothing that does not come any more is missed.
  void announce_end(TabId tab);
  void kill(TabId tab);
  /// Cuts the tab off, to come back with resume().
  void cut(TabId tab);
  /// Connects the tab to its session again, and tells the server what it has.
  void resume(TabId tab, const std::string& token);

  [[nodiscard]] std::size_t size() const noexcept { return tabs_.size(); }
  [[nodiscard]] TabState state(TabId tab) const;
  /// How the connection ended; nullopt while it has not.
  [[nodiscard]] const std::optional<TabEnd>& end(TabId tab) const;
  /// Connected or ended, so that waiting is over.
  [[nodiscard]] bool is_settled(TabId tab) const;
  /// All requests of all open tabs are answered.
  [[nodiscard]] bool all_answered() const;

  [[nodiscard]] Oracle& oracle() noexcept { return oracle_; }
  [[nodiscard]] Loop& loop() noexcept { return loop_; }
  [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }

 private:
  class Watched;

  Loop& loop_;
  Endpoint endpoint_;
  Oracle& oracle_;
  Listener listener_;
  std::deque<std::unique_ptr<Watched>> tabs_;
};

}  // namespace subd::probe
