#include "probe/spawned_daemon.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/random_id.hpp"
#include "control/client.hpp"

namespace subd::probe {

namespace {

constexpr std::chrono::seconds kStartLimit{20};
constexpr std::chrono::seconds kStopLimit{10};
constexpr std::chrono::milliseconds kLook{50};
constexpr std::size_t kQuotedBytes = 2000;

bool write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream{file, std::ios::binary};
  stream << text;
  stream.close();
  if (!stream) return false;
  std::error_code error;
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  return !error;
}

std::string log_end(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{stream}, {}};
  if (text.size() > kQuotedBytes) text.erase(0, text.size() - kQuotedBytes);
  return text;
}

}  // namespace

struct SpawnedDaemon::Process {
  std::filesystem::path directory;
  pid_t pid = -1;

  ~Process() {
    stop();
    std::error_code ignored;
    if (!directory.empty()) std::filesystem::remove_all(directory, ignored);
  }

  /// True when the process is gone.
  [[nodiscard]] bool has_ended() {
    if (pid < 0) return true;
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) == 0) return false;
    pid = -1;
    return true;
  }

  void stop() {
    if (has_ended()) return;
    ::kill(pid, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + kStopLimit;
    while (!has_ended()) {
      if (std::chrono::steady_clock::now() > deadline) ::kill(pid, SIGKILL);
      std::this_thread::sleep_for(kLook);
    }
  }
};

SpawnedDaemon::SpawnedDaemon(std::unique_ptr<Process> process) : process_{std::move(process)} {}
SpawnedDaemon::SpawnedDaemon(SpawnedDaemon&&) noexcept = default;
SpawnedDaemon& SpawnedDaemon::operator=(SpawnedDaemon&&) noexcept = default;
SpawnedDaemon::~SpawnedDaemon() = default;

base::Result<SpawnedDaemon, Problem> SpawnedDaemon::start(const std::string& program) {
  auto process = std::make_unique<Process>();
  // Not $TMPDIR: the path of a socket has room for 107 characters.
  std::array<char, 32> name{"/tmp/wsprobe-XXXXXX"};
  if (::mkdtemp(name.data()) == nullptr) return Problem{std::string{"/tmp: "} + std::generic_category().message(errno)};
  process->directory = name.data();
  const auto& directory = process->directory;
  const std::string config = directory / "subd.toml";
  const std::string log = directory / "log";
  if (!write_file(directory / "secret", base::random_hex(64) + '\n') ||
      !write_file(config, "[auth]\nsecret_file = \"" + (directory / "secret").string() + "\"\n")) {
    return Problem{directory.string() + ": cannot be written"};
  }
  const std::string control = directory / "control.sock";
  const std::string state = directory / "state";
  std::vector<std::string> words{program,     "--config", config,        "--listen", "127.0.0.1:0",
                                 "--control", control,    "--state-dir", state};
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int failed = ::posix_spawnp(&process->pid, program.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    process->pid = -1;
    return Problem{program + ": " + std::generic_category().message(failed)};
  }

  control::Client client{{control}, std::chrono::seconds{2}};
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  while (true) {
    if (const auto answer = client.read("/v1/status"); answer && answer->status == 200) {
      return SpawnedDaemon{std::move(process)};
    }
    if (process->has_ended()) return Problem{program + " ended at once:\n" + log_end(log)};
    if (std::chrono::steady_clock::now() > deadline) {
      return Problem{program + " did not open its control socket within 20 s:\n" + log_end(log)};
    }
    std::this_thread::sleep_for(kLook);
  }
}

std::string SpawnedDaemon::control_socket() const {
  return process_->directory / "control.sock";
}

std::string SpawnedDaemon::secret_file() const {
  return process_->directory / "secret";
}

}  // namespace subd::probe
