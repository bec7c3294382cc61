#include "tls/trust.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>

#include "support/test_certificate.hpp"
#include "tls/session.hpp"

namespace subd::tls {
namespace {

using test::TestCertificate;

constexpr std::chrono::hours kYear{24 * 365};
constexpr int kMostSteps = 100;

struct Handshake {
  bool done = false;
  std::string refusal;
};

/// A client that trusts `authorities` goes to `host` and meets `server`, who believes that it is `now`.
Handshake shake_hands(const TestCertificate& server, const std::string& authorities, const std::string& host,
                      base::UtcTime now = base::UtcTime{kYear}) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> sockets{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets.data()), 0);
  const auto identity = Identity::load({server.certificate(), server.key(), Version::Tls12}, now);
  const auto trust = Trust::load(authorities);
  EXPECT_TRUE(identity && trust);
  Session session{**identity, sockets[0]};
  const Trust::ClientSide client = (*trust)->expect(host);
  SSL_set_fd(client.get(), sockets[1]);
  SSL_set_connect_state(client.get());
  Handshake out;
  for (int step = 0; step < kMostSteps && !out.done; ++step) {
    out.done = SSL_do_handshake(client.get()) == 1 && session.shake_hands() == Outcome::Done;
    static_cast<void>(session.shake_hands());
  }
  out.refusal = refusal_of_certificate(*client);
  for (const int socket : sockets) ::close(socket);
  return out;
}

void expect_refusal(const Handshake& handshake, const std::string& part) {
  EXPECT_FALSE(handshake.done);
  EXPECT_NE(handshake.refusal.find(part), std::string::npos) << handshake.refusal;
}

TEST(Trust, TakesACertificateThatItKnowsForTheHost) {
  const TestCertificate server{"api.example.com"};
  const Handshake handshake = shake_hands(server, server.certificate(), "api.example.com");
  EXPECT_TRUE(handshake.done);
  EXPECT_EQ(handshake.refusal, "");
}

TEST(Trust, RefusesWhatNobodyVouchesFor) {
  const TestCertificate server{"api.example.com"};
  const TestCertificate other{"other.example.com"};
  expect_refusal(shake_hands(server, other.certificate(), "api.example.com"), "unknown issuer (self-signed");
  expect_refusal(shake_hands(server, {}, "api.example.com"), "unknown issuer (self-signed");
}

TEST(Trust, RefusesACertificateOfAnotherHost) {
  const TestCertificate server{"api.example.com"};
  expect_refusal(shake_hands(server, server.certificate(), "www.example.com"), "made for another name");
  expect_refusal(shake_hands(server, server.certificate(), "127.0.0.1"), "made for another name");
  expect_refusal(shake_hands(server, server.certificate(), "::1"), "made for another name");
}

TEST(Trust, RefusesACertificateThatHasEnded) {
  const TestCertificate server{"api.example.com", base::UtcTime{}, base::UtcTime{2 * kYear}};
  expect_refusal(shake_hands(server, server.certificate(), "api.example.com"), "expired");
}

TEST(Trust, SaysWhatAFileMustBe) {
  const TestCertificate made;
  for (const auto& [file, part] : {std::pair{std::string{"/nonexistent/ca.pem"}, "No such file"},
                                   {made.key(), "must be a file of PEM certificates"}}) {
    const auto trust = Trust::load(file);
    ASSERT_FALSE(trust) << file;
    EXPECT_NE(trust.error().find(part), std::string::npos) << trust.error();
  }
}

}  // namespace
}  // namespace subd::tls
