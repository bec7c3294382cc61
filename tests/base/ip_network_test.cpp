#include "base/ip_network.hpp"

#include <gtest/gtest.h>

#include <string>

namespace subd::base {
namespace {

using namespace std::string_literals;

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress{});
}

IpNetwork network(std::string_view text) {
  const auto parsed = IpNetwork::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(*IpNetwork::parse("::"));
}

TEST(IpAddress, ReadsBothFamiliesAndWritesThemInOneForm) {
  EXPECT_EQ(address("203.0.113.7").text(), "203.0.113.7");
  EXPECT_EQ(address("2001:DB8:0:0::1").text(), "2001:db8::1");
  EXPECT_EQ(address("::").text(), "::");
}

TEST(IpAddress, IsTheSameWhicheverSocketThePeerCameThrough) {
  EXPECT_EQ(address("::ffff:203.0.113.7"), address("203.0.113.7"));
  EXPECT_EQ(address("::ffff:203.0.113.7").text(), "203.0.113.7");
  EXPECT_TRUE(address("::ffff:7f00:1").is_loopback());
}

TEST(IpAddress, KnowsTheLoopback) {
  EXPECT_TRUE(address("127.255.0.1").is_loopback());
  EXPECT_TRUE(address("::1").is_loopback());
  EXPECT_FALSE(address("128.0.0.1").is_loopback());
  EXPECT_FALSE(address("::2").is_loopback());
}

TEST(IpAddress, RefusesWhatIsMoreOrLessThanAnAddress) {
  for (const std::string& text :
       {""s, " 1.2.3.4"s, "1.2.3.4 "s, "1.2.3"s, "1.2.3.4.5"s, "1.2.3.256"s, "01.2.3.4"s, "1.2.3.4:80"s, "[::1]"s,
        "::1%lo"s, "::1::"s, "12345::"s, "localhost"s, "unknown"s, "1.2.3.4\0"s, "\0"s, std::string(46, '1')}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpNetwork, HoldsTheAddressesOfItsPrefix) {
  EXPECT_TRUE(network("10.0.0.0/8").contains(address("10.255.1.2")));
  EXPECT_FALSE(network("10.0.0.0/8").contains(address("11.0.0.0")));
  EXPECT_TRUE(network("192.168.4.0/22").contains(address("192.168.7.255")));
  EXPECT_FALSE(network("192.168.4.0/22").contains(address("192.168.8.0")));
  EXPECT_TRUE(network("2001:db8::/33").contains(address("2001:db8:7fff::1")));
  EXPECT_FALSE(network("2001:db8::/33").contains(address("2001:db8:8000::1")));
}

TEST(IpNetwork, AnAddressAloneIsANetworkOfOne) {
  EXPECT_TRUE(network("127.0.0.1").contains(address("127.0.0.1")));
  EXPECT_FALSE(network("127.0.0.1").contains(address("127.0.0.2")));
  EXPECT_EQ(network("127.0.0.1/32"), network("127.0.0.1"));
  EXPECT_EQ(network("::1/128").text(), "::1");
}

TEST(IpNetwork, OneFamilyHoldsNoneOfTheOther) {
  EXPECT_TRUE(network("0.0.0.0/0").contains(address("203.0.113.7")));
  EXPECT_FALSE(network("0.0.0.0/0").contains(address("2001:db8::1")));
  EXPECT_TRUE(network("::/0").contains(address("2001:db8::1")));
  EXPECT_FALSE(network("::/0").contains(address("203.0.113.7")));
}

TEST(IpNetwork, WritesWhatItReads) {
  for (const char* text : {"10.0.0.0/8", "0.0.0.0/0", "192.168.4.0/22", "::/0", "2001:db8::/32", "fe80::/10"}) {
    EXPECT_EQ(network(text).text(), text);
  }
  EXPECT_EQ(network("::ffff:10.0.0.0/104").text(), "10.0.0.0/8");
}

TEST(IpNetwork, RefusesWhatIsNoneAndBitsBehindThePrefix) {
  for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/8 ",
                           "10.0.0.0/8/8", "10.0.0.1/8", "2001:db8::1/64", "::/129", "::/1000", "10.0.0.0/-1"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

}  // namespace
}  // namespace subd::base
