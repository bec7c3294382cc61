#include "server/landing_page.hpp"

#include <gtest/gtest.h>

namespace subd::server {
namespace {

TEST(LandingPage, SaysWhatRunsHere) {
  const std::string page = landing_page({"1.2.3", "sim:seed=7", base::UtcTime{}});
  EXPECT_NE(page.find("<code>1.2.3</code>"), std::string::npos);
  EXPECT_NE(page.find("<code>sim:seed=7</code>"), std::string::npos);
  EXPECT_NE(page.find("1970-01-01T00:00:00.000Z"), std::string::npos);
  EXPECT_NE(page.find("href=\"/indicators/catalog\""), std::string::npos);
}

TEST(LandingPage, EscapesWhatItIsTold) {
  const std::string page = landing_page({"1", "replay:<script>\"'&", base::UtcTime{}});
  EXPECT_EQ(page.find("<script>"), std::string::npos);
  EXPECT_NE(page.find("replay:&lt;script&gt;&quot;&#39;&amp;"), std::string::npos);
}

TEST(LandingPage, RefersToNothingOutside) {
  const std::string page = landing_page({"1", "sim", base::UtcTime{}});
  for (const char* outside : {"src=", "http://", "https://", "@import", "url("}) {
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  }
}

}  // namespace
}  // namespace subd::server
