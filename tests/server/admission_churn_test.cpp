#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "server/running_server.hpp"

namespace subd::server::test {
namespace {

/// Connects and leaves in one of the ways that there are; what stays open is handed over.
class Visitor {
 public:
  Visitor(std::uint16_t port, std::uint32_t seed, std::string upgrade, std::string ticks_upgrade)
      : port_{port}, random_{seed}, upgrade_{std::move(upgrade)}, ticks_upgrade_{std::move(ticks_upgrade)} {}

  void visit(std::vector<TcpClient>& stayed) {
    TcpClient client{port_};
    const std::string& request = random_() % 2 == 0 ? upgrade_ : ticks_upgrade_;
    switch (random_() % 9) {
      case 0:  // nothing said
        break;
      case 1:  // in the middle of the handshake
        client.send(request.substr(0, random_() % request.size()));
        break;
      case 2:  // reset in the middle of the handshake
        client.send(request.substr(0, random_() % request.size()));
        client.reset();
        break;
      case 3:  // no HTTP
        client.send("\x16\x03\x01 hello\r\n\r\n");
        break;
      case 4:  // a request, answered or not
        client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        if (random_() % 2 == 0) client.response();
        break;
      case 5:  // gone before the answer
        client.send(request);
        break;
      case 6:  // upgraded or refused, then reset
        client.send(request);
        client.response();
        client.reset();
        break;
      case 7:  // upgraded or refused, then closed in order
        client.send(request);
        client.response();
        client.send(ws::test::close_frame(1000));
        client.close_code();
        break;
      default:  // upgraded or refused, and stays
        client.send(request);
        client.response();
        stayed.push_back(std::move(client));
        break;
    }
  }

 private:
  std::uint16_t port_;
  std::minstd_rand random_;
  std::string upgrade_;
  std::string ticks_upgrade_;
};

class AdmissionChurnTest : public RunningServer {};

TEST_F(AdmissionChurnTest, TenThousandVisitsLeaveNothingBehind) {
  constexpr int kVisits = 10'000;
  settings.admission = {.connections = 60, .per_address = 50, .per_user = 15};
  settings.admission.per_address_of_kind[static_cast<std::size_t>(session::ClientKind::Ticks)] = 10;
  start();
  Visitor visitor{port, 20251121, upgrade_request(bearer()), upgrade_request(bearer("bob"), "/ws/ticks")};
  std::vector<TcpClient> stayed;
  for (int i = 0; i < kVisits; ++i) {
    visitor.visit(stayed);
    if (stayed.size() > 45) stayed.clear();
  }
  EXPECT_GT(counters().refused_for("user_limit"), 0u);
  EXPECT_GT(counters().refused_for("endpoint_address_limit"), 0u);
  stayed.clear();
  // Those that said nothing or half a request go by themselves, or by their time limit.
  advance(settings.handshake_timeout);
  ASSERT_TRUE(eventually([&] { return io->counters().open_http == 0 && io->counters().open_websockets == 0; }));
  EXPECT_EQ(admission->taken(), 0u);
  EXPECT_EQ(admission->counted_keys(), 0u);
  EXPECT_EQ(counters().accepted, static_cast<std::uint64_t>(kVisits));
  auto next = connect();
}

}  // namespace
}  // namespace subd::server::test
