#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace subd::bench {

struct AbuseOptions {
  std::string kind;  ///< slow-readers stalled pingers big-frames subscribers half-open slow-handshakes vanished
  std::uint16_t port = 0;
  std::string token;
  std::size_t count = 100;
  std::size_t streams = 20;         ///< that each takes who takes any
  double return_after_seconds = 1;  ///< who was ended comes again after that
};

/// Clients that mean harm, all of one kind, on one thread, until standard input ends. Writes `ready` on a line of its own
/// once each of them is at it, in the end a report as one JSON object: how they were ended, and after how long. Throws
/// std::runtime_error for a kind that is none, or when nobody listens.
///
/// Who vanishes stays connected as far as it goes itself: a socket filter drops what comes for it before TCP sees it, so
/// that nothing is acknowledged and no end of the connection is ever sent.
void run_abuse(const AbuseOptions& options);

}  // namespace subd::bench
