#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "server/running_server.hpp"
#include "support/test_certificate.hpp"
#include "support/tls_client.hpp"

namespace subd::server::test {
namespace {

using subd::test::TestCertificate;
using subd::test::TlsClient;

std::shared_ptr<const tls::Identity> identity_of(const TestCertificate& made) {
  return *tls::Identity::load({made.certificate(), made.key(), tls::Version::Tls12}, base::SystemClock{}.utc_now());
}

/// A client that came for TLS.
struct TlsPeer {
  explicit TlsPeer(std::uint16_t port) : tcp{port}, tls{tcp.descriptor()} {}

  /// Reads on until `part` has come, or the end.
  bool receives(std::string_view part) {
    while (!contains(received, part)) {
      const std::string more = tls.receive();
      if (more.empty()) return false;
      received += more;
    }
    return true;
  }

  TcpClient tcp;
  TlsClient tls;
  std::string received;
};

class TlsSocketTest : public RunningServer {
 protected:
  TlsSocketTest() { std::signal(SIGPIPE, SIG_IGN); }

  void before_start() override {
    auto listeners = bind_listeners(settings, 1);
    const std::string address = listeners.front().address();
    tls_port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    io->serve_tls(std::move(listeners.front()), identity_of(certificate));
  }

  std::unique_ptr<TlsPeer> shake_hands() {
    auto peer = std::make_unique<TlsPeer>(tls_port);
    EXPECT_TRUE(peer->tls.shake_hands());
    return peer;
  }
  std::unique_ptr<TlsPeer> connect_tls() {
    auto peer = shake_hands();
    EXPECT_TRUE(peer->tls.send(upgrade_request(bearer())));
    EXPECT_TRUE(peer->receives(R"("type":"connected")"));
    return peer;
  }

  const TestCertificate certificate;
  std::uint16_t tls_port = 0;
};

TEST_F(TlsSocketTest, AnswersRequestsBesideThePlainListener) {
  start();
  auto peer = shake_hands();
  for (int i = 0; i < 3; ++i) {
    peer->received.clear();
    ASSERT_TRUE(peer->tls.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n"));
    EXPECT_TRUE(peer->receives("\r\n\r\nok\n")) << peer->received;
  }
  ASSERT_TRUE(peer->tls.send("GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(peer->receives("never"));
  EXPECT_TRUE(peer->tls.was_told_the_end());
  EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
  EXPECT_EQ(counters().tls.finished, 1u);
}

TEST_F(TlsSocketTest, CarriesASession) {
  start();
  auto peer = connect_tls();
  ASSERT_TRUE(peer->tls.send(
      ws::test::text_frame(R"({"type":"subscribe","symbol":"NIFTY50","timeframe":"1min","indicators":["RSI"]})")));
  ASSERT_TRUE(peer->receives(R"("type":"snapshot")"));
  publish(1, true);
  EXPECT_TRUE(peer->receives(R"({"seq":1,)")) << peer->received;
}

TEST_F(TlsSocketTest, WhatComesInTheRecordOfTheUpgradeIsNotLost) {
  start();
  auto peer = shake_hands();
  const std::string padding = "X-Padding: " + std::string(2000, 'a') + "\r\n";
  ASSERT_TRUE(peer->tls.send(upgrade_request(bearer() + padding) + ws::test::text_frame(R"({"type":"list","id":1})")));
  EXPECT_TRUE(peer->receives(R"({"type":"subscriptions","id":1)")) << peer->received;
}

TEST_F(TlsSocketTest, ANewIdentityIsForThoseThatComeAfterIt) {
  start();
  auto before = connect_tls();
  EXPECT_EQ(before->tls.server_name(), "subd.test");
  const TestCertificate renewed{"renewed.test"};
  on_io([&] { io->set_identity(identity_of(renewed)); });
  auto after = connect_tls();
  EXPECT_EQ(after->tls.server_name(), "renewed.test");
  for (TlsPeer* peer : {before.get(), after.get()}) {
    ASSERT_TRUE(peer->tls.send(ws::test::text_frame(R"({"type":"list","id":7})")));
    EXPECT_TRUE(peer->receives(R"({"type":"subscriptions","id":7)"));
  }
  EXPECT_EQ(counters().certificate_ends_at, identity_of(renewed)->ends_at());
}

TEST_F(TlsSocketTest, UnfinishedHandshakesAreBounded) {
  settings.admission.handshakes = 3;
  start();
  std::vector<TcpClient> silent;
  for (int i = 0; i < 3; ++i) silent.emplace_back(tls_port);
  ASSERT_TRUE(eventually([&] { return io->counters().tls.unfinished == 3; }));
  EXPECT_TRUE(TcpClient{tls_port}.at_end());
  EXPECT_TRUE(contains(get("/healthz"), "200 OK"));
  EXPECT_EQ(counters().refused_for("tls_handshake_limit"), 1u);

  silent.pop_back();
  ASSERT_TRUE(eventually([&] { return io->counters().tls.failed == 1; }));
  connect_tls();
  EXPECT_EQ(counters().tls.unfinished, 2u);
}

TEST_F(TlsSocketTest, OneAddressHasItsShareOfThem) {
  settings.admission.handshakes_per_address = 1;
  start();
  const TcpClient silent{tls_port};
  ASSERT_TRUE(eventually([&] { return io->counters().tls.unfinished == 1; }));
  EXPECT_TRUE(TcpClient{tls_port}.at_end());
  EXPECT_EQ(counters().refused_for("tls_handshake_address_limit"), 1u);
}

TEST_F(TlsSocketTest, AHandshakeEndsInTimeOrNotAtAll) {
  start();
  TcpClient silent{tls_port};
  ASSERT_TRUE(eventually([&] { return io->counters().tls.unfinished == 1; }));
  advance(settings.tls_handshake_timeout);
  EXPECT_TRUE(silent.at_end());
  EXPECT_EQ(counters().tls.timed_out, 1u);
  EXPECT_EQ(counters().tls.unfinished, 0u);
  EXPECT_EQ(on_io([&] { return admission->counted_keys(); }), 0u);
}

TEST_F(TlsSocketTest, WhoDoesNotSpeakTlsIsTurnedAway) {
  start();
  TcpClient plain{tls_port};
  plain.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_FALSE(contains(plain.response(), "200 OK"));
  EXPECT_EQ(counters().tls.failed, 1u);
}

TEST_F(TlsSocketTest, AnEndInOrderIsToldThroughTls) {
  start();
  auto peer = connect_tls();
  io->drain({"shutdown", std::chrono::milliseconds{0}, std::chrono::seconds{30}});
  EXPECT_TRUE(peer->receives(R"("type":"goodbye")")) << peer->received;
  EXPECT_FALSE(peer->receives("never"));
  EXPECT_TRUE(peer->tls.was_told_the_end());
}

}  // namespace
}  // namespace subd::server::test
