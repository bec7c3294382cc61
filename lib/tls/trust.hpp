#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace subd::tls {

/// Whom a client believes: the authorities that may vouch for the certificate of a server. TLS 1.2 or 1.3.
///
/// Threads: any; constant.
class Trust {
 public:
  /// The authorities in a PEM file, where a certificate that vouches for itself may stand as well; those of this
  /// machine where the name is empty. Blocks. The error is for people: `must be a file of PEM certificates: ...`.
  [[nodiscard]] static base::Result<std::shared_ptr<const Trust>, std::string> load(const std::string& file);

  struct Free {
    void operator()(ssl_st* session) const noexcept;
  };
  using ClientSide = std::unique_ptr<ssl_st, Free>;
  /// The client's side of a connection that is still to shake hands. That fails unless the server's certificate is
  /// vouched for, in its time, and made for `host`, a name or an address without brackets.
  [[nodiscard]] ClientSide expect(const std::string& host) const;

 private:
  explicit Trust(std::shared_ptr<ssl_ctx_st> context) : context_{std::move(context)} {}

  std::shared_ptr<ssl_ctx_st> context_;  // for its deleter, which needs no complete type
};

/// Why the client's side did not take the server's certificate: `unknown issuer (self-signed certificate)`. Empty when
/// that is not what its handshake failed at.
[[nodiscard]] std::string refusal_of_certificate(const ssl_st& client_side);

}  // namespace subd::tls
