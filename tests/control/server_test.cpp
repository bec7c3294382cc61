#include "control/server.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "control/fake_backend.hpp"
#include "control/raw_client.hpp"
#include "support/temporary_directory.hpp"

namespace subd::control {
namespace {

using namespace std::string_literals;

constexpr const char* kGetStatus = "GET /v1/status HTTP/1.1\r\nHost: subd\r\n\r\n";

class ControlServer : public ::testing::Test {
 protected:
  void serve(ServerLimits limits = {}) {
    auto server = Server::open(path_, backend_, limits);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    server_->start();
  }

  // What a client gets that sends `bytes` and then reads until the server closes.
  std::string exchange(std::string_view bytes) {
    test::RawClient client{path_};
    client.send(bytes);
    std::string text = client.read_to_end();
    EXPECT_TRUE(client.closed) << "the server keeps the connection";
    return text;
  }

  void expect_alive() {
    test::RawClient client{path_};
    client.send(kGetStatus);
    EXPECT_EQ(client.read_until("\r\n"), "HTTP/1.1 200 OK\r\n");
  }

  test::TemporaryDirectory directory_;
  std::string path_ = directory_.file("control.sock");
  test::FakeBackend backend_;
  std::unique_ptr<Server> server_;
};

TEST_F(ControlServer, AnswersOverTheSocket) {
  serve();
  const std::string text = exchange("GET /v1/loglevel HTTP/1.1\r\nHost: subd\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(text.substr(0, 17), "HTTP/1.1 200 OK\r\n");
  EXPECT_NE(text.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(text.find("Cache-Control: no-store\r\n"), std::string::npos);
  EXPECT_NE(text.find("{\"level\":\"info\"}"), std::string::npos);
}

TEST_F(ControlServer, KeepsTheConnectionForTheNextRequest) {
  serve();
  test::RawClient client{path_};
  const std::string request = "GET /v1/loglevel HTTP/1.1\r\nHost: subd\r\n\r\n";
  client.send(request + request);  // the second one already waits
  EXPECT_NE(client.read_until("{\"level\":\"info\"}").find("200 OK"), std::string::npos);
  EXPECT_NE(client.read_until("{\"level\":\"info\"}").find("200 OK"), std::string::npos);
}

TEST_F(ControlServer, WrongMethodNamesTheAllowedOnes) {
  serve();
  const std::string text = exchange("DELETE /v1/loglevel HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(text.substr(0, 34), "HTTP/1.1 405 Method Not Allowed\r\nS");
  EXPECT_NE(text.find("Allow: GET, PUT\r\n"), std::string::npos);
}

TEST_F(ControlServer, GarbageIsRefusedAndHarmsNobody) {
  serve();
  for (const std::string& garbage :
       {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n"s, std::string(100, '\0'),
        std::string{"GET /v1/status SMTP/1.0\r\n\r\n"}, std::string{"GET /v1/status HTTP/1.1\r\nbad header\r\n\r\n"},
        std::string{"POST /v1/tokens HTTP/1.1\r\nContent-Length: minus one\r\n\r\n"}}) {
    const std::string text = exchange(garbage);
    EXPECT_EQ(text.substr(0, 26), "HTTP/1.1 400 Bad Request\r\n");
    EXPECT_NE(text.find("\"code\":\"bad_http\""), std::string::npos);
  }
  expect_alive();
}

TEST_F(ControlServer, LargeHeaderIsRefused) {
  serve();
  const std::string text = exchange("GET /v1/status HTTP/1.1\r\nX-Filler: " + std::string(9'000, 'x') + "\r\n\r\n");
  EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 431");
  EXPECT_NE(text.find("at most 8192 bytes"), std::string::npos);
  expect_alive();
}

TEST_F(ControlServer, LargeBodyIsRefusedBeforeItIsRead) {
  serve();
  const std::string text = exchange("POST /v1/tokens HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 413");
  EXPECT_NE(text.find("\"code\":\"body_too_large\""), std::string::npos);
  expect_alive();
}

TEST_F(ControlServer, LargeChunkedBodyIsRefused) {
  serve();
  const std::string text = exchange("POST /v1/tokens HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11000\r\n" +
                                    std::string(0x11000, 'x') + "\r\n0\r\n\r\n");
  EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 413") << text;
  expect_alive();
}

TEST_F(ControlServer, BodyAtTheLimitIsRead) {
  serve();
  const std::string body = R"({"user":"alice","filler":")" + std::string(65'536 - 28, 'x') + R"("})";
  ASSERT_EQ(body.size(), 65'536U);
  const std::string text =
      exchange("POST /v1/tokens HTTP/1.1\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body);
  EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 200") << text;
}

TEST_F(ControlServer, SilentAndSlowClientsAreLetGo) {
  serve({.idle = std::chrono::milliseconds{50}});
  EXPECT_EQ(exchange(""), "");
  EXPECT_EQ(exchange("GET /v1/sta"), "");
  expect_alive();
}

TEST_F(ControlServer, OneConnectionTooManyIsToldSo) {
  serve({.connections = 2});
  test::RawClient first{path_};
  test::RawClient second{path_};
  for (test::RawClient* client : {&first, &second}) {
    client->send(kGetStatus);
    EXPECT_EQ(client->read_until("\r\n"), "HTTP/1.1 200 OK\r\n");
  }
  EXPECT_NE(exchange("").find("too many connections to the control socket, 2 are allowed"), std::string::npos);
}

TEST_F(ControlServer, PlaceOfAnEndedConnectionIsFree) {
  serve({.connections = 1});
  for (int round = 0; round < 5; ++round) {
    const std::string text = exchange("GET /v1/loglevel HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 200");
  }
}

TEST_F(ControlServer, SecondServerIsRefused) {
  serve();
  test::FakeBackend other;
  const auto second = Server::open(path_, other);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, SocketError::Reason::InUse);
  expect_alive();
}

TEST_F(ControlServer, StopClosesConnectionsAndRemovesTheFile) {
  serve();
  test::RawClient client{path_};
  client.send(kGetStatus);
  EXPECT_EQ(client.read_until("\r\n"), "HTTP/1.1 200 OK\r\n");
  server_->stop();
  (void)client.read_to_end();
  EXPECT_TRUE(client.closed);
  EXPECT_FALSE(std::filesystem::exists(path_));
  server_->stop();
}

TEST_F(ControlServer, PathIsFreeAfterStop) {
  serve();
  server_->stop();
  serve();
  expect_alive();
}

TEST_F(ControlServer, StrangerIsForbiddenEvenWithFilePermission) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can act as another user";
  serve();
  ASSERT_EQ(::chmod(path_.c_str(), 0666), 0);
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0755), 0);
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
    test::RawClient client{path_};
    client.send(kGetStatus);
    const std::string text = client.read_to_end();
    ::_exit(text.substr(0, 12) == "HTTP/1.1 403" && text.find("not_permitted") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(stranger, &status, 0), stranger);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace subd::control
