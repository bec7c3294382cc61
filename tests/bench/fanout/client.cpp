#include "fanout/client.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <ctime>

#include "fanout/frames.hpp"

namespace subd::bench {
namespace {

constexpr std::size_t kTicksPerMessage = 300;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
constexpr std::chrono::seconds kConnectPatience{60};

}  // namespace

/// What the dialect finds, for the ledger.
class Client::TabReceiver final : public Receiver {
 public:
  TabReceiver(Client& client, std::size_t tab) : client_{client}, tab_{tab} {}
  void market_message(std::string_view text) override {
    client_.ledger_.market_message(tab_, text, client_.received_us_);
  }
  void reply(std::string_view text) override { client_.ledger_.reply(tab_, text); }
  void answer() override {
    std::size_t& left = client_.tabs_[tab_].answers_left;
    if (left > 0 && --left == 0) ++client_.answered_;
  }

 private:
  Client& client_;
  std::size_t tab_;
};

Client::Client(const Plan& plan, const Dialect& dialect, Ledger& ledger, Windows& windows, Ports ports)
    : plan_{plan},
      dialect_{dialect},
      ledger_{ledger},
      windows_{windows},
      ports_{ports},
      tls_{ports.tls != 0 ? make_client_tls() : nullptr},
      epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      tabs_(plan.tabs.size() + 1),
      publisher_{plan.tabs.size()},
      seq_(plan.streams),
      buffer_(kBufferBytes) {}

double Client::now_us() const {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start_).count();
}

void Client::open(std::size_t tab) {
  const bool through_tls = tls_ && tab != publisher_;
  Stream& stream = tabs_[tab].stream;
  stream = through_tls ? Stream{ports_.tls, tls_.get()} : Stream{ports_.plain, nullptr};
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tab;
  require(::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, stream.number(), &event) == 0, "epoll_ctl");
  shake_hands(tab);
}

void Client::shake_hands(std::size_t tab) {
  Tab& opened = tabs_[tab];
  if (!opened.stream.shake_hands()) return;
  opened.stage = Stage::Upgrading;
  opened.stream.send_all(tab == publisher_ ? dialect_.publisher_upgrade() : dialect_.upgrade());
}

void Client::connect_tabs(std::size_t connecting, bool subscribing) {
  subscribing_ = subscribing;
  const auto give_up = std::chrono::steady_clock::now() + kConnectPatience;
  std::size_t next = 0;
  const auto done = [&] { return subscribing ? answered_ : opened_; };
  while (done() < publisher_) {
    while (next < publisher_ && next - done() < connecting) open(next++);
    turn(std::chrono::milliseconds{10});
    if (std::chrono::steady_clock::now() > give_up) {
      throw std::runtime_error{"only " + std::to_string(done()) + " of " + std::to_string(publisher_) +
                               " tabs are connected after a minute"};
    }
  }
}

void Client::connect(std::size_t connecting) {
  connect_tabs(connecting, true);
  open(publisher_);
  while (tabs_[publisher_].stage != Stage::Open) turn(std::chrono::milliseconds{10});
}

void Client::connect_idle(std::size_t connecting) {
  connect_tabs(connecting, false);
}

void Client::upgraded(std::size_t tab) {
  Tab& opened = tabs_[tab];
  opened.stage = Stage::Open;
  if (tab == publisher_) {
    opened.stream.send_all(dialect_.publisher_hello());
    return;
  }
  ++opened_;
  if (!subscribing_) return;
  opened.answers_left = dialect_.answers(plan_.tabs[tab].size());
  if (opened.answers_left == 0) ++answered_;
  opened.stream.send_all(dialect_.subscriptions(plan_.tabs[tab]));
}

std::size_t Client::encrypted() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(tabs_.begin(), tabs_.end(), [](const Tab& tab) { return tab.stream.is_encrypted(); }));
}

void Client::subscribe(std::size_t tab, std::string_view frames) {
  tabs_[tab].stream.send_all(frames);
}

void Client::turn(std::chrono::nanoseconds wait) {
  std::array<epoll_event, 512> events;
  const std::int64_t left = std::max<std::int64_t>(0, wait.count());
  const timespec limit{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
  const int ready = ::epoll_pwait2(epoll_.number(), events.data(), static_cast<int>(events.size()), &limit, nullptr);
  for (int i = 0; i < ready; ++i) receive(static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64));
}

void Client::receive(std::size_t tab) {
  Tab& from = tabs_[tab];
  if (from.stage == Stage::ShakingHands) return shake_hands(tab);
  const std::size_t before = from.held.size();
  std::copy(from.held.begin(), from.held.end(), buffer_.begin());
  const ssize_t got = from.stream.receive(std::span{buffer_}.subspan(before));
  if (got < 0) return;
  if (got == 0) throw std::runtime_error{"the server ended the connection of tab " + std::to_string(tab)};
  received_us_ = now_us();
  std::string_view input{buffer_.data(), before + static_cast<std::size_t>(got)};
  if (from.stage == Stage::Upgrading) {
    const std::size_t end = input.find("\r\n\r\n");
    if (end != std::string_view::npos) {
      if (!input.starts_with("HTTP/1.1 101")) {
        throw std::runtime_error{"the upgrade was answered with " + std::string{input.substr(0, input.find('\r'))}};
      }
      input.remove_prefix(end + 4);
      upgraded(tab);
    }
  }
  if (from.stage == Stage::Open) take_frames(tab, input);
  from.held.assign(input);
}

void Client::take_frames(std::size_t tab, std::string_view& input) {
  TabReceiver receiver{*this, tab};
  while (const auto frame = take_server_frame(input)) {
    switch (frame->opcode) {
      case kPing: {
        std::string pong;
        append_client_frame(pong, kPong, frame->payload);
        tabs_[tab].stream.send_all(pong);
        break;
      }
      case kPong:
        break;
      case kClose:
        throw std::runtime_error{"the server closed the WebSocket of tab " + std::to_string(tab) + ": " +
                                 std::string{frame->payload.substr(std::min<std::size_t>(2, frame->payload.size()))}};
      default:
        if (tab != publisher_) {
          dialect_.take(frame->payload, tabs_[tab].inner, receiver);
        } else if (frame->payload.find(R"("problems":[{)") != std::string_view::npos) {
          throw std::runtime_error{"the publisher is told: " + std::string{frame->payload.substr(0, 400)}};
        }
    }
  }
}

void Client::publish(std::uint32_t burst, double sent_us) {
  for (const std::uint16_t stream : plan_.bursts[burst]) ticks_.push_back({stream, ++seq_[stream], sent_us});
  windows_.published(burst);
  ++publications_;
}

void Client::flush() {
  // As many at a time as fit a message of every server.
  for (std::span<const Publication> left = ticks_; !left.empty();) {
    const auto piece = left.first(std::min(left.size(), kTicksPerMessage));
    out_.clear();
    dialect_.publish(out_, piece);
    send_as_publisher(out_);
    left = left.subspan(piece.size());
  }
  ticks_.clear();
}

void Client::send_as_publisher(std::string_view bytes) {
  tabs_[publisher_].stream.send_all(bytes);
}

}  // namespace subd::bench
