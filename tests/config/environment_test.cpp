#include "config/environment.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace subd::config {
namespace {

TEST(DefaultControlSocket, PrefersTheServiceThenTheUserThenTmp) {
  Environment environment{{"RUNTIME_DIRECTORY", "/run/subd"}, {"XDG_RUNTIME_DIR", "/run/user/7"}};
  EXPECT_EQ(default_control_socket(environment).path, "/run/subd/control.sock");
  environment.erase("RUNTIME_DIRECTORY");
  EXPECT_EQ(default_control_socket(environment).path, "/run/user/7/subd/control.sock");
  EXPECT_EQ(default_control_socket(environment).origin, "XDG_RUNTIME_DIR");
  environment.erase("XDG_RUNTIME_DIR");
  EXPECT_EQ(default_control_socket(environment).path, "/tmp/subd-" + std::to_string(::getuid()) + "/control.sock");
  EXPECT_EQ(default_control_socket(environment).origin, "");
}

TEST(DefaultControlSocket, TakesTheFirstOfSeveralRuntimeDirectories) {
  EXPECT_EQ(default_control_socket({{"RUNTIME_DIRECTORY", "/run/a:/run/b"}}).path, "/run/a/control.sock");
}

TEST(DefaultControlSocket, IgnoresEmptyAndRelativeDirectories) {
  const Environment environment{{"RUNTIME_DIRECTORY", ""}, {"XDG_RUNTIME_DIR", "run"}};
  EXPECT_EQ(default_control_socket(environment).path.rfind("/tmp/subd-", 0), 0u);
}

TEST(DefaultStateDirectory, PrefersTheServiceThenXdgThenHome) {
  Environment environment{{"STATE_DIRECTORY", "/var/lib/x"}, {"XDG_STATE_HOME", "/h/state"}, {"HOME", "/h"}};
  EXPECT_EQ(default_state_directory(environment).path, "/var/lib/x");
  environment.erase("STATE_DIRECTORY");
  EXPECT_EQ(default_state_directory(environment).path, "/h/state/subd");
  environment.erase("XDG_STATE_HOME");
  EXPECT_EQ(default_state_directory(environment).path, "/h/.local/state/subd");
  EXPECT_EQ(default_state_directory({}).path, "/var/lib/subd");
}

TEST(ProcessEnvironment, HoldsWhatTheProcessWasGiven) {
  ASSERT_EQ(::setenv("SUBD_TEST_VARIABLE", "a=b", 1), 0);
  EXPECT_EQ(process_environment().at("SUBD_TEST_VARIABLE"), "a=b");
  ::unsetenv("SUBD_TEST_VARIABLE");
}

}  // namespace
}  // namespace subd::config
