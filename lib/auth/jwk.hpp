#pragma once

#include <cjose/cjose.h>

#include <memory>

#include "auth/key.hpp"

/// cjose's objects with owners; private to this module.
///
/// Rule: cjose is never given a cjose_err (kNoError instead) and only its return values are looked at. To word an error
/// it empties the thread's OpenSSL queue, in which a TLS connection may have left something, and uses one static buffer
/// for all threads.
namespace subd::auth {

struct CjoseRelease {
  void operator()(cjose_jwk_t* jwk) const noexcept { cjose_jwk_release(jwk); }
  void operator()(cjose_jws_t* jws) const noexcept { cjose_jws_release(jws); }
  void operator()(cjose_header_t* header) const noexcept { cjose_header_release(header); }
};

inline constexpr cjose_err* kNoError = nullptr;

using Jwk = std::unique_ptr<cjose_jwk_t, CjoseRelease>;
using Jws = std::unique_ptr<cjose_jws_t, CjoseRelease>;
using JoseHeader = std::unique_ptr<cjose_header_t, CjoseRelease>;

/// The key as cjose wants it. Throws std::runtime_error that calls the key by its name: too short, not a PEM public
/// key, of another family, a private key, a curve other than P-256.
[[nodiscard]] Jwk make_jwk(const Key& key);

}  // namespace subd::auth
