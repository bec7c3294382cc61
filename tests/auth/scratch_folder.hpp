#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/random_id.hpp"

namespace subd::auth::test {

/// A folder of its own for one test, removed with everything in it.
class ScratchFolder {
 public:
  ScratchFolder() : path_{std::filesystem::temp_directory_path() / ("subd-auth-" + base::random_hex(16))} {
    std::filesystem::create_directory(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  std::filesystem::path write(const std::string& name, std::string_view content, unsigned mode = 0600) const {
    const auto file = path_ / name;
    std::ofstream{file, std::ios::binary} << content;
    std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
    return file;
  }

 private:
  std::filesystem::path path_;
};

/// What `action` throws as std::runtime_error; empty when it does not.
template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

}  // namespace subd::auth::test
