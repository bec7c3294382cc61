#include "auth/key.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "auth/jwk.hpp"
#include "base/log.hpp"

namespace subd::auth {

namespace {

constexpr std::size_t kKeyFileLimitBytes = std::size_t{64} * 1024;

std::string read_key_file(const std::filesystem::path& file) {
  std::error_code problem;
  if (std::filesystem::is_directory(file, problem)) {
    throw std::runtime_error{fmt::format("{}: is a folder, not a key file", file.string())};
  }
  errno = 0;
  std::ifstream stream{file, std::ios::binary};
  if (!stream) {
    throw std::runtime_error{
        fmt::format("{}: cannot read the key file: {}", file.string(), std::generic_category().message(errno))};
  }
  std::string content(kKeyFileLimitBytes + 1, '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (stream.bad()) throw std::runtime_error{fmt::format("{}: cannot read the key file", file.string())};
  content.resize(static_cast<std::size_t>(stream.gcount()));
  if (content.size() > kKeyFileLimitBytes) {
    throw std::runtime_error{
        fmt::format("{}: is larger than {} bytes; no key file is", file.string(), kKeyFileLimitBytes)};
  }
  return content;
}

void strip_newline(std::string& content) {
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
}

}  // namespace

Key load_key(KeyFamily family, const std::filesystem::path& file, std::string id) {
  Key key{.family = family, .material = read_key_file(file), .id = std::move(id), .name = file.string()};
  if (family == KeyFamily::Hmac) {
    strip_newline(key.material);
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
      base::log::warn("auth", "everybody on this machine can read the token secret", {{"file", key.name}});
    }
  }
  (void)make_jwk(key);  // only to refuse it here, by its name
  return key;
}

}  // namespace subd::auth
