#include "feed/kite_credentials.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace subd::feed {
namespace {

constexpr std::size_t kMostBytes = 4096;

using Loaded = base::Result<KiteCredentials, CredentialsError>;

std::string_view trimmed(std::string_view text) noexcept {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

void replace_all(std::string& text, const std::string& what) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.replace(at, what.size(), "***");
}

Loaded checked(KiteCredentials credentials, std::string_view where, std::string_view key, std::string_view token) {
  if (credentials.api_key.empty()) return CredentialsError{fmt::format("{}: {} is missing", where, key)};
  if (credentials.access_token.empty()) return CredentialsError{fmt::format("{}: {} is missing", where, token)};
  return credentials;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody here changes the environment
  return value != nullptr ? std::string{trimmed(value)} : std::string{};
}

}  // namespace

std::string KiteCredentials::redacted(std::string_view text) const {
  std::string out{text};
  replace_all(out, access_token);
  replace_all(out, api_key);
  return out;
}

std::optional<std::filesystem::file_time_type> KiteCredentialSource::written_at() const {
  if (file_.empty()) return std::nullopt;
  std::error_code error;
  const auto time = std::filesystem::last_write_time(file_, error);
  return error ? std::nullopt : std::optional{time};
}

bool KiteCredentialSource::has_changed() const {
  return written_at() != loaded_at_;
}

Loaded KiteCredentialSource::load() {
  if (file_.empty()) {
    return checked({variable("KITE_API_KEY"), variable("KITE_ACCESS_TOKEN")}, "environment", "KITE_API_KEY",
                   "KITE_ACCESS_TOKEN");
  }
  loaded_at_ = written_at();
  std::error_code error;
  const auto status = std::filesystem::status(file_, error);
  if (error || !std::filesystem::is_regular_file(status)) return CredentialsError{file_ + ": there is no such file"};
  using std::filesystem::perms;
  if ((status.permissions() & (perms::group_all | perms::others_all)) != perms::none) {
    return CredentialsError{fmt::format("{}: others may use these credentials; run: chmod 600 {}", file_, file_)};
  }
  std::string text(kMostBytes + 1, '\0');
  std::ifstream in{file_, std::ios::binary};
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || in.gcount() == 0) return CredentialsError{file_ + ": cannot be read, or is empty"};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMostBytes) return CredentialsError{fmt::format("{}: is above {} bytes", file_, kMostBytes)};

  KiteCredentials out;
  std::istringstream lines{text};
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    const std::string_view entry = trimmed(line);
    if (entry.empty() || entry.front() == '#') continue;
    const auto equals = entry.find('=');
    const std::string_view key = trimmed(entry.substr(0, equals));
    if (equals == std::string_view::npos || (key != "api_key" && key != "access_token")) {
      return CredentialsError{fmt::format("{}: line {} must be api_key=... or access_token=...", file_, number)};
    }
    (key == "api_key" ? out.api_key : out.access_token) = trimmed(entry.substr(equals + 1));
  }
  return checked(std::move(out), file_, "api_key", "access_token");
}

}  // namespace subd::feed
