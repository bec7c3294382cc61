// What a connection that does nothing costs subd in memory: first with nothing subscribed, then with one stream each.
//
//     subctl token issue --user bench@example.com --ttl 1h | idle_connections --port 8081 --pid $(pidof subd)
//
// Prints the resident set of the daemon per connection. It grows in pages and keeps what start-up freed, so that small
// counts say little; 10,000 is the figure of the documents.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ws/client_frames.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 8081;
  int pid = 0;
  int count = 10'000;
  std::string symbol = "NIFTY50";
  std::string timeframe = "1min";
  int settle_seconds = 3;
};

class Socket {
 public:
  explicit Socket(int descriptor) noexcept : descriptor_{descriptor} {}
  Socket(Socket&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error{std::string{what} + ": " + std::strerror(errno)};
}

long resident_kb(int pid) {
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  throw std::runtime_error{"no process " + std::to_string(pid)};
}

/// Reads until `wanted` came; the connection stays blocking for it.
void read_until(int descriptor, std::string_view wanted) {
  std::string text;
  std::array<char, 4096> piece{};
  while (text.find(wanted) == std::string::npos) {
    const ssize_t got = ::recv(descriptor, piece.data(), piece.size(), 0);
    require(got > 0, "the server ended a connection or did not answer");
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.starts_with("HTTP/1.1 ") && !text.starts_with("HTTP/1.1 101")) {
      throw std::runtime_error{"upgrade refused: " + text};
    }
  }
}

void send_all(int descriptor, const std::string& bytes) {
  require(::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()), "send");
}

Socket open_websocket(const Options& options, const std::string& token) {
  Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  require(socket.descriptor() >= 0, "socket");
  const timeval limit{10, 0};
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  require(::connect(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "connect");
  send_all(socket.descriptor(),
           "GET /ws/indicators HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " +
               token + "\r\n\r\n");
  read_until(socket.descriptor(), R"("type":"connected")");
  return socket;
}

/// Reads and forgets what the server sends, so that nothing waits in it.
class Drain {
 public:
  Drain() : epoll_{::epoll_create1(EPOLL_CLOEXEC)} {}

  void add(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    require(::epoll_ctl(epoll_.descriptor(), EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
  }

  /// Returns the bytes read in that time.
  std::uint64_t run(std::chrono::milliseconds duration) const {
    const auto end = Clock::now() + duration;
    std::array<epoll_event, 256> events{};
    std::array<char, 65536> piece{};
    std::uint64_t bytes = 0;
    while (Clock::now() < end) {
      const int ready = ::epoll_wait(epoll_.descriptor(), events.data(), static_cast<int>(events.size()), 20);
      for (int i = 0; i < ready; ++i) {
        const ssize_t got = ::recv(events[static_cast<std::size_t>(i)].data.fd, piece.data(), piece.size(), 0);
        if (got <= 0) throw std::runtime_error{"the server ended an idle connection"};
        bytes += static_cast<std::uint64_t>(got);
      }
    }
    return bytes;
  }

 private:
  Socket epoll_;
};

void report(const Options& options, const char* what, long before_kb, long after_kb) {
  std::printf("%-24s %8ld KB resident, %7.1f bytes per connection\n", what, after_kb,
              static_cast<double>(after_kb - before_kb) * 1024.0 / options.count);
}

void run(const Options& options) {
  std::string token;
  if (!std::getline(std::cin, token) || token.empty()) throw std::runtime_error{"no token on standard input"};

  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);

  const std::chrono::seconds settle{options.settle_seconds};
  const long before = resident_kb(options.pid);
  std::printf("%-24s %8ld KB resident\n", "before", before);

  const Drain drain;
  std::vector<Socket> sockets;
  sockets.reserve(static_cast<std::size_t>(options.count));
  const auto start = Clock::now();
  for (int i = 0; i < options.count; ++i) {
    sockets.push_back(open_websocket(options, token));
    drain.add(sockets.back().descriptor());
  }
  const std::chrono::duration<double> took = Clock::now() - start;
  std::printf("%-24s %8.1f s, %.0f us each\n", "connected", took.count(), took.count() * 1e6 / options.count);
  drain.run(settle);
  report(options, "connected, idle", before, resident_kb(options.pid));

  const std::string subscribe = subd::ws::test::text_frame(R"({"type":"subscribe","symbol":")" + options.symbol +
                                                           R"(","timeframe":")" + options.timeframe + R"("})");
  int sent = 0;
  for (const Socket& socket : sockets) {
    send_all(socket.descriptor(), subscribe);
    if (++sent % 100 == 0) drain.run(std::chrono::milliseconds{1});
  }
  const std::uint64_t bytes = drain.run(settle);
  report(options, "one stream each", before, resident_kb(options.pid));
  std::printf("%-24s %8.0f KB/s delivered meanwhile\n", "",
              static_cast<double>(bytes) / 1024.0 / options.settle_seconds);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Memory of a running subd per idle connection; the token comes on standard input."};
  Options options;
  app.add_option("--port", options.port, "where subd listens on 127.0.0.1")->capture_default_str();
  app.add_option("--pid", options.pid, "process id of subd")->required();
  app.add_option("--count", options.count, "connections")->capture_default_str()->check(CLI::Range(1, 1'000'000));
  app.add_option("--symbol", options.symbol, "of the second phase")->capture_default_str();
  app.add_option("--timeframe", options.timeframe, "of the second phase")->capture_default_str();
  app.add_option("--settle", options.settle_seconds, "seconds before each measurement")
      ->capture_default_str()
      ->check(CLI::Range(1, 600));
  CLI11_PARSE(app, argc, argv);
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "idle_connections: %s\n", error.what());
    return 1;
  }
  return 0;
}
