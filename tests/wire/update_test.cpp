#include "wire/update.hpp"

#include <gtest/gtest.h>

#include <string>

namespace subd::wire {
namespace {

Update sample() {
  Update update;
  update.head = R"({"indicators":{)";
  update.add_fragment(0, R"("A":1)");
  update.add_fragment(2, R"("B":2)");
  update.add_fragment(3, R"("C":3)");
  return update;
}

std::string message(const Update& update, const View& view) {
  std::string out;
  update.append_message(out, view);
  EXPECT_EQ(out.size(), update.message_bytes(view));
  return out;
}

TEST(Update, AMessageHoldsTheFragmentsOfTheViewAndNoOther) {
  EXPECT_EQ(message(sample(), View{{0, 2, 3}}), R"({"indicators":{"A":1,"B":2,"C":3}})");
  EXPECT_EQ(message(sample(), View{{2}}), R"({"indicators":{"B":2}})");
  EXPECT_EQ(message(sample(), View{{0, 3}}), R"({"indicators":{"A":1,"C":3}})");
}

TEST(Update, AnEmptyViewGetsAnEmptyObject) {
  EXPECT_EQ(message(sample(), View{}), R"({"indicators":{}})");
}

TEST(Update, SlotsWithoutAFragmentAreLeftOut) {
  EXPECT_EQ(message(sample(), View{{1, 2, 900}}), R"({"indicators":{"B":2}})");
  EXPECT_EQ(message(sample(), View{{1, 900}}), R"({"indicators":{}})");
}

TEST(Update, AppendingKeepsWhatWasThere) {
  std::string out = "before ";
  sample().append_message(out, View{{0}});
  EXPECT_EQ(out, R"(before {"indicators":{"A":1}})");
}

}  // namespace
}  // namespace subd::wire
