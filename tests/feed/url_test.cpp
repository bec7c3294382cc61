#include "feed/url.hpp"

#include <gtest/gtest.h>

namespace subd::feed {
namespace {

std::string described(std::string_view text) {
  const auto url = parse_url(text, "ws", "wss");
  return url ? (url->tls ? "tls " : "plain ") + url->authority() + " " + url->path : "none";
}

TEST(Url, HasSchemeHostPortAndPath) {
  EXPECT_EQ(described("wss://ws.kite.trade/"), "tls ws.kite.trade:443 /");
  EXPECT_EQ(described("wss://ws.kite.trade"), "tls ws.kite.trade:443 /");
  EXPECT_EQ(described("ws://127.0.0.1:8080/a/b"), "plain 127.0.0.1:8080 /a/b");
  EXPECT_EQ(described("ws://localhost"), "plain localhost:80 /");
  EXPECT_EQ(described("ws://[::1]:8080/"), "plain [::1]:8080 /");
}

TEST(Url, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "ws.kite.trade", "http://host/", "ws://", "ws:///path", "ws://host:0/", "ws://host:65536/", "ws://host:x/",
        "ws://host:/", "ws://user@host/", "ws://host/?access_token=x", "ws://host/#a", "ws://ho st/", "ws://[::1/"}) {
    EXPECT_EQ(described(text), "none") << text;
  }
}

TEST(Url, PercentEncodesWhatAQueryCannotHold) {
  std::string out = "x=";
  append_percent_encoded(out, "aZ9-._~ &=+/%\xC3\xA9");
  EXPECT_EQ(out, "x=aZ9-._~%20%26%3D%2B%2F%25%C3%A9");
}

}  // namespace
}  // namespace subd::feed
