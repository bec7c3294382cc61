#include "probe/process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace subd::probe {
namespace {

TEST(Process, ReadsTheTimesBehindAnyName) {
  EXPECT_EQ(cpu_ticks("7 (a) b) (c) S 1 2 3 4 5 6 7 8 9 10 40 2 0 0 20 0\n"), 42U);
  EXPECT_FALSE(cpu_ticks("7 (short) S 1 2"));
  EXPECT_FALSE(cpu_ticks(""));
}

TEST(Process, KnowsThisProcessAndNoOther) {
  EXPECT_TRUE(cpu_time(::getpid()));
  EXPECT_FALSE(cpu_time(-1));
}

TEST(Process, RoomForAFewFilesIsThere) {
  EXPECT_TRUE(allow_open_files(16));
}

}  // namespace
}  // namespace subd::probe
