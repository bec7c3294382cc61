#pragma once

#include <string>
#include <vector>

namespace subd::config {

/// One thing that is wrong with the configuration.
struct Diagnostic {
  std::string source;  ///< `subd.toml:3:10`, `SUBD_SERVER_LISTEN`, `--listen`, or the file alone
  std::string key;     ///< `server.listen`; empty when the file as a whole is meant
  std::string value;   ///< as written, shortened; empty when there is none
  std::string message;

  /// `subd.toml:3:10: server.listen = "here": must be ...`
  [[nodiscard]] std::string text() const;
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace subd::config
