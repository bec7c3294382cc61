#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "feed/kite_credentials.hpp"
#include "feed/kite_link.hpp"
#include "feed/kite_pool.hpp"
#include "feed/text_log.hpp"
#include "feed/tick_buffer.hpp"
#include "feed/upstream_report.hpp"
#include "feed/websocket_client.hpp"

namespace subd::feed {

/// One connection to Kite's ticker: its life, its socket, and the ticks that came over it and wait for their turn.
///
/// Owner: KiteFeed; the market thread. Everything that happens calls `wake`, and is looked at in KiteFeed::advance.
class KiteConnection final : public SocketObserver {
 public:
  /// What all connections share; outlives them.
  struct Shared {
    const base::Clock& clock;
    const Url& url;
    KiteCredentialSource& credentials;
    KitePool& pool;
    TextLog& texts;
    std::function<void()> wake;
    boost::asio::io_context& context;
    boost::asio::ssl::context& tls;
  };

  /// `number` is its place in the pool; `tokens` the most that it has.
  KiteConnection(Shared& shared, std::size_t number, std::size_t tokens);

  void enable() { link_.enable(); }
  void retry_refused() { link_.retry_refused(); }
  /// What is due: connects, gives up, sends what the pool has to say.
  void step();

  [[nodiscard]] const KiteLink& link() const noexcept { return link_; }
  [[nodiscard]] TickBuffer& ticks() noexcept { return ticks_; }
  /// Everything that was to be sent is with the kernel.
  [[nodiscard]] bool is_drained() const noexcept { return socket_.is_drained(); }
  /// A connection with tokens was lost since the last call.
  [[nodiscard]] bool take_loss() noexcept { return std::exchange(lost_, false); }
  /// Ticks of tokens that nobody wants, or not any more.
  [[nodiscard]] std::uint64_t unwanted() const noexcept { return unwanted_; }
  /// Without what only the pool knows.
  [[nodiscard]] LinkReport report() const;

  void on_open() override;
  void on_message(std::string_view bytes, bool is_text) override;
  void on_sent() override { shared_.wake(); }
  void on_end(const SocketEnd& end) override;

 private:
  void connect();
  void after_end(bool was_open);
  void say(const kite::Request& request);

  Shared& shared_;
  std::size_t number_;
  KiteLink link_;
  TickBuffer ticks_;
  WebSocketClient socket_;
  KiteCredentials credentials_;  // of the connection; for what must not be logged
  bool lost_ = false;
  std::uint64_t messages_ = 0;
  std::uint64_t unwanted_ = 0;  // ticks
  std::uint64_t bad_frames_ = 0;
  std::uint64_t skipped_packets_ = 0;
};

}  // namespace subd::feed
