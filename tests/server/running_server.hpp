#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/io_thread.hpp"
#include "server/tcp_client.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_directory.hpp"
#include "support/recording_subscriber.hpp"
#include "support/recording_ticks.hpp"
#include "support/scripted_signals.hpp"
#include "support/test_tokens.hpp"

namespace subd::server::test {

class FakeBackend final : public HttpBackend {
 public:
  [[nodiscard]] const ServiceFacts& facts() const noexcept override { return service; }
  [[nodiscard]] Readiness readiness() const override { return {reasons}; }
  [[nodiscard]] const std::string& catalogue_json() const noexcept override { return catalogue; }
  void metrics(std::function<void(std::string)> done) override {
    if (answer_metrics) {
      done("subd_up 1\n");
    } else {
      unanswered.push_back(std::move(done));
    }
  }

  void connections(std::string user, std::function<void(std::vector<ConnectionReport>)> done) override {
    std::vector<ConnectionReport> visible = open;
    std::erase_if(visible, [&](const ConnectionReport& one) { return !user.empty() && one.user != user; });
    done(std::move(visible));
  }
  void users(std::string user, std::function<void(std::vector<UserReport>)> done) override {
    std::vector<UserReport> visible;
    for (const ConnectionReport& one : open) {
      if (user.empty() || one.user == user) visible.push_back({one.user, "STARTER", one.since, 1});
    }
    done(std::move(visible));
  }

  /// Answers with what was asked: `ACTION USER/ID BODY SYMBOL TIMEFRAME HISTORY`.
  void rest(session::RestRequest request, session::RestDone done) override {
    if (rest_error) return done(*rest_error);
    done(std::to_string(static_cast<int>(request.action)) + ' ' + request.key.user + '/' + request.key.id + ' ' +
         request.body + ' ' + request.symbol + ' ' + request.timeframe + ' ' + std::to_string(request.history));
  }

  [[nodiscard]] bool takes_ingest() const noexcept override { return is_push; }
  /// Acknowledges with what was asked: `USER|QUERY|TEXT`.
  void ingest(session::IngestRequest request, std::function<void(session::IngestReply)> done) override {
    if (request.text == "bad") return done({400, "bad_request", "row must be good, got bad"});
    if (request.text == "much") return done({429, "rate_limited", "later"});
    const session::IngestReply reply{200, {}, request.user + '|' + request.query + '|' + request.text};
    if (answer_ingest) {
      done(reply);
    } else {
      unanswered_ingest.push_back([done, reply] { done(reply); });
    }
  }

  /// What was asked, as text: `stored:BODY`, `USER|TIER|SINCE|LIMIT|ETAG`, `token:USER|BODY`.
  void store_signals(std::string body, Respond respond) override { respond(json_response(200, "stored:" + body)); }
  void list_signals(SignalQuery query, Respond respond) override {
    respond(json_response(200, query.user + '|' + query.tier_claim + '|' + query.since + '|' +
                                   std::to_string(query.limit) + '|' + query.if_none_match));
  }
  void issue_token(TokenWish wish, Respond respond) override {
    respond(json_response(200, "token:" + wish.user + '|' + wish.body));
  }

  std::vector<ConnectionReport> open;
  std::optional<session::RestError> rest_error;
  bool is_push = true;
  bool answer_ingest = true;
  std::vector<std::function<void()>> unanswered_ingest;
  ServiceFacts service{"1.2.3", "sim:<b>&\"", base::UtcTime{std::chrono::milliseconds{1'700'000'000'000}}};
  std::vector<std::string> reasons;
  std::string catalogue = R"({"indicators":[]})";
  bool answer_metrics = true;
  std::vector<std::function<void(std::string)>> unanswered;
};

/// A market that answers every request at once, on the io thread of the hub that asked.
class AnsweringMarket final : public hub::MarketLink, public hub::TickLink, public channel::MarketLink {
 public:
  void attach(hub::AttachRequest request) override {
    scripted.attach(std::move(request));
    io->post([this] { io->hub().attached(scripted.answer()); });
  }
  void release(hub::Release release) override { scripted.release(std::move(release)); }
  void request(hub::TickRequest request) override {
    const bool to_answer = request.serial != 0;
    ticks.request(std::move(request));
    if (to_answer) io->post([this] { io->ticks().attached(ticks.answer()); });
  }

  void want(channel::ChannelId channel, bool wanted) override { channels.emplace_back(channel, wanted); }

  subd::test::ScriptedMarket scripted{"e1"};
  subd::test::ScriptedTicks ticks;
  std::vector<std::pair<channel::ChannelId, bool>> channels;  ///< what was wanted, in order
  IoThread* io = nullptr;
};

/// One io thread on a port of the kernel's choice. Change settings and limits before start().
class RunningServer : public testing::Test {
 protected:
  RunningServer() {
    settings.port = 0;
    settings.sweep_interval = std::chrono::milliseconds{2};
  }
  ~RunningServer() override {
    if (io) io->stop();
  }

  void start() {
    admission.emplace(settings.admission);
    const ServerContext context{settings, limits, directory, verifier, clock, backend, *admission, requests};
    auto listeners = bind_listeners(settings, 1);
    io = std::make_unique<IoThread>(context, market, market, market, signals, std::move(listeners.front()));
    market.io = io.get();
    const std::string& address = io->address();
    port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    before_start();
    io->start();
  }
  /// With the io thread made and not yet running.
  virtual void before_start() {}

  /// Runs `task` on the io thread and waits for it.
  template <class Task>
  auto on_io(Task task) {
    auto packaged = std::make_shared<std::packaged_task<decltype(task())()>>(std::move(task));
    auto result = packaged->get_future();
    io->post([packaged] { (*packaged)(); });
    if (result.wait_for(std::chrono::seconds{10}) != std::future_status::ready) {
      throw std::runtime_error{"the io thread does not answer"};
    }
    return result.get();
  }
  /// Whether `condition` comes true on the io thread; looked at once a turn, at most some thousand times.
  bool eventually(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!on_io(condition)) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      std::this_thread::yield();
    }
    return true;
  }
  void advance(std::chrono::milliseconds by) {
    on_io([&] { clock.advance(by); });
  }
  void publish(int count, bool closed) {
    on_io([&] {
      for (int i = 0; i < count; ++i) {
        const std::vector<wire::UpdatePtr> burst{market.scripted.update(wire::StreamId{1}, closed)};
        io->hub().publish(burst);
      }
    });
  }
  Counters counters() {
    return on_io([&] { return io->counters(); });
  }
  std::vector<ClosedConnection> closed_connections() {
    return on_io([&] { return io->closed_connections(); });
  }
  bool all_gone() {
    return eventually([&] { return io->counters().open_websockets == 0; });
  }

  std::string token(const std::string& user = "alice") { return subd::test::test_token(user, clock.utc_now()); }

  static std::string upgrade_request(const std::string& fields = {}, const std::string& target = "/ws/indicators") {
    return "GET " + target +
           " HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           fields + "\r\n";
  }
  std::string bearer(const std::string& user = "alice") { return "Authorization: Bearer " + token(user) + "\r\n"; }

  /// A WebSocket whose `connected` message is read.
  TcpClient connect(const std::string& user = "alice", int receive_buffer_bytes = 0) {
    TcpClient client{port, receive_buffer_bytes};
    client.send(upgrade_request(bearer(user)));
    EXPECT_NE(client.response().find("101 Switching Protocols"), std::string::npos);
    EXPECT_NE(client.text().find(R"("type":"connected")"), std::string::npos);
    return client;
  }
  /// Takes RSI of NIFTY50, replies read.
  static void subscribe(TcpClient& client) {
    client.send_text(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"]})");
    EXPECT_NE(client.text().find(R"("type":"subscribed")"), std::string::npos);
    EXPECT_NE(client.text().find(R"("type":"snapshot")"), std::string::npos);
  }
  std::string get(const std::string& target, const std::string& fields = {}, const std::string& method = "GET") {
    TcpClient client{port};
    client.send(method + " " + target + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n");
    return client.response(method == "HEAD");
  }

  Settings settings;
  session::Limits limits;
  subd::test::FakeClock clock;
  subd::test::FakeDirectory directory;
  FakeBackend backend;
  AnsweringMarket market;
  subd::test::ScriptedSignals signals;
  auth::JwtVerifier verifier = subd::test::test_verifier();
  std::optional<Admission> admission;
  session::RequestLimits requests;
  std::unique_ptr<IoThread> io;
  std::uint16_t port = 0;
};

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace subd::server::test
