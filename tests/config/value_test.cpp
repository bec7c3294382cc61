#include "config/value.hpp"

#include <gtest/gtest.h>

namespace subd::config {
namespace {

TEST(ParseEndpoint, TakesLiteralAddressesOfBothFamilies) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:8081"), (Endpoint{"127.0.0.1", 8081}));
  EXPECT_EQ(parse_endpoint("0.0.0.0:0"), (Endpoint{"0.0.0.0", 0}));
  EXPECT_EQ(parse_endpoint("[::1]:443"), (Endpoint{"::1", 443}));
}

TEST(ParseEndpoint, RefusesWhatIsNoAddressAndPort) {
  for (const char* text :
       {"", ":", ":8081", "127.0.0.1", "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:65536", "127.0.0.1:80x", "127.1:80",
        "256.0.0.1:80", "[]:80", "[::1]", "::1:80", "[127.0.0.1]:80", "localhost:80", "[::1]80", " 127.0.0.1:80"}) {
    EXPECT_EQ(parse_endpoint(text), std::nullopt) << text;
  }
}

TEST(Endpoint, PrintsWhatReadsBack) {
  for (const char* text : {"127.0.0.1:8081", "[::1]:0", "[fe80::1]:65535"}) {
    EXPECT_EQ(parse_endpoint(text)->text(), text);
  }
}

TEST(ParseSize, KnowsBinaryUnits) {
  EXPECT_EQ(parse_size("0"), 0);
  EXPECT_EQ(parse_size("12B"), 12);
  EXPECT_EQ(parse_size("64KiB"), 65'536);
  EXPECT_EQ(parse_size("1MiB"), 1'048'576);
  EXPECT_EQ(parse_size("2GiB"), std::int64_t{2} << 30);
}

TEST(ParseSize, RefusesOtherUnitsSignsAndOverflow) {
  for (const char* text : {"", "KiB", "64KB", "64 KiB", "-1KiB", "1.5MiB", "64kib", "9223372036854775807GiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(MaskedOptions, HidesValuesWhoseNameSpeaksOfASecret) {
  EXPECT_EQ(masked_options("kite:api_key=a,access_token=b:c,mode=full"), "kite:api_key=***,access_token=***,mode=full");
  EXPECT_EQ(masked_options("x:password="), "x:password=***");
}

TEST(MaskedOptions, LeavesTheRestAlone) {
  for (const char* text : {"sim", "sim:seed=7,rate=2", "replay:C:/a,b.csv,speed=max", "", ",,::"}) {
    EXPECT_EQ(masked_options(text), text);
  }
}

TEST(RawValue, ShowsValuesShortAndWithoutControlCharacters) {
  EXPECT_EQ((RawValue{true, std::string{"here"}}.shown()), "here");
  EXPECT_EQ((RawValue{false, std::string{"here"}}.shown()), "\"here\"");
  EXPECT_EQ((RawValue{true, std::string{"a\nb"}}.shown()), "\"a\\nb\"");
  EXPECT_EQ((RawValue{false, 1.5}.shown()), "1.5");
  EXPECT_EQ((RawValue{false, std::vector<std::string>{"a", "b"}}.shown()), "[\"a\", \"b\"]");
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "\xE2\x82\xAC";
  const std::string shown = RawValue{false, wide}.shown();
  EXPECT_LE(shown.size(), 83u);
  EXPECT_EQ(shown.substr(shown.size() - 6), "\xE2\x82\xAC...");
}

}  // namespace
}  // namespace subd::config
