#include "daemon/state_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace subd::daemon {
namespace {

namespace fs = std::filesystem;

class StateDirectoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "subd-state-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    home = name;
    started_in = fs::current_path();
    fs::current_path(home);
  }
  void TearDown() override {
    fs::current_path(started_in);
    fs::remove_all(home);
  }

  fs::path home;
  fs::path started_in;
};

TEST_F(StateDirectoryTest, IsMadeForItsOwnerAlone) {
  const StateDirectory made{home / "a" / "b"};
  struct stat found {};
  ASSERT_EQ(::stat(made.path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
}

TEST_F(StateDirectoryTest, MayBeNamedFromWhereTheDaemonStands) {
  const StateDirectory made{"state"};
  EXPECT_TRUE(fs::exists(home / "state" / "lock"));
}

TEST_F(StateDirectoryTest, IsNotSharedByTwo) {
  const StateDirectory first{home / "state"};
  try {
    const StateDirectory second{home / "state"};
    FAIL() << "both have it";
  } catch (const Unavailable& refusal) {
    EXPECT_NE(std::string{refusal.what()}.find((home / "state").string()), std::string::npos) << refusal.what();
  }
}

TEST_F(StateDirectoryTest, IsThereForTheNextOnceTheFirstIsGone) {
  { const StateDirectory first{home / "state"}; }
  EXPECT_NO_THROW(StateDirectory{home / "state"});
}

TEST_F(StateDirectoryTest, SaysWhichPathCannotBeMade) {
  { const StateDirectory file_holder{home / "state"}; }
  try {
    const StateDirectory wrong{home / "state" / "lock" / "below"};
    FAIL() << "a directory in a file";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("lock/below"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace subd::daemon
