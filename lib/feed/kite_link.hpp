#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace subd::feed {

enum class LinkState : std::uint8_t {
  Idle,        ///< not needed so far
  Connecting,  ///< until the first message: a connection that says nothing is of no use
  Live,
  Mute,     ///< connected, and silent for longer than Kite's heartbeat allows
  Refused,  ///< the credentials were not accepted
  Backoff,  ///< lost, or not reached; waits before the next try
};

/// `idle connecting live mute refused backoff`.
[[nodiscard]] std::string_view link_state_name(LinkState state) noexcept;

/// The life of one connection to Kite: when to connect, when to give up, how long to wait. Time comes from a clock and
/// nothing is sent or received here.
///
/// Owner: KiteFeed; the market thread. Its socket reports with opened(), heard() and ended(); step() says what to do.
class KiteLink {
 public:
  struct Timing {
    std::chrono::milliseconds connect_limit{10'000};
    std::chrono::milliseconds mute_after{5'000};  ///< Kite says something every two seconds or so
    std::chrono::milliseconds cut_after{10'000};  ///< of silence
    std::chrono::milliseconds first_delay{2'000};
    std::chrono::milliseconds longest_delay{60'000};
    std::chrono::milliseconds refused_delay{60'000};
    std::chrono::milliseconds stable_after{30'000};  ///< live for so long, it starts again with first_delay
  };

  enum class Action : std::uint8_t { None, Connect, Cut };

  /// `seed` is of the jitter, which keeps links from coming back together.
  KiteLink(const base::Clock& clock, std::uint32_t seed) : KiteLink{clock, seed, Timing{}} {}
  KiteLink(const base::Clock& clock, std::uint32_t seed, Timing timing);

  /// It is needed: connects with the next step. Nothing for one that is not idle.
  void enable();
  /// A refused link connects with the next step: the credentials are new.
  void retry_refused();

  /// To be called a few times a second. Cut comes with the state after it: there is no ended() to follow.
  [[nodiscard]] Action step();
  /// When step() has something to do next; nullopt for an idle link.
  [[nodiscard]] std::optional<base::MonoTime> due() const noexcept;

  void opened();
  void heard();
  /// `http_status` is of a handshake that was answered with anything but 101, else 0; `why` for people.
  void ended(int http_status, std::string why);

  [[nodiscard]] LinkState state() const noexcept { return state_; }
  /// Of the state.
  [[nodiscard]] base::UtcTime since() const noexcept { return since_; }
  /// Connected, whether it says something or not: tokens may be subscribed.
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// It was lost, or never reached, and is not back.
  [[nodiscard]] bool is_lost() const noexcept;
  /// Why it ended last; empty when it never did.
  [[nodiscard]] const std::string& why() const noexcept { return why_; }
  [[nodiscard]] std::optional<base::UtcTime> last_message() const noexcept { return last_message_; }
  /// Connections beyond the first.
  [[nodiscard]] std::uint64_t reconnects() const noexcept { return connections_ > 0 ? connections_ - 1 : 0; }

 private:
  void enter(LinkState state);
  void lose(std::string why);

  const base::Clock& clock_;
  Timing timing_;
  std::mt19937 random_;
  LinkState state_ = LinkState::Idle;
  base::UtcTime since_;
  bool open_ = false;
  base::MonoTime due_{};           // of Connecting before it is open, Refused and Backoff
  base::MonoTime last_heard_{};    // or opened
  base::MonoTime live_since_{};    // since the first message of the connection
  std::uint32_t failures_ = 0;     // in a row
  std::uint64_t connections_ = 0;  // opened
  std::optional<base::UtcTime> last_message_;
  std::string why_;
};

}  // namespace subd::feed
