#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "probe/endpoint.hpp"
#include "probe/loop.hpp"

namespace subd::probe {

enum class TabState : std::uint8_t { New, Connecting, Open, Closing, Ended };

/// How a connection ended.
struct TabEnd {
  int http_status = 0;  ///< of a handshake that was answered with anything but 101; else 0
  int close_code = 0;   ///< of the close frame received; 0: none
  std::string text;     ///< close reason or error, for a person

  /// `closed with 4005 slow consumer`, `HTTP 401`, `connection reset by peer`
  [[nodiscard]] std::string describe() const;
};

/// What a tab tells its owner. Calls come from inside the loop; a tab may be closed or cut in any of them.
class TabObserver {
 public:
  virtual ~TabObserver() = default;
  virtual void on_open() {}
  virtual void on_message(std::string_view text, base::MonoTime received) = 0;
  /// Exactly once per connect().
  virtual void on_end(const TabEnd& end) = 0;
};

/// One WebSocket client connection, through TLS where the endpoint says so, an implementation independent of the
/// server's. Compression is not offered.
///
/// Threads: the loop's. The observer outlives the tab.
class Tab {
 public:
  Tab(Loop& loop, TabObserver& observer);
  ~Tab();  ///< cuts the connection
  Tab(const Tab&) = delete;
  Tab& operator=(const Tab&) = delete;

  /// Opens `path` of the endpoint, the token as bearer; fails after `limit`.
  void connect(const Endpoint& endpoint, std::string_view path, const std::string& token,
               std::chrono::milliseconds limit = std::chrono::seconds{10});
  /// Queues a text message; nothing happens unless the tab is open.
  void send(std::string text);
  /// The close handshake with 1000; after 3 s without an answer the connection is cut.
  void close();
  /// Cuts the connection without a close frame, as a crashed browser does.
  void kill();

  [[nodiscard]] TabState state() const noexcept;

 private:
  class Connection;
  Loop& loop_;
  TabObserver& observer_;
  std::shared_ptr<Connection> connection_;  // shared with the handlers under way
};

}  // namespace subd::probe
