// Serves the control socket from a FakeBackend until standard input ends.
//   fake_control_server PATH             answers
//   fake_control_server PATH STATUS CODE refuses everything so
#include <cstdio>
#include <cstdlib>

#include "control/fake_backend.hpp"
#include "control/server.hpp"

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) {
    std::fprintf(stderr, "usage: fake_control_server PATH [STATUS CODE]\n");
    return 64;
  }
  subd::test::FakeBackend backend;
  if (argc == 4) backend.failure = subd::control::ControlError{std::atoi(argv[2]), argv[3], "the fake refuses"};
  const auto server = subd::control::Server::open(argv[1], backend);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 69;
  }
  (*server)->start();
  std::puts("ready");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
