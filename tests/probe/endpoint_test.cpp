#include "probe/endpoint.hpp"

#include <gtest/gtest.h>

#include "tls/trust.hpp"

namespace subd::probe {
namespace {

TEST(Endpoint, ReadsHostPortAndPrefix) {
  const auto plain = parse_endpoint("ws://127.0.0.1:8081");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 8081);
  EXPECT_EQ(plain->url(), "ws://127.0.0.1:8081/ws/indicators");

  const auto proxied = parse_endpoint("ws://proxy.example:80/market/feed/");
  ASSERT_TRUE(proxied);
  EXPECT_EQ(proxied->url(), "ws://proxy.example:80/market/feed/ws/indicators");

  const auto v6 = parse_endpoint("ws://[::1]:9");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->authority(), "[::1]:9");
}

TEST(Endpoint, KnowsWhenTlsIsAskedFor) {
  EXPECT_TRUE(is_wss("wss://h:1"));
  EXPECT_FALSE(is_wss("ws://wss:1"));
  auto endpoint = parse_endpoint("wss://h:1/p/ws/indicators");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->prefix, "/p");
  EXPECT_EQ(endpoint->origin(), "http://h:1");
  endpoint->trust = *tls::Trust::load({});
  EXPECT_EQ(endpoint->origin(), "https://h:1");
  EXPECT_EQ(endpoint->url("/ws/ticks"), "wss://h:1/p/ws/ticks");
}

TEST(Endpoint, TakesTheWholeAddressOfTheSocketAsWell) {
  EXPECT_EQ(parse_endpoint("ws://h:1/ws/indicators")->url(), "ws://h:1/ws/indicators");
  EXPECT_EQ(parse_endpoint("ws://h:1/p/ws/indicators")->prefix, "/p");
}

TEST(Endpoint, SaysWhatIsWrong) {
  for (const auto& [url, why] : {std::pair{"http://h:1", "scheme"},
                                 {"wss://h", "no port; it looks like wss://"},
                                 {"ws://h", "no port"},
                                 {"ws://h:0", "65535"},
                                 {"ws://h:x", "65535"},
                                 {"ws://:1", "no host"},
                                 {"ws://[::1]", "no port"},
                                 {"ws://u@h:1", "host"},
                                 {"ws://h:1/a?b=c", "plain path"}}) {
    const auto endpoint = parse_endpoint(url);
    ASSERT_FALSE(endpoint) << url;
    EXPECT_NE(endpoint.error().text.find(why), std::string::npos) << endpoint.error().text;
    EXPECT_NE(endpoint.error().text.find(url), std::string::npos);
  }
}

}  // namespace
}  // namespace subd::probe
