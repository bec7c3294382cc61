#include "subctl/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include "subctl/invocation.hpp"

namespace subd::subctl {
namespace {

constexpr std::array<int, 6> kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};

/// Alternate screen and no cursor, and back.
constexpr std::string_view kTake = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kGiveBack = "\x1b[?25h\x1b[?1049l";

// The handler only writes the number of the signal; the loop reads it where it waits anyway.
std::array<int, 2> signal_pipe{-1, -1};

void on_signal(int number) {
  const int saved = errno;
  const auto byte = static_cast<unsigned char>(number);
  [[maybe_unused]] const ssize_t written = ::write(signal_pipe[1], &byte, 1);
  errno = saved;
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(number, &action, nullptr);
}

}  // namespace

TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

TableStyle output_style() {
  if (::isatty(STDOUT_FILENO) == 0) return {};
  const char* no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
  return {terminal_size().columns, no_color == nullptr || *no_color == '\0'};
}

bool is_interactive() {
  const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): one thread
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0 && term != nullptr &&
         std::string_view{term} != "dumb";
}

Screen::Screen() {
  if (::pipe2(signal_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0 || ::tcgetattr(STDIN_FILENO, &before_) != 0) {
    throw Failure{cli::ExitCode::Internal, "cannot prepare the terminal"};
  }
  for (const int number : kSignals) handle(number, on_signal);
  take();
}

Screen::~Screen() {
  restore();
  for (const int number : kSignals) handle(number, SIG_DFL);
  for (int& end : signal_pipe) {
    ::close(end);
    end = -1;
  }
}

void Screen::take() {
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  print(kTake);
}

void Screen::restore() const {
  print(kGiveBack);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

void Screen::draw(const std::vector<std::string>& lines) const {
  std::string frame = "\x1b[H";
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (at > 0) frame += "\r\n";
    frame += lines[at] + "\x1b[K";
  }
  print(frame + "\x1b[J");
}

TerminalEvent Screen::wait(std::chrono::milliseconds limit) {
  std::array<pollfd, 2> ready{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{signal_pipe[0], POLLIN, 0}};
  const int count = ::poll(ready.data(), ready.size(), static_cast<int>(limit.count()));
  unsigned char number = 0;
  if (::read(signal_pipe[0], &number, 1) == 1) {
    if (number == SIGWINCH) return TerminalEvent::Resized;
    pending_signal_ = number;
    return TerminalEvent::Signal;
  }
  if (count > 0 && ready[0].revents != 0) {
    if (::read(STDIN_FILENO, &key_, 1) != 1) key_ = 0;
    return TerminalEvent::Key;
  }
  return TerminalEvent::Elapsed;
}

void Screen::raise_pending() {
  restore();
  handle(pending_signal_, SIG_DFL);
  ::raise(pending_signal_);
  handle(pending_signal_, on_signal);
  ::tcgetattr(STDIN_FILENO, &before_);  // the shell may have changed it while we were stopped
  take();
}

}  // namespace subd::subctl
