#include "subctl/input_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "control/server.hpp"
#include "subctl/display.hpp"
#include "subctl/invocation.hpp"

namespace subd::subctl {
namespace {

Failure unreadable(const std::string& path, int error) {
  return {cli::ExitCode::BadData,
          fmt::format("cannot read {}: {}", safe_text(path), std::generic_category().message(error))};
}

}  // namespace

std::string read_input(const std::string& path) {
  const std::size_t limit = control::ServerLimits{}.file_bytes;
  const auto close = [](std::FILE* file) {
    if (file != stdin) std::fclose(file);
  };
  const std::unique_ptr<std::FILE, decltype(close)> file{path == "-" ? stdin : std::fopen(path.c_str(), "rb"), close};
  if (!file) throw unreadable(path, errno);
  std::string content;
  std::array<char, 65'536> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    content.append(buffer.data(), got);
    if (content.size() <= limit) continue;
    throw Failure{cli::ExitCode::BadData, fmt::format("{} has more than {}, which is what subd takes at once",
                                                      safe_text(path), bytes_display(static_cast<double>(limit)))};
  }
  if (std::ferror(file.get()) != 0) throw unreadable(path, errno);
  if (content.empty()) throw Failure{cli::ExitCode::BadData, safe_text(path) + " is empty"};
  if (::isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr, "subctl: sending %s, %s\n", safe_text(path).c_str(),
                 bytes_display(static_cast<double>(content.size())).c_str());
  }
  return content;
}

}  // namespace subd::subctl
