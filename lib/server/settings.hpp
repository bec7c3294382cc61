#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/ip_network.hpp"
#include "server/admission.hpp"

#include "auth/shared_token.hpp"

namespace subd::server {

/// What the listeners and connections of all io threads are told. From the configuration; constant after start.
struct Settings {
  std::string address = "127.0.0.1";  ///< a numeric address or `localhost`; IPv6 without brackets
  std::uint16_t port = 8081;          ///< 0: any free one, the same for all io threads
  int backlog = 4096;

  /// WebSockets and plain HTTP together. Beyond a limit only the operations endpoints answer, and only over a few
  /// connections more.
  AdmissionLimits admission;
  /// Of one io thread, those that are not WebSockets: for one more, the one that has waited longest is cut.
  std::size_t max_http_connections = 2048;
  std::vector<base::IpNetwork> trusted_proxies;            ///< whose X-Forwarded-For is believed
  std::chrono::milliseconds handshake_timeout{10'000};     ///< to send a whole request, to take a whole answer
  std::chrono::milliseconds tls_handshake_timeout{5'000};  ///< before the request, where it comes through TLS
  std::chrono::milliseconds close_timeout{2'000};          ///< for the peer's part of an orderly end
  std::chrono::milliseconds flush_window{0};               ///< 0-5 ms: how long messages may wait for company
  std::chrono::milliseconds sweep_interval{200};           ///< how often timeouts are looked at
  int send_buffer_bytes = 0;                               ///< SO_SNDBUF of a connection; 0 = the kernel's choice
  std::string session_cookie = "subd_session";             ///< may hold the id of a REST session
  auth::SharedToken channel_token{{}};                     ///< of the broadcast channels
  std::chrono::milliseconds tier_refresh{60'000};          ///< how often the tiers of connected users are read anew
  bool metrics_public = false;                             ///< /metrics for everyone, not only for this host
  bool compression = false;                                ///< permessage-deflate for those who offer it
  std::size_t compression_threshold = 256;                 ///< shorter messages go as they are
};

/// Limits of one HTTP request.
inline constexpr std::size_t kHeaderLimitBytes = std::size_t{16} * 1024;
inline constexpr std::size_t kBodyLimitBytes = std::size_t{64} * 1024;

}  // namespace subd::server
