// Servers that pass on what they are given: the floor, and the peers. Their messages are made up, as long as subd's.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "fanout/dialect.hpp"
#include "fanout/frames.hpp"
#include "fanout/message.hpp"

namespace subd::bench {
namespace {

class BrokerDialect : public Dialect {
 public:
  explicit BrokerDialect(const DialectOptions& options) : bytes_{options.made_up_bytes} {}

  /// Every message is a text frame, unless the server has a protocol of its own inside.
  void take(std::string_view payload, std::string&, Receiver& receiver) const override {
    if (payload.starts_with('{')) {
      receiver.market_message(payload);
    } else {
      receiver.answer();
    }
  }

 protected:
  [[nodiscard]] std::string text_of(const Publication& tick) const {
    return made_up_message(tick.stream, tick.seq, tick.sent_us, bytes_);
  }

 private:
  std::size_t bytes_;
};

/// tests/bench/fanout/floor.hpp.
class FloorDialect final : public BrokerDialect {
 public:
  using BrokerDialect::BrokerDialect;
  [[nodiscard]] std::string upgrade() const override { return upgrade_request("/"); }
  [[nodiscard]] std::string subscriptions(const std::vector<Take>& takes) const override {
    std::string out;
    for (const Take& take : takes) append_client_frame(out, kText, fmt::format("{} {}", take.stream, take.bytes));
    return out;
  }
  void publish(std::string& out, std::span<const Publication> burst) const override {
    for (const Publication& tick : burst) append_client_frame(out, kBinary, text_of(tick));
  }
};

/// tests/bench/peers/ws_server.js and nginx with nchan: who connects to /tab gets each text that comes on /publish.
class RelayDialect final : public BrokerDialect {
 public:
  using BrokerDialect::BrokerDialect;
  [[nodiscard]] std::string upgrade() const override { return upgrade_request("/tab"); }
  [[nodiscard]] std::string subscriptions(const std::vector<Take>&) const override { return {}; }
  [[nodiscard]] std::size_t answers(std::size_t) const override { return 0; }
  [[nodiscard]] std::string publisher_upgrade() const override { return upgrade_request("/publish"); }
  void publish(std::string& out, std::span<const Publication> burst) const override {
    for (const Publication& tick : burst) append_client_frame(out, kText, text_of(tick));
  }
};

/// NATS: its text protocol as a stream of bytes within binary frames.
class NatsDialect final : public BrokerDialect {
 public:
  using BrokerDialect::BrokerDialect;
  [[nodiscard]] std::string upgrade() const override { return upgrade_request("/"); }
  [[nodiscard]] std::string subscriptions(const std::vector<Take>& takes) const override {
    std::string text = kConnect;
    for (const Take& take : takes) text += fmt::format("SUB {} {}\r\n", symbol_of(take.stream), take.stream);
    std::string out;
    append_client_frame(out, kBinary, text += "PING\r\n");
    return out;
  }
  [[nodiscard]] std::size_t answers(std::size_t) const override { return 1; }
  [[nodiscard]] std::string publisher_hello() const override {
    std::string out;
    append_client_frame(out, kBinary, kConnect);
    return out;
  }
  void publish(std::string& out, std::span<const Publication> burst) const override {
    std::string lines;
    for (const Publication& tick : burst) {
      const std::string text = text_of(tick);
      lines += fmt::format("PUB {} {}\r\n{}\r\n", symbol_of(tick.stream), text.size(), text);
    }
    append_client_frame(out, kBinary, lines);
  }
  void take(std::string_view payload, std::string& held, Receiver& receiver) const override {
    held += payload;
    std::string_view left = held;
    while (take_line(left, receiver)) {
    }
    held.erase(0, held.size() - left.size());
  }

 private:
  static constexpr const char* kConnect = "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\"}\r\n";

  static bool take_line(std::string_view& left, Receiver& receiver) {
    const std::size_t end = left.find("\r\n");
    if (end == std::string_view::npos) return false;
    const std::string_view line = left.substr(0, end);
    if (line.starts_with("MSG ")) {
      const std::string_view digits = line.substr(line.rfind(' ') + 1);
      std::size_t size = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), size);
      if (left.size() < end + 2 + size + 2) return false;
      receiver.market_message(left.substr(end + 2, size));
      left.remove_prefix(end + 2 + size + 2);
      return true;
    }
    if (line.starts_with("-ERR")) throw std::runtime_error{"nats-server says " + std::string{line}};
    if (line.starts_with("PONG")) receiver.answer();
    left.remove_prefix(end + 2);
    return true;
  }
};

/// MQTT 3.1.1, QoS 0, as a stream of bytes within binary frames.
class MqttDialect final : public BrokerDialect {
 public:
  using BrokerDialect::BrokerDialect;
  [[nodiscard]] std::string upgrade() const override {
    return upgrade_request("/", "Sec-WebSocket-Protocol: mqtt\r\n");
  }
  [[nodiscard]] std::string subscriptions(const std::vector<Take>& takes) const override {
    std::string packets = connect();
    for (const Take& take : takes) {
      std::string body{'\0', '\1'};
      append_text(body, symbol_of(take.stream));
      body.push_back('\0');
      append_packet(packets, 0x82, body);
    }
    std::string out;
    append_client_frame(out, kBinary, packets);
    return out;
  }
  [[nodiscard]] std::string publisher_hello() const override {
    std::string out;
    append_client_frame(out, kBinary, connect());
    return out;
  }
  void publish(std::string& out, std::span<const Publication> burst) const override {
    std::string packets;
    for (const Publication& tick : burst) {
      std::string body;
      append_text(body, symbol_of(tick.stream));
      append_packet(packets, 0x30, body + text_of(tick));
    }
    append_client_frame(out, kBinary, packets);
  }
  void take(std::string_view payload, std::string& held, Receiver& receiver) const override {
    held += payload;
    std::string_view left = held;
    while (take_packet(left, receiver)) {
    }
    held.erase(0, held.size() - left.size());
  }

 private:
  static constexpr std::uint8_t kPublish = 3;
  static constexpr std::uint8_t kSubAck = 9;

  static void append_text(std::string& out, std::string_view text) {
    out.push_back(static_cast<char>(text.size() >> 8));
    out.push_back(static_cast<char>(text.size() & 0xFF));
    out += text;
  }
  static void append_packet(std::string& out, int first, std::string_view body) {
    out.push_back(static_cast<char>(first));
    std::size_t left = body.size();
    do {
      out.push_back(static_cast<char>((left & 0x7F) | (left > 0x7F ? 0x80 : 0)));
      left >>= 7;
    } while (left > 0);
    out += body;
  }
  static std::string connect() {
    std::string body;
    append_text(body, "MQTT");
    body += '\4';                     // 3.1.1
    body += '\2';                     // clean session
    body += std::string{'\0', '\0'};  // no keep-alive
    append_text(body, "");            // a client id of the server's choice
    std::string out;
    append_packet(out, 0x10, body);
    return out;
  }
  static bool take_packet(std::string_view& left, Receiver& receiver) {
    std::size_t size = 0;
    std::size_t header = 1;
    for (unsigned shift = 0;; shift += 7, ++header) {
      if (left.size() <= header) return false;
      const auto byte = static_cast<std::uint8_t>(left[header]);
      size |= std::size_t{byte & 0x7Fu} << shift;
      if ((byte & 0x80) == 0) break;
    }
    ++header;
    if (left.size() < header + size) return false;
    const int kind = static_cast<std::uint8_t>(left[0]) >> 4;
    std::string_view body = left.substr(header, size);
    left.remove_prefix(header + size);
    if (kind == kSubAck) receiver.answer();
    if (kind == kPublish && body.size() > 2) {
      const std::size_t topic =
          std::size_t{static_cast<std::uint8_t>(body[0])} << 8 | static_cast<std::uint8_t>(body[1]);
      body.remove_prefix(std::min(body.size(), topic + 2));
      receiver.market_message(body);
    }
    return true;
  }
};

}  // namespace

std::string upgrade_request(std::string_view path, std::string_view more_headers) {
  return fmt::format(
      "GET {} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}\r\n",
      path, more_headers);
}

std::unique_ptr<Dialect> make_broker_dialect(const DialectOptions& options) {
  if (options.name == "floor") return std::make_unique<FloorDialect>(options);
  if (options.name == "relay") return std::make_unique<RelayDialect>(options);
  if (options.name == "nats") return std::make_unique<NatsDialect>(options);
  if (options.name == "mqtt") return std::make_unique<MqttDialect>(options);
  throw std::runtime_error{"no server speaks " + options.name + "; known are subd floor relay nats mqtt"};
}

std::unique_ptr<Dialect> make_dialect(const DialectOptions& options) {
  return options.name == "subd" ? make_subd_dialect(options) : make_broker_dialect(options);
}

}  // namespace subd::bench
