#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

struct ssl_ctx_st;

namespace subd::tls {

enum class Version : std::uint8_t { Tls12, Tls13 };

struct IdentitySettings {
  std::string certificate;  ///< PEM: the certificate, then those that lead to its authority
  std::string key;          ///< PEM, without a password; for the owner of the file alone
  Version least_version = Version::Tls12;
};

/// Which file cannot be used, and what it must be. For people, who know its name.
struct IdentityProblem {
  enum class File : std::uint8_t { Certificate, Key };
  File file = File::Certificate;
  std::string message;  ///< `must be a PEM certificate that has not ended; it ended at 2025-11-04T10:35:00Z`
};

/// Who the server is towards its TLS clients: a certificate with its key, and the rules of every handshake with them:
/// TLS 1.2 with forward secrecy or 1.3, no renegotiation, no compression, ALPN http/1.1.
///
/// Threads:  any; constant. Sessions keep what they need of it, so that a newer one may take its place at any time.
/// Tickets:  sealed with keys of its own that live in memory: a session is resumed only with the same identity.
class Identity {
 public:
  /// Reads and checks both files. Blocks.
  [[nodiscard]] static base::Result<std::shared_ptr<const Identity>, IdentityProblem> load(
      const IdentitySettings& settings, base::UtcTime now);

  /// `CN=example.com`
  [[nodiscard]] const std::string& subject() const noexcept { return subject_; }
  [[nodiscard]] base::UtcTime ends_at() const noexcept { return ends_at_; }
  [[nodiscard]] ssl_ctx_st& context() const noexcept { return *context_; }

 private:
  Identity(std::shared_ptr<ssl_ctx_st> context, std::string subject, base::UtcTime ends_at)
      : context_{std::move(context)}, subject_{std::move(subject)}, ends_at_{ends_at} {}

  std::shared_ptr<ssl_ctx_st> context_;  // for its deleter, which needs no complete type
  std::string subject_;
  base::UtcTime ends_at_;
};

}  // namespace subd::tls
