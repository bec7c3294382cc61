#include "fanout/abuse.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fanout/dialect.hpp"
#include "fanout/frames.hpp"
#include "fanout/socket.hpp"

namespace subd::bench {
namespace {

constexpr std::size_t kFloodBytes = std::size_t{64} * 1024;
constexpr std::size_t kConnectsPerTurn = 128;
constexpr int kSmallBufferBytes = 4096;
/// Loopback addresses that they come from: one has fewer ports than there may be abusers.
constexpr std::uint32_t kSources = 8;
constexpr int kTurnMs = 20;
constexpr double kSecond = 1e6;

/// What an abuser of a kind does.
struct Kind {
  bool upgrades = true;  ///< else it never gets beyond its request
  bool subscribes = false;
  bool reads = true;        ///< as fast as it goes
  std::string flood{};      ///< sent again and again, as fast as it goes
  double act_every_us = 0;  ///< 0: it does nothing now and then
};

std::string repeated(const std::string& frame) {
  std::string out;
  while (out.size() + frame.size() <= kFloodBytes || out.empty()) out += frame;
  return out;
}

std::string text_frame(std::string_view text) {
  std::string out;
  append_client_frame(out, kText, text);
  return out;
}

std::string subscription(std::string_view type, std::string_view more) {
  const Take take{0, View{0xFFFFFFFF}, 0};
  return text_frame(fmt::format(R"({{"type":"{}",{}{}}})", type, named_stream(take, false), more));
}

Kind kind_of(const std::string& name) {
  if (name == "slow-readers") return {.subscribes = true, .reads = false, .act_every_us = kSecond};
  if (name == "stalled") return {.subscribes = true, .reads = false, .act_every_us = kSecond};
  if (name == "pingers") {
    std::string ping;
    append_client_frame(ping, kPing, "x");
    return {.flood = repeated(ping)};
  }
  if (name == "big-frames") {
    return {.flood = text_frame(R"({"type":"heartbeat","of":")" + std::string(kFloodBytes - 100, 'x') + R"("})")};
  }
  if (name == "subscribers") {
    return {.flood = repeated(subscription("subscribe", R"(,"history":5000)") + subscription("unsubscribe", ""))};
  }
  if (name == "half-open") return {.upgrades = false};
  if (name == "slow-handshakes") return {.upgrades = false, .act_every_us = kSecond / 10};
  if (name == "vanished") return {.subscribes = true, .reads = false, .act_every_us = kSecond / 5};
  throw std::runtime_error{"no kind of abuse: " + name};
}

class Crowd {
 public:
  explicit Crowd(const AbuseOptions& options);
  void run();
  [[nodiscard]] std::string report() const;

 private:
  enum class Stage : std::uint8_t { Away, Connecting, Acting, Vanished };
  struct Abuser {
    Descriptor socket{};
    Stage stage = Stage::Away;
    std::string to_send{};    ///< before the flood: the upgrade, then the subscriptions
    std::string held{};       ///< of what came, not yet a whole frame
    std::size_t flooded = 0;  ///< of the flood
    bool upgraded = false;
    bool was_at_it = false;
    double since_us = 0;  ///< of this connection
    double act_at_us = 0;
  };

  [[nodiscard]] double now_us() const;
  void come_and_act();
  void connect(std::size_t number);
  void act(Abuser& abuser);
  void on_event(std::size_t number, std::uint32_t events);
  /// False: it was ended meanwhile.
  [[nodiscard]] bool receive(Abuser& abuser);
  [[nodiscard]] bool take_frames(Abuser& abuser, std::string_view input);
  void send(Abuser& abuser);
  void watch(std::size_t number, int operation);
  void begin_acting(Abuser& abuser);
  void end(Abuser& abuser, const std::string& fate);

  AbuseOptions options_;
  Kind kind_;
  std::string upgrade_;
  std::string subscriptions_;
  Descriptor epoll_;
  std::vector<Abuser> abusers_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::uint64_t connects_ = 0;
  std::size_t at_it_ = 0;  ///< abusers that have begun at least once
  std::map<std::string, std::uint64_t> fates_;
  std::vector<double> lives_us_;
  std::vector<char> buffer_ = std::vector<char>(kFloodBytes);
};

Crowd::Crowd(const AbuseOptions& options)
    : options_{options}, kind_{kind_of(options.kind)}, epoll_{::epoll_create1(EPOLL_CLOEXEC)}, abusers_(options.count) {
  DialectOptions subd;
  subd.name = "subd";
  subd.token = options.token;
  const auto dialect = make_dialect(subd);
  upgrade_ = dialect->upgrade();
  if (kind_.subscribes) {
    std::vector<Take> takes;
    for (std::size_t i = 0; i < options.streams; ++i) takes.push_back({static_cast<std::uint16_t>(i), View{0xFF}, 0});
    subscriptions_ = dialect->subscriptions(takes);
  }
}

double Crowd::now_us() const {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start_).count();
}

void Crowd::run() {
  bool told = false;
  while (true) {
    pollfd stop{STDIN_FILENO, POLLIN, 0};
    if (::poll(&stop, 1, 0) > 0) return;
    come_and_act();
    if (!told && at_it_ == abusers_.size()) {
      told = true;
      std::fputs("ready\n", stdout);
      std::fflush(stdout);
    }
    std::array<epoll_event, 512> events;
    const int ready = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), kTurnMs);
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      on_event(static_cast<std::size_t>(event.data.u64), event.events);
    }
  }
}

void Crowd::come_and_act() {
  const double now = now_us();
  std::size_t connects = 0;
  for (std::size_t number = 0; number < abusers_.size(); ++number) {
    Abuser& abuser = abusers_[number];
    if (now < abuser.act_at_us) continue;
    if (abuser.stage == Stage::Away && connects < kConnectsPerTurn) {
      ++connects;
      connect(number);
    } else if (abuser.stage == Stage::Acting && abuser.upgraded == kind_.upgrades && kind_.act_every_us > 0) {
      abuser.act_at_us = now + kind_.act_every_us;
      act(abuser);
    }
  }
}

void Crowd::connect(std::size_t number) {
  Abuser& abuser = abusers_[number];
  abuser = {.was_at_it = abuser.was_at_it};
  abuser.socket = Descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  require(static_cast<bool>(abuser.socket), "socket");
  const int descriptor = abuser.socket.number();
  if (!kind_.reads) ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &kSmallBufferBytes, sizeof kSmallBufferBytes);
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(number) % kSources);
  require(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(options_.port);
  const int result = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  require(result == 0 || errno == EINPROGRESS, "connect");
  ++connects_;
  abuser.stage = Stage::Connecting;
  abuser.since_us = now_us();
  if (kind_.upgrades) abuser.to_send = upgrade_;
  watch(number, EPOLL_CTL_ADD);
}

void Crowd::watch(std::size_t number, int operation) {
  const Abuser& abuser = abusers_[number];
  epoll_event event{};
  event.data.u64 = number;
  const bool has_to_send = abuser.stage == Stage::Connecting || !abuser.to_send.empty();
  if (has_to_send || (abuser.upgraded && !kind_.flood.empty())) event.events |= EPOLLOUT;
  if (kind_.reads || (kind_.upgrades && !abuser.upgraded)) event.events |= EPOLLIN;
  require(::epoll_ctl(epoll_.number(), operation, abuser.socket.number(), &event) == 0, "epoll_ctl");
}

void Crowd::begin_acting(Abuser& abuser) {
  abuser.act_at_us = now_us() + kind_.act_every_us;
  if (!std::exchange(abuser.was_at_it, true)) ++at_it_;
}

void Crowd::act(Abuser& abuser) {
  const int descriptor = abuser.socket.number();
  if (options_.kind == "slow-handshakes") {
    ::send(descriptor, upgrade_.data() + abuser.flooded++ % (upgrade_.size() / 2), 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    return;
  }
  if (options_.kind == "vanished") {
    sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
    const sock_fprog program{1, &drop};
    require(::setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0, "SO_ATTACH_FILTER");
    abuser.stage = Stage::Vanished;
    return;
  }
  std::string pong;  // it is alive, and in no hurry
  append_client_frame(pong, kPong, {});
  ::send(descriptor, pong.data(), pong.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  char byte = 0;
  if (options_.kind == "slow-readers") ::recv(descriptor, &byte, 1, MSG_DONTWAIT);
}

void Crowd::on_event(std::size_t number, std::uint32_t events) {
  Abuser& abuser = abusers_[number];
  if (abuser.stage == Stage::Away || abuser.stage == Stage::Vanished) return;
  if (abuser.stage == Stage::Connecting && (events & EPOLLOUT) != 0) {
    abuser.stage = Stage::Acting;
    if (!kind_.upgrades) begin_acting(abuser);
  }
  if ((events & EPOLLIN) != 0 && !receive(abuser)) return;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return end(abuser, abuser.upgraded || !kind_.upgrades ? "cut" : "refused");
  if ((events & EPOLLOUT) != 0) send(abuser);
  watch(number, EPOLL_CTL_MOD);
}

bool Crowd::receive(Abuser& abuser) {
  const ssize_t got = ::recv(abuser.socket.number(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) {
    end(abuser, abuser.upgraded || !kind_.upgrades ? "cut" : "refused");
    return false;
  }
  abuser.held.append(buffer_.data(), static_cast<std::size_t>(got));
  if (!abuser.upgraded) {
    const std::size_t head = abuser.held.find("\r\n\r\n");
    if (head == std::string::npos) return true;
    if (!kind_.upgrades || !abuser.held.starts_with("HTTP/1.1 101")) {
      end(abuser, "refused");
      return false;
    }
    abuser.held.erase(0, head + 4);
    abuser.upgraded = true;
    abuser.since_us = now_us();
    abuser.to_send = subscriptions_;
    begin_acting(abuser);
  }
  return take_frames(abuser, abuser.held);
}

bool Crowd::take_frames(Abuser& abuser, std::string_view input) {
  while (const auto frame = take_server_frame(input)) {
    if (frame->opcode != kClose || frame->payload.size() < 2) continue;
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(frame->payload[at]); };
    end(abuser, std::to_string(byte(0) << 8 | byte(1)));
    return false;
  }
  abuser.held.erase(0, abuser.held.size() - input.size());
  return true;
}

void Crowd::send(Abuser& abuser) {
  const auto send_some = [&](std::string_view bytes) {
    const ssize_t sent = ::send(abuser.socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : std::size_t{0};
  };
  if (!abuser.to_send.empty()) {
    abuser.to_send.erase(0, send_some(abuser.to_send));
  } else if (abuser.upgraded && !kind_.flood.empty()) {
    const std::string_view flood = kind_.flood;
    abuser.flooded = (abuser.flooded + send_some(flood.substr(abuser.flooded))) % flood.size();
  }
}

void Crowd::end(Abuser& abuser, const std::string& fate) {
  if (!abuser.was_at_it) ++at_it_;
  ++fates_[fate];
  lives_us_.push_back(now_us() - abuser.since_us);
  abuser = {.was_at_it = true, .act_at_us = now_us() + options_.return_after_seconds * kSecond};
}

std::string Crowd::report() const {
  std::vector<double> lives = lives_us_;
  std::sort(lives.begin(), lives.end());
  const auto seconds = [&](double share) {
    return lives.empty() ? 0 : lives[static_cast<std::size_t>(share * static_cast<double>(lives.size() - 1))] / kSecond;
  };
  std::string fates;
  for (const auto& [fate, count] : fates_) {
    fmt::format_to(std::back_inserter(fates), R"({}"{}":{})", fates.empty() ? "" : ",", fate, count);
  }
  const auto open =
      std::count_if(abusers_.begin(), abusers_.end(), [](const Abuser& abuser) { return abuser.stage != Stage::Away; });
  return fmt::format(
      R"({{"kind":"{}","abusers":{},"connects":{},"fates":{{{}}},"open":{},"life_seconds":{{"p50":{:.3f},"max":{:.3f}}}}})"
      "\n",
      options_.kind, abusers_.size(), connects_, fates, open, seconds(0.5), seconds(1));
}

}  // namespace

void run_abuse(const AbuseOptions& options) {
  raise_file_limit();
  Crowd crowd{options};
  crowd.run();
  std::fputs(crowd.report().c_str(), stdout);
}

}  // namespace subd::bench
