#include "control/client.hpp"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "control/fake_backend.hpp"
#include "control/server.hpp"
#include "support/temporary_directory.hpp"

namespace subd::control {
namespace {

class ControlClient : public ::testing::Test {
 protected:
  void serve() {
    auto server = Server::open(path_, backend_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    server_->start();
  }

  test::TemporaryDirectory directory_;
  std::string path_ = directory_.file("control.sock");
  test::FakeBackend backend_;
  std::unique_ptr<Server> server_;
};

TEST_F(ControlClient, ReadsAnAnswer) {
  serve();
  Client client{{path_}};
  const auto answer = client.read("/v1/status");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->content_type, "application/json");
  EXPECT_EQ(nlohmann::json::parse(answer->body).at("pid"), 4711);
  EXPECT_EQ(client.path(), path_);
}

TEST_F(ControlClient, SendsABody) {
  serve();
  Client client{{path_}};
  const auto answer = client.request("PUT", "/v1/loglevel", R"({"level":"debug"})");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, R"({"level":"debug"})");
}

TEST_F(ControlClient, ErrorStatusIsAnAnswer) {
  serve();
  const auto answer = Client{{path_}}.read("/v1/sessions/" + percent_encoded("ws/no body"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 404);
  EXPECT_NE(answer->body.find("no session ws/no body"), std::string::npos);
}

TEST_F(ControlClient, BodyBeyondTheLimitStillGetsTheAnswer) {
  serve();
  const auto answer = Client{{path_}}.request("POST", "/v1/tokens", std::string(4'000'000, 'x'));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 413);
}

TEST_F(ControlClient, FileMayBeLargerThanOtherBodies) {
  serve();
  const auto answer =
      Client{{path_}}.request("POST", "/v1/instruments/import", std::string(4'000'000, 'x'), "text/csv");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(backend_.last_file.size(), 4'000'000U);
}

TEST_F(ControlClient, TakesTheFirstPathThatListens) {
  serve();
  Client client{{directory_.file("none.sock"), path_}};
  ASSERT_TRUE(client.read("/v1/status"));
  EXPECT_EQ(client.path(), path_);
}

TEST_F(ControlClient, NamesEveryPathThatWasTried) {
  const std::string stale = directory_.file("stale.sock");
  const int left_behind = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(stale.begin(), stale.end(), address.sun_path);
  ASSERT_EQ(::bind(left_behind, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(left_behind);

  const auto answer = Client{{path_, stale}}.read("/v1/status");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ClientError::Kind::Unavailable);
  EXPECT_EQ(answer.error().message,
            "is subd running? tried " + path_ + " (no such file), " + stale + " (nobody listens)");
}

TEST_F(ControlClient, PathThatNoSocketCanHaveIsUnavailable) {
  const auto answer = Client{{"/tmp/" + std::string(200, 'x')}}.read("/v1/status");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ClientError::Kind::Unavailable);
}

TEST_F(ControlClient, SilenceIsATimeout) {
  const auto listening = SocketFile::claim(path_);  // its backlog accepts, nobody answers
  ASSERT_TRUE(listening);
  const auto answer = Client{{path_}, std::chrono::milliseconds{50}}.read("/v1/status");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ClientError::Kind::Timeout);
  EXPECT_EQ(answer.error().message, "no answer from " + path_ + " within 50 ms");
}

TEST_F(ControlClient, AnswerThatIsNotHttpIsBad) {
  const auto listening = SocketFile::claim(path_);
  ASSERT_TRUE(listening);
  ASSERT_EQ(::fcntl(listening->descriptor(), F_SETFL, 0), 0);
  std::thread stranger{[&listening] {
    const int connected = ::accept(listening->descriptor(), nullptr, nullptr);
    (void)::send(connected, "220 mail ready\r\n\r\n", 18, MSG_NOSIGNAL);
    char buffer[4096];
    (void)::recv(connected, buffer, sizeof buffer, 0);
    ::close(connected);
  }};
  const auto answer = Client{{path_}}.read("/v1/status");
  stranger.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ClientError::Kind::BadAnswer);
}

TEST_F(ControlClient, SocketOfSomebodyElseIsNotPermitted) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can act as another user";
  serve();
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0755), 0);
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
    const auto answer = Client{{path_}}.read("/v1/status");
    ::_exit(!answer && answer.error().kind == ClientError::Kind::NotPermitted ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(stranger, &status, 0), stranger);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(PercentEncoded, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encoded("ws_9f-1.~"), "ws_9f-1.~");
  EXPECT_EQ(percent_encoded("a/b c%\xff"), "a%2Fb%20c%25%FF");
}

}  // namespace
}  // namespace subd::control
