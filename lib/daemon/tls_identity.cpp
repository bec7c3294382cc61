#include "daemon/tls_identity.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "base/json_text.hpp"

namespace subd::daemon {

base::Result<std::shared_ptr<const tls::Identity>, config::Diagnostic> load_identity(const config::Config& config,
                                                                                     base::UtcTime now) {
  if (!config.tls.listen) return std::shared_ptr<const tls::Identity>{};
  const tls::Version least = config.tls.min_version == "1.3" ? tls::Version::Tls13 : tls::Version::Tls12;
  auto loaded = tls::Identity::load({config.tls.certificate, config.tls.key, least}, now);
  if (loaded) return std::move(*loaded);
  const bool is_key = loaded.error().file == tls::IdentityProblem::File::Key;
  const std::string path = is_key ? "tls.key" : "tls.certificate";
  std::string file;
  base::append_json_string(file, is_key ? config.tls.key : config.tls.certificate);
  const auto origin = config.origins.find(path);
  return config::Diagnostic{origin != config.origins.end() ? origin->second : "default", path, std::move(file),
                            std::move(loaded.error().message)};
}

std::shared_ptr<const tls::Identity> open_identity(const config::Config& config, base::UtcTime now) {
  auto loaded = load_identity(config, now);
  if (!loaded) throw std::runtime_error{loaded.error().text()};
  return std::move(*loaded);
}

}  // namespace subd::daemon
