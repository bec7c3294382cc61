#include "wsprobe/progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace subd::wsprobe {

namespace {

constexpr const char* kEraseLine = "\r\x1b[K";

void show(const probe::LoadProgress& now, bool terminal) {
  std::string phase = "connecting";
  if (now.phase == probe::LoadProgress::Phase::Measuring) {
    phase = fmt::format("measuring {} s", now.measured.count() / 1000);
  }
  if (now.phase == probe::LoadProgress::Phase::Settling) phase = "settling";
  std::fputs(fmt::format("{}{}: {}/{} tabs, {} messages, {} violations{}", terminal ? kEraseLine : "", phase,
                         now.connected, now.tabs, now.messages, now.violations, terminal ? "" : "\n")
                 .c_str(),
             stderr);
  std::fflush(stderr);
}

}  // namespace

ProgressLine::ProgressLine(bool quiet) : terminal_{::isatty(STDERR_FILENO) == 1} {
  if (quiet) return;
  listener_ = [terminal = terminal_](const probe::LoadProgress& now) { show(now, terminal); };
}

void ProgressLine::erase() {
  if (listener_ && terminal_) std::fputs(kEraseLine, stderr);
}

}  // namespace subd::wsprobe
