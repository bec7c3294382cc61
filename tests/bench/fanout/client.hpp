#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/dialect.hpp"
#include "fanout/ledger.hpp"
#include "fanout/plan.hpp"
#include "fanout/socket.hpp"
#include "fanout/stream.hpp"

namespace subd::bench {

/// Where the server listens on 127.0.0.1.
struct Ports {
  std::uint16_t plain = 0;
  std::uint16_t tls = 0;  ///< where tabs come, and only they; 0: they come to the plain one, too
};

/// Thousands of tabs and one publisher on one thread: reads what comes, hands it to the ledger, publishes what it is
/// told to. A server that ends a connection, or says that something is wrong, is an error: std::runtime_error.
class Client {
 public:
  Client(const Plan& plan, const Dialect& dialect, Ledger& ledger, Windows& windows, Ports ports);

  /// Connects and subscribes every tab, at most `connecting` under way at a time, and then the publisher.
  void connect(std::size_t connecting);
  /// Only the tabs, without a subscription.
  void connect_idle(std::size_t connecting);
  void subscribe(std::size_t tab, std::string_view frames);

  /// Reads what is there, or waits for it so long at most.
  void turn(std::chrono::nanoseconds wait);

  /// One tick of each stream of the burst; `sent_us` is what its messages are measured from. It leaves with the next
  /// flush(), and together with what else does, as an upstream's ticks come.
  void publish(std::uint32_t burst, double sent_us);
  void flush();
  void send_as_publisher(std::string_view bytes);

  [[nodiscard]] double now_us() const;
  [[nodiscard]] std::size_t answered() const noexcept { return answered_; }
  /// Tabs that came through TLS.
  [[nodiscard]] std::size_t encrypted() const noexcept;
  [[nodiscard]] std::uint64_t publications() const noexcept { return publications_; }

 private:
  enum class Stage : std::uint8_t { ShakingHands, Upgrading, Open };
  struct Tab {
    Stream stream;
    Stage stage = Stage::ShakingHands;
    std::string held;   ///< of a frame that is not whole
    std::string inner;  ///< of a message within frames that is not whole
    std::size_t answers_left = 0;
  };
  class TabReceiver;

  void open(std::size_t tab);
  void shake_hands(std::size_t tab);
  void connect_tabs(std::size_t connecting, bool subscribing);
  void receive(std::size_t tab);
  void take_frames(std::size_t tab, std::string_view& input);
  void upgraded(std::size_t tab);

  const Plan& plan_;
  const Dialect& dialect_;
  Ledger& ledger_;
  Windows& windows_;
  Ports ports_;
  std::shared_ptr<ssl_ctx_st> tls_;  ///< null: nobody comes through TLS
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Descriptor epoll_;
  std::vector<Tab> tabs_;  ///< and the publisher last
  std::size_t publisher_;
  bool subscribing_ = false;
  std::size_t opened_ = 0;    ///< tabs that are upgraded
  std::size_t answered_ = 0;  ///< tabs that have all their answers
  std::vector<std::uint64_t> seq_;
  std::vector<Publication> ticks_;  ///< not yet sent
  std::uint64_t publications_ = 0;
  std::string out_;
  double received_us_ = 0;
  std::vector<char> buffer_;
};

}  // namespace subd::bench
