#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "probe/findings.hpp"

namespace subd::probe {

/// Judges what clients of `/ws/signals` receive of the signals that one publisher sent one after the other: every tab
/// gets those of its tier, each once and in order, and no other.
///
/// Threads: one.
/// Bound:   one bit and one time for each signal, one number for each tab.
class SignalOracle {
 public:
  /// `run` tells this run's signals from those of others, which are passed over.
  explicit SignalOracle(std::string run) : prefix_{"wsprobe-" + std::move(run) + "-"} {}

  /// Tabs are numbered from 0. Added before the first signal.
  std::size_t add_tab(std::string name, bool sees_premium);
  /// The next signal was due at `due` and is about to be sent; answers its id.
  std::string publish(bool premium, base::MonoTime due);

  /// Answers how late a signal is that was judged right.
  std::optional<base::MonoTime::duration> received(std::size_t tab, std::string_view text, base::MonoTime now);
  void ended(std::size_t tab, const std::string& why);
  /// Everything is published and had time to arrive: what did not is missing.
  void finish();

  [[nodiscard]] bool is_connected(std::size_t tab) const { return tabs_[tab].connected; }
  [[nodiscard]] bool has_all(std::size_t tab) const;
  [[nodiscard]] std::uint64_t received_signals() const noexcept { return received_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] const Findings& findings() const noexcept { return findings_; }

 private:
  struct Published {
    base::MonoTime due{};
    bool premium = false;
  };
  struct Tab {
    std::string name;
    bool sees_premium = false;
    bool connected = false;
    bool ended = false;
    std::size_t next = 0;  ///< number of the first signal that it may still get
  };

  [[nodiscard]] std::optional<std::size_t> number_of(std::string_view id) const;
  /// The first from `from` on that the tab is to get; the number of all when there is none.
  [[nodiscard]] std::size_t next_for(const Tab& tab, std::size_t from) const;

  std::string prefix_;
  std::vector<Published> published_;
  std::vector<Tab> tabs_;
  std::uint64_t received_ = 0;
  std::uint64_t bytes_ = 0;
  Findings findings_;
};

}  // namespace subd::probe
