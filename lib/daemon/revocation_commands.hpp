#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "auth/jwt_verifier.hpp"
#include "auth/revocations.hpp"
#include "control/backend.hpp"
#include "daemon/service.hpp"
#include "store/revocation_store.hpp"

namespace subd::daemon {

/// Reads the revocations from the database, before the store thread owns it. As with API keys, nothing that is wrong with
/// the file stops a start: it is logged as an error, as revoked tokens are accepted until it is repaired.
[[nodiscard]] std::vector<store::RevokedTokens> load_revocations(const std::filesystem::path& file);

/// Revoked tokens for the control socket, and the set of them that the io threads check tokens against.
///
/// Owner:  the control thread, but for the constructor and the first hand_out(), which run before any thread starts.
/// Order:  a revocation is stored before it is in force, and in force on every io thread, with its connections closed,
///         before it is answered.
class RevocationCommands {
 public:
  RevocationCommands(Service& service, std::vector<store::RevokedTokens> stored);

  /// Gives every io thread the revocations of now, without waiting.
  void hand_out();

  [[nodiscard]] control::Reply<std::vector<control::RevocationReport>> list() const;
  [[nodiscard]] control::Reply<control::RevocationReport> revoke(const control::RevocationRequest& request);
  /// Whether a token that is otherwise accepted was revoked.
  [[nodiscard]] bool covers(const auth::Principal& principal) const { return current_->covers(principal); }

 private:
  void renew();

  Service& service_;
  std::vector<store::RevokedTokens> stored_;
  std::shared_ptr<const auth::RevocationSet> current_;
};

}  // namespace subd::daemon
