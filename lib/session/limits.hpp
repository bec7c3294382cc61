#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace subd::session {

/// What one session may use. Values come from the configuration ([session] and [server]); constant after start.
struct Limits {
  std::size_t max_streams = 64;
  std::size_t max_indicators = 32;  ///< per stream
  std::uint32_t max_history = 5000;
  std::size_t max_tokens = 3000;  ///< instruments that a client may take ticks of
  std::size_t max_message_bytes = 65536;
  std::chrono::milliseconds default_throttle{0};

  std::size_t channel_queue = 50;  ///< messages of a channel that wait for one client

  double subscribe_rate = 100;   ///< requests per second, sustained
  double subscribe_burst = 200;  ///< requests at once

  double message_rate = 200;    ///< messages, pings and pongs per second, each 256 bytes counted as one more
  double message_burst = 1000;  ///< the same at once

  std::uint32_t max_errors = 20;  ///< within errors_window; one more closes the session
  std::chrono::milliseconds errors_window{10'000};

  std::size_t outbox_soft_bytes = 1u << 20;
  std::chrono::milliseconds outbox_soft_time{10'000};
  std::size_t outbox_hard_bytes = 16u << 20;
  std::chrono::milliseconds stall_time{120'000};  ///< that a client may take nothing of what waits for it

  std::chrono::milliseconds resume_window{30'000};  ///< how long a session waits for its client; 0: not at all
  std::size_t resume_bars = 256;                    ///< closed bars that are remembered of a stream
  std::size_t max_parked = 10'000;                  ///< sessions that wait, of one io thread
  std::size_t max_parked_per_user = 64;             ///< of them, of one user
  /// How long a client that is back may take to say what it has.
  std::chrono::milliseconds position_timeout{10'000};

  std::chrono::milliseconds rest_ttl{std::chrono::minutes{15}};  ///< of a REST session that nobody uses
  std::size_t rest_sessions_per_user = 16;
  std::size_t rest_sessions = 100'000;  ///< of one io thread

  std::chrono::milliseconds auth_timeout{10'000};
  std::chrono::milliseconds heartbeat_interval{20'000};
  std::chrono::milliseconds heartbeat_timeout{60'000};
  /// How long before `exp` the client hears token_expiring.
  std::chrono::milliseconds expiry_notice{60'000};
  /// How long after `exp` the connection closes: the leeway that verification grants.
  std::chrono::milliseconds expiry_leeway{30'000};
};

}  // namespace subd::session
