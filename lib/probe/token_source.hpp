#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "probe/problem.hpp"

namespace subd::control {
class Client;
}

namespace subd::probe {

/// A token and what it says about its bearer.
struct TabToken {
  std::string token;
  std::string user;     ///< empty: not known
  std::string session;  ///< empty: no session claim, or not known
};

/// Where the tabs of a run get their tokens. Threads: one owner; may block.
class TokenSource {
 public:
  virtual ~TokenSource() = default;

  /// A token for the user and session, with a tier claim unless that is empty. A source that has only certain users maps
  /// the asked ones onto them, always the same, and says so in the answer; it knows no tiers.
  [[nodiscard]] virtual base::Result<TabToken, Problem> token(const std::string& user, const std::string& session,
                                                              const std::string& tier) = 0;

  /// A token of this issuer that expired an hour ago; a Problem when the source has no way to make one.
  [[nodiscard]] virtual base::Result<std::string, Problem> expired_token() = 0;
};

/// Mints HS256 tokens from the server's own secret: the bytes of the file less one newline at the end.
[[nodiscard]] base::Result<std::unique_ptr<TokenSource>, Problem> secret_token_source(const std::string& file);

/// Asks the daemon over its control socket. The client outlives the source. Expired tokens, which the daemon does not
/// issue, are minted from `secret_file` when that can be read and the daemon confirms that nothing else is wrong.
[[nodiscard]] std::unique_ptr<TokenSource> control_token_source(control::Client& client, std::string secret_file);

/// A file of `user token` lines; empty lines and lines that begin with # are skipped.
[[nodiscard]] base::Result<std::unique_ptr<TokenSource>, Problem> file_token_source(const std::string& file);

/// Tokens of `users` users, `load1@example.com` and on; fewer where the source has only certain ones, never none.
[[nodiscard]] base::Result<std::vector<TabToken>, Problem> load_tokens(TokenSource& source, std::size_t users);

/// An HS256 token, its expiry counted from now; negative: it has expired. Without the claims that are empty.
[[nodiscard]] std::string mint_token(std::string_view secret, std::string_view user, std::string_view session,
                                     std::string_view tier, std::chrono::seconds valid_for);

/// What a thief could try with a valid token at hand: a wrong signature, another user under the old signature, no
/// signature with `alg` none, no JWT at all. Each with a name for reports.
struct ForgedToken {
  std::string name;
  std::string token;
};
[[nodiscard]] std::vector<ForgedToken> forged_tokens(const std::string& valid);

}  // namespace subd::probe
