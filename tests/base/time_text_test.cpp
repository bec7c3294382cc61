#include "base/time_text.hpp"

#include <gtest/gtest.h>

namespace subd::base {
namespace {

using namespace std::chrono_literals;

TEST(DateText, ReadsBack) {
  const std::chrono::year_month_day date = 2024y / 2 / 29;
  EXPECT_EQ(date_text(date), "2024-02-29");
  EXPECT_EQ(parse_date("2024-02-29"), date);
  EXPECT_EQ(date_text(7y / 1 / 2), "0007-01-02");
}

TEST(DateText, KnowsNoOtherFormAndNoOtherDay) {
  for (const char* text : {"", "2024-2-29", "2024-02-29T00:00", "2023-02-29", "2024-13-01", "2024-00-01", "24-01-01",
                           "2024/01/01", "-024-01-01"}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace subd::base
