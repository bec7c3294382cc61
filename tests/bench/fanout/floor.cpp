#include "fanout/floor.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/frames.hpp"
#include "fanout/message.hpp"
#include "fanout/plan.hpp"
#include "fanout/socket.hpp"

namespace subd::bench {
namespace {

constexpr std::size_t kHeader = 4;  // of a server's frame with 126 to 65,535 bytes

struct Client {
  Descriptor socket;
  bool upgraded = false;
  std::string held;
};

struct Follower {
  int socket;
  std::uint16_t bytes;
};

class Floor {
 public:
  explicit Floor(std::uint16_t port);
  [[noreturn]] void run();

 private:
  void accept_all();
  void receive(Client& client);
  void take_frames(Client& client);
  void publish(std::string_view message);
  void watch(int descriptor, void* who) const;

  Descriptor listener_;
  Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  std::vector<std::unique_ptr<Client>> clients_;
  std::array<std::vector<Follower>, kMostStreams> followers_;
  std::string frame_;
  std::array<char, 65536> buffer_;
};

/// The length and payload of the first client frame; the mask is known to be zeros.
bool take_client_frame(std::string_view& input, std::uint8_t& opcode, std::string_view& payload) {
  // A client's frame is a server's with four more bytes between header and payload.
  if (input.size() < 6) return false;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(input[at]); };
  std::size_t size = byte(1) & 0x7F;
  std::size_t header = 6;
  if (size == 127) throw std::runtime_error{"a message beyond 65,535 bytes"};
  if (size == 126) {
    header = 8;
    if (input.size() < header) return false;
    size = std::size_t{byte(2)} << 8 | byte(3);
  }
  if (input.size() < header + size) return false;
  opcode = byte(0) & 0x0F;
  payload = input.substr(header, size);
  input.remove_prefix(header + size);
  return true;
}

Floor::Floor(std::uint16_t port) : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
  const int on = 1;
  ::setsockopt(listener_.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  require(::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
  require(::listen(listener_.number(), 4096) == 0, "listen");
  socklen_t length = sizeof address;
  ::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address), &length);
  std::printf("%u\n", ntohs(address.sin_port));
  std::fflush(stdout);
  watch(listener_.number(), nullptr);
}

void Floor::watch(int descriptor, void* who) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = who;
  require(::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
}

void Floor::run() {
  std::array<epoll_event, 256> events{};
  while (true) {
    const int ready = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      if (auto* client = static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr)) {
        receive(*client);
      } else {
        accept_all();
      }
    }
  }
}

void Floor::accept_all() {
  while (true) {
    Descriptor socket{::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!socket) return;
    const int on = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    clients_.push_back(std::make_unique<Client>());
    clients_.back()->socket = std::move(socket);
    watch(clients_.back()->socket.number(), clients_.back().get());
  }
}

void Floor::receive(Client& client) {
  const ssize_t got = ::recv(client.socket.number(), buffer_.data(), buffer_.size(), 0);
  if (got <= 0) {  // the run is over; a follower's number must not go to another socket meanwhile
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, client.socket.number(), nullptr);
    return;
  }
  client.held.append(buffer_.data(), static_cast<std::size_t>(got));
  if (!client.upgraded) {
    const std::size_t end = client.held.find("\r\n\r\n");
    if (end == std::string::npos) return;
    client.held.erase(0, end + 4);
    client.upgraded = true;
    // The key is always the one of the RFC, and so is the answer.
    send_all(client.socket.number(),
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
  }
  take_frames(client);
}

void Floor::take_frames(Client& client) {
  std::string_view left = client.held;
  std::uint8_t opcode = 0;
  std::string_view payload;
  while (take_client_frame(left, opcode, payload)) {
    if (opcode == kBinary) publish(payload);
    if (opcode != kText) continue;
    unsigned stream = 0;
    unsigned bytes = 0;
    const auto space = std::from_chars(payload.data(), payload.data() + payload.size(), stream).ptr;
    std::from_chars(space + 1, payload.data() + payload.size(), bytes);
    followers_.at(stream).push_back({client.socket.number(), static_cast<std::uint16_t>(bytes)});
    send_all(client.socket.number(), std::string_view{"\x81\x02ok", 4});
  }
  client.held.erase(0, client.held.size() - left.size());
}

void Floor::publish(std::string_view message) {
  const auto parsed = read_cut_message(message);
  if (!parsed) throw std::runtime_error{"a publication that is no market update"};
  frame_.assign(kHeader, '\0').append(message);
  frame_[0] = '\x81';
  frame_[1] = 126;
  for (const Follower& follower : followers_.at(parsed->stream)) {
    frame_[2] = static_cast<char>(follower.bytes >> 8);
    frame_[3] = static_cast<char>(follower.bytes & 0xFF);
    send_all(follower.socket, std::string_view{frame_}.substr(0, kHeader + follower.bytes));
  }
}

}  // namespace

void run_floor(std::uint16_t port) {
  raise_file_limit();
  Floor{port}.run();
}

}  // namespace subd::bench
