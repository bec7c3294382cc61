#include "tls/session.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <future>
#include <optional>
#include <string>

#include "support/test_certificate.hpp"
#include "support/tls_client.hpp"

namespace subd::tls {
namespace {

using test::TlsClient;

/// A session on one end of a pair of sockets, a client on the other.
class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets_.data()), 0);
    ::fcntl(sockets_[0], F_SETFL, O_NONBLOCK);
    const int small = 4096;
    ::setsockopt(sockets_[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    session.emplace(**Identity::load({certificate.certificate(), certificate.key(), Version::Tls12}, kNow),
                    sockets_[0]);
    client.emplace(sockets_[1]);
  }
  ~SessionTest() override {
    for (const int socket : sockets_) ::close(socket);
  }

  void wait_for(Outcome outcome) {
    pollfd wanted{sockets_[0], static_cast<short>(outcome == Outcome::WantsRoom ? POLLOUT : POLLIN), 0};
    ASSERT_EQ(::poll(&wanted, 1, 10'000), 1);
  }
  /// Both sides; what came of it here.
  Outcome shake_hands() {
    auto other_side = std::async(std::launch::async, [this] {
      const bool done = client->shake_hands();
      if (!done) ::shutdown(sockets_[1], SHUT_RDWR);
      return done;
    });
    Outcome outcome = session->shake_hands();
    while (outcome == Outcome::WantsInput || outcome == Outcome::WantsRoom) {
      wait_for(outcome);
      outcome = session->shake_hands();
    }
    if (outcome != Outcome::Done) ::shutdown(sockets_[0], SHUT_RDWR);
    EXPECT_EQ(other_side.get(), outcome == Outcome::Done);
    return outcome;
  }

  static inline const base::UtcTime kNow{std::chrono::seconds{1'800'000'000}};
  const test::TestCertificate certificate;
  std::optional<Session> session;
  std::optional<TlsClient> client;
  std::array<int, 2> sockets_{};
};

TEST_F(SessionTest, SpeaksTheNewestVersionAndNamesTheProtocol) {
  client->offer_protocols("\x02h2\x08http/1.1");
  ASSERT_EQ(shake_hands(), Outcome::Done);
  EXPECT_EQ(session->version(), "TLSv1.3");
  EXPECT_EQ(client->protocol(), "http/1.1");
  EXPECT_EQ(client->server_name(), "subd.test");
}

TEST_F(SessionTest, SpeaksTls12WithForwardSecrecyOnly) {
  client->offer_versions(TLS1_2_VERSION, TLS1_2_VERSION);
  ASSERT_EQ(shake_hands(), Outcome::Done);
  EXPECT_EQ(session->version(), "TLSv1.2");
}

TEST_F(SessionTest, RefusesWhatIsTooOld) {
  client->offer_versions(TLS1_VERSION, TLS1_1_VERSION);
  EXPECT_EQ(shake_hands(), Outcome::Broken);
  EXPECT_EQ(Session::failure(), "unsupported protocol");
}

TEST_F(SessionTest, RefusesCiphersWithoutForwardSecrecy) {
  client->offer_versions(TLS1_2_VERSION, TLS1_2_VERSION);
  client->offer_ciphers("AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA");
  EXPECT_EQ(shake_hands(), Outcome::Broken);
  EXPECT_EQ(Session::failure(), "no shared cipher");
}

TEST_F(SessionTest, RefusesAClientThatSpeaksAnotherProtocol) {
  client->offer_protocols("\x02h2");
  EXPECT_EQ(shake_hands(), Outcome::Broken);
}

TEST_F(SessionTest, AClientCannotRenegotiate) {
  client->offer_versions(TLS1_2_VERSION, TLS1_2_VERSION);
  ASSERT_EQ(shake_hands(), Outcome::Done);
  auto other_side = std::async(std::launch::async, [this] { return client->renegotiates(); });
  wait_for(Outcome::WantsInput);
  std::array<char, 65'536> buffer;
  EXPECT_NE(session->read(buffer).outcome, Outcome::Done);
  ::shutdown(sockets_[0], SHUT_RDWR);
  EXPECT_FALSE(other_side.get());
}

TEST_F(SessionTest, AFullSocketTakesTheRestLaterFromAnotherPlace) {
  ASSERT_EQ(shake_hands(), Outcome::Done);
  std::string sent(200'000, 'a');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>('a' + i % 23);
  auto other_side = std::async(std::launch::async, [this, size = sent.size()] {
    std::string all;
    while (all.size() < size) {
      const std::string piece = client->receive();
      if (piece.empty()) break;
      all += piece;
    }
    return all;
  });
  std::size_t done = 0;
  int times_full = 0;
  while (done < sent.size()) {
    const std::string moved{sent.substr(done)};
    const Transfer part = session->write(moved);
    done += part.bytes;
    if (part.outcome == Outcome::Done) break;
    ASSERT_EQ(part.outcome, Outcome::WantsRoom);
    ++times_full;
    wait_for(part.outcome);
  }
  EXPECT_EQ(other_side.get(), sent);
  EXPECT_GT(times_full, 0);
}

TEST_F(SessionTest, ASmallBufferLeavesInputThatTheSocketDoesNotTellOf) {
  ASSERT_EQ(shake_hands(), Outcome::Done);
  ASSERT_TRUE(client->send("one record"));
  wait_for(Outcome::WantsInput);
  std::array<char, 3> buffer;
  ASSERT_EQ(session->read(buffer).bytes, 3u);
  EXPECT_TRUE(session->holds_input());
  std::array<char, 64> rest;
  EXPECT_EQ(session->read(rest).bytes, 7u);
  EXPECT_FALSE(session->holds_input());
  EXPECT_EQ(session->read(rest).outcome, Outcome::WantsInput);
}

TEST_F(SessionTest, NewKeysChangeNothingElse) {
  ASSERT_EQ(shake_hands(), Outcome::Done);
  client->change_keys();
  ASSERT_TRUE(client->send("ping"));
  std::array<char, 64> buffer;
  Transfer got = session->read(buffer);
  while (got.outcome == Outcome::WantsInput) {
    wait_for(Outcome::WantsInput);
    got = session->read(buffer);
  }
  ASSERT_EQ(got.bytes, 4u);
  ASSERT_EQ(session->write("pong").outcome, Outcome::Done);
  EXPECT_EQ(client->receive(), "pong");
}

TEST_F(SessionTest, EachSideTellsItsEnd) {
  ASSERT_EQ(shake_hands(), Outcome::Done);
  session->say_end();
  EXPECT_EQ(client->receive(), "");
  EXPECT_TRUE(client->was_told_the_end());
  client.reset();
  ::shutdown(sockets_[1], SHUT_WR);
  std::array<char, 64> buffer;
  EXPECT_EQ(session->read(buffer).outcome, Outcome::Ended);
}

}  // namespace
}  // namespace subd::tls
