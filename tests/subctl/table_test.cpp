#include "subctl/table.hpp"

#include <gtest/gtest.h>

#include "subctl/display.hpp"

namespace subd::subctl {
namespace {

Table sample() {
  Table table{{{"SYMBOL"}, {"COUNT", Align::Right}, {"USER", Align::Left, true}}};
  table.add({"NIFTY50", "7", "alice@example.com"});
  table.add({"TCS", "12345", "Zoë"});
  return table;
}

TEST(Table, ColumnsAlign) {
  EXPECT_EQ(sample().text(),
            "SYMBOL   COUNT  USER\n"
            "NIFTY50      7  alice@example.com\n"
            "TCS      12345  Zoë\n");
}

TEST(Table, NothingButTitlesWhenEmpty) {
  EXPECT_EQ((Table{{{"A"}, {"B"}}}.text()), "A  B\n");
}

TEST(Table, OnlyShrinkingColumnsGiveWay) {
  EXPECT_EQ(sample().text({27, false}),
            "SYMBOL   COUNT  USER\n"
            "NIFTY50      7  alice@exam…\n"
            "TCS      12345  Zoë\n");
  for (const std::string& line : sample().lines({24, false})) EXPECT_LE(display_width(line), 24U);
}

TEST(Table, NoColumnShrinksBeyondReading) {
  EXPECT_NE(sample().text({5, false}).find("NIFTY50      7  alice@e…"), std::string::npos);
}

TEST(Table, ColumnsThatShrinkEndAlike) {
  Table table{{{"A", Align::Left, true}, {"B", Align::Left, true}}};
  table.add({std::string(30, 'a'), std::string(20, 'b')});
  EXPECT_EQ(table.lines({26, false}).back(), std::string(11, 'a') + "…  " + std::string(11, 'b') + "…");
}

TEST(Table, TitlesAreBoldOnRequestOnly) {
  EXPECT_EQ(sample().lines({0, true}).front(), "\x1b[1mSYMBOL   COUNT  USER\x1b[0m");
  EXPECT_EQ(sample().text().find('\x1b'), std::string::npos);
}

TEST(Table, FactsAlignTheirValues) {
  EXPECT_EQ(facts_text({{"id", "ws_1"}, {"last heartbeat", "-"}}), "id              ws_1\nlast heartbeat  -\n");
}

}  // namespace
}  // namespace subd::subctl
