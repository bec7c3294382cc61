#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/plan.hpp"

namespace subd::bench {

/// What one tick of one stream says.
struct Publication {
  std::uint16_t stream = 0;
  std::uint64_t seq = 0;
  double sent_us = 0;
};

/// What a dialect makes of what one socket received.
class Receiver {
 public:
  virtual ~Receiver() = default;
  /// The text of one market message.
  virtual void market_message(std::string_view text) = 0;
  /// Any other text in which something may be said: replies, snapshots, status.
  virtual void reply(std::string_view text) = 0;
  /// One of the answers() has come.
  virtual void answer() = 0;
};

/// How a server is spoken to. Stateless; what a socket has of an inner message that is not whole is its own.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// The HTTP request of a tab, and what it sends behind it once the upgrade is answered.
  [[nodiscard]] virtual std::string upgrade() const = 0;
  [[nodiscard]] virtual std::string subscriptions(const std::vector<Take>& takes) const = 0;
  /// Answers that make a tab with so many subscriptions ready.
  [[nodiscard]] virtual std::size_t answers(std::size_t takes) const { return takes; }

  [[nodiscard]] virtual std::string publisher_upgrade() const { return upgrade(); }
  [[nodiscard]] virtual std::string publisher_hello() const { return {}; }
  /// Appends what publishes these ticks as one burst.
  virtual void publish(std::string& out, std::span<const Publication> burst) const = 0;
  /// Batches of closed bars of every stream, so that the indicators have values; empty: nothing needs it. They reach
  /// the tabs like any other message, before the first tick.
  [[nodiscard]] virtual std::vector<std::string> history(const Plan& plan) const {
    static_cast<void>(plan);
    return {};
  }

  /// Bars that history() has of each stream.
  [[nodiscard]] virtual std::size_t history_bars() const { return 0; }

  /// One message of the WebSocket. `held` is what the socket has of an inner message; empty at first.
  virtual void take(std::string_view payload, std::string& held, Receiver& receiver) const = 0;
};

struct DialectOptions {
  std::string name;               ///< subd floor relay nats mqtt
  std::string token;              ///< of subd: of tabs
  std::string key;                ///< of subd: of the publisher
  bool closed_bars = false;       ///< of subd: publish closed bars, which are never conflated
  std::size_t made_up_bytes = 0;  ///< of all but subd: of a message
};

/// Throws std::runtime_error for a name that is none.
[[nodiscard]] std::unique_ptr<Dialect> make_dialect(const DialectOptions& options);

/// The head of an upgrade request, with its empty line.
[[nodiscard]] std::string upgrade_request(std::string_view path, std::string_view more_headers = {});

/// `"symbol":"B0007","timeframe":"1day","indicators":["RSI_14_100"]`, what a subscribe request of subd names.
[[nodiscard]] std::string named_stream(const Take& take, bool closed_bars);

std::unique_ptr<Dialect> make_subd_dialect(const DialectOptions& options);
std::unique_ptr<Dialect> make_broker_dialect(const DialectOptions& options);

}  // namespace subd::bench
