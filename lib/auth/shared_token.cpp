#include "auth/shared_token.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace subd::auth {
namespace {

using Hash = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Hash hash_of(std::string_view text) noexcept {
  Hash hash{};
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return hash;
}

}  // namespace

SharedToken::SharedToken(std::string_view token) noexcept : required_{!token.empty()}, hash_{hash_of(token)} {}

bool SharedToken::matches(std::string_view presented) const noexcept {
  const Hash hash = hash_of(presented);
  return ::CRYPTO_memcmp(hash.data(), hash_.data(), hash.size()) == 0 && required_;
}

}  // namespace subd::auth
