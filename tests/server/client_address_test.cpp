#include "server/client_address.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace subd::server {
namespace {

const std::vector<base::IpNetwork> kProxies{*base::IpNetwork::parse("10.0.0.0/8"), *base::IpNetwork::parse("fd00::/8")};

std::string client_of(const std::string& peer, const std::string& forwarded_for) {
  return client_address(*base::IpAddress::parse(peer), forwarded_for, kProxies).text();
}

TEST(ClientAddress, IsThePeerWithoutAHeader) {
  EXPECT_EQ(client_of("203.0.113.7", ""), "203.0.113.7");
  EXPECT_EQ(client_of("10.0.0.1", ""), "10.0.0.1");
}

TEST(ClientAddress, OfAnUntrustedPeerTheHeaderIsIgnored) {
  EXPECT_EQ(client_of("203.0.113.7", "198.51.100.1"), "203.0.113.7");
  EXPECT_EQ(client_of("203.0.113.7", "10.0.0.1"), "203.0.113.7");
}

TEST(ClientAddress, IsTheRightmostThatIsNoProxy) {
  EXPECT_EQ(client_of("10.0.0.1", "198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(client_of("10.0.0.1", "192.0.2.9, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
  EXPECT_EQ(client_of("fd00::1", "2001:db8::5 ,\t10.0.0.2"), "2001:db8::5");
}

TEST(ClientAddress, WhatTheClientSaysItselfIsNotLookedAt) {
  EXPECT_EQ(client_of("10.0.0.1", "<script>,,, ,198.51.100.1"), "198.51.100.1");
}

TEST(ClientAddress, IsTheFirstProxyWhereAllAreTrusted) {
  EXPECT_EQ(client_of("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

TEST(ClientAddress, IsTheNearestKnownProxyWhereAnEntryIsNoAddress) {
  for (const char* entry : {"unknown", "", " ", "1.2.3", "198.51.100.1:80", "[::1]", "198.51.100.1 x"}) {
    EXPECT_EQ(client_of("10.0.0.1", std::string{entry} + ", 10.0.0.2"), "10.0.0.2") << entry;
    EXPECT_EQ(client_of("10.0.0.1", std::string{"198.51.100.1, "} + entry), "10.0.0.1") << entry;
  }
}

}  // namespace
}  // namespace subd::server
