#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace subd::feed {

/// Who subd is at Kite. Secrets: they go into requests and nowhere else.
struct KiteCredentials {
  std::string api_key;
  std::string access_token;

  /// `text` with both replaced by `***`: for what the other side says.
  [[nodiscard]] std::string redacted(std::string_view text) const;
};

/// Why there are none; names the file or variable and never shows what is in it.
struct CredentialsError {
  std::string message;
};

/// Where the credentials come from. Kite's access token ends every morning: a file is read again for every connection,
/// so that a new token needs no restart.
///
/// File:        lines `api_key=...` and `access_token=...`; blank lines and lines that begin with # are skipped. It
/// must
///              not be readable by group or others.
/// Environment: KITE_API_KEY and KITE_ACCESS_TOKEN, when no file is given.
/// Owner:       the market thread. Reading is a few hundred bytes of a local file.
class KiteCredentialSource {
 public:
  explicit KiteCredentialSource(std::string file) : file_{std::move(file)} {}

  [[nodiscard]] base::Result<KiteCredentials, CredentialsError> load();
  /// The file was written after the last load().
  [[nodiscard]] bool has_changed() const;

 private:
  [[nodiscard]] std::optional<std::filesystem::file_time_type> written_at() const;

  std::string file_;  // empty: the environment
  std::optional<std::filesystem::file_time_type> loaded_at_;
};

}  // namespace subd::feed
