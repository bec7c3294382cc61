#include "control/socket_path.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

namespace subd::control {
namespace {

Environment environment_of(std::map<std::string, std::string, std::less<>> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>{found->second};
  };
}

std::string fallback() {
  return "/tmp/subd-" + std::to_string(::getuid()) + "/control.sock";
}

TEST(SocketPath, ChosenPathIsTheOnlyCandidate) {
  EXPECT_EQ(control_socket_candidates(
                environment_of({{"SUBD_CONTROL_SOCKET", "/x/c.sock"}, {"XDG_RUNTIME_DIR", "/run/user/1"}})),
            (std::vector<std::string>{"/x/c.sock"}));
}

TEST(SocketPath, FollowsTheOrderOfTheDaemon) {
  EXPECT_EQ(control_socket_candidates(
                environment_of({{"RUNTIME_DIRECTORY", "/run/a:/run/b"}, {"XDG_RUNTIME_DIR", "/run/user/1"}})),
            (std::vector<std::string>{"/run/a/control.sock", "/run/user/1/subd/control.sock", fallback(),
                                      "/run/subd/control.sock"}));
}

TEST(SocketPath, EmptyVariablesAreAbsent) {
  EXPECT_EQ(control_socket_candidates(environment_of({{"SUBD_CONTROL_SOCKET", ""}, {"XDG_RUNTIME_DIR", ""}})),
            (std::vector<std::string>{fallback(), "/run/subd/control.sock"}));
}

TEST(SocketPath, ServicePathIsTriedOnce) {
  EXPECT_EQ(control_socket_candidates(environment_of({{"RUNTIME_DIRECTORY", "/run/subd"}})),
            (std::vector<std::string>{"/run/subd/control.sock", fallback()}));
}

}  // namespace
}  // namespace subd::control
