#include "daemon/hub_requests.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace subd::daemon {
namespace {

using Outcome = HubRequests::Outcome;

class HubRequestsTest : public testing::Test {
 protected:
  void add(engine::HubId hub, std::string name) {
    requests.add(hub, [this, name = std::move(name)] {
      if (blocked == name) return Outcome::Parked;
      served.push_back(name);
      return Outcome::Done;
    });
  }
  void serve_all() {
    while (requests.has_ready()) requests.serve_one();
  }

  HubRequests requests;
  std::string blocked;
  std::vector<std::string> served;
};

TEST_F(HubRequestsTest, TheHubsTakeTurnsAndEachKeepsItsOrder) {
  for (const char* name : {"a1", "a2", "a3"}) add(0, name);
  for (const char* name : {"b1", "b2"}) add(7, name);
  serve_all();
  EXPECT_EQ(served, (std::vector<std::string>{"a1", "b1", "a2", "b2", "a3"}));
}

TEST_F(HubRequestsTest, AParkedRequestHoldsItsHubAndNoOther) {
  blocked = "a1";
  add(0, "a1");
  add(0, "a2");
  add(1, "b1");
  serve_all();
  add(0, "a3");
  add(1, "b2");
  serve_all();
  EXPECT_EQ(served, (std::vector<std::string>{"b1", "b2"}));
  blocked.clear();
  requests.resume(0);
  serve_all();
  EXPECT_EQ(served, (std::vector<std::string>{"b1", "b2", "a1", "a2", "a3"}));
}

TEST_F(HubRequestsTest, ARequestMayParkAgain) {
  blocked = "a1";
  add(0, "a1");
  serve_all();
  requests.resume(0);
  serve_all();
  EXPECT_TRUE(served.empty());
  blocked.clear();
  requests.resume(0);
  serve_all();
  EXPECT_EQ(served, (std::vector<std::string>{"a1"}));
  EXPECT_FALSE(requests.has_ready());
}

}  // namespace
}  // namespace subd::daemon
