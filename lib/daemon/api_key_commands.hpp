#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "auth/api_keys.hpp"
#include "control/backend.hpp"
#include "daemon/service.hpp"
#include "store/api_key_store.hpp"

namespace subd::daemon {

/// Reads the keys from the database, before the store thread owns it. As with instruments, nothing that is wrong with
/// the file stops a start: it is logged, and nobody comes in with a key.
[[nodiscard]] std::vector<store::ApiKey> load_api_keys(const std::filesystem::path& file);

/// API keys for the control socket, and the set of them that the io threads check requests against.
///
/// Owner:  the control thread, but for the constructor and the first hand_out(), which run before any thread starts.
/// Order:  a change is stored before it is in force, and in force on every io thread before it is answered. Connections
///         that a removed key opened are closed by then.
class ApiKeyCommands {
 public:
  ApiKeyCommands(Service& service, std::vector<store::ApiKey> stored);

  /// Gives every io thread the keys of now, without waiting.
  void hand_out();

  [[nodiscard]] control::Reply<std::vector<control::ApiKeyReport>> list() const;
  [[nodiscard]] control::Reply<control::NewApiKey> add(const control::ApiKeyRequest& request);
  [[nodiscard]] control::Reply<control::ApiKeyReport> remove(const std::string& id);

 private:
  [[nodiscard]] std::shared_ptr<const auth::ApiKeySet> current() const;
  [[nodiscard]] control::Reply<void> put_in_force();

  Service& service_;
  std::vector<store::ApiKey> keys_;
};

}  // namespace subd::daemon
