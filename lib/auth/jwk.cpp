#include "auth/jwk.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <bit>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "auth/base64url.hpp"
#include "auth/claim_reading.hpp"

namespace subd::auth {

namespace {

struct OpenSslFree {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(BIGNUM* number) const noexcept { BN_free(number); }
};
using Bio = std::unique_ptr<BIO, OpenSslFree>;
using PublicKey = std::unique_ptr<EVP_PKEY, OpenSslFree>;

constexpr int kP256Bytes = 32;

[[noreturn]] void refuse(const Key& key, std::string_view why) {
  const std::string_view name = !key.name.empty()               ? std::string_view{key.name}
                                : key.family == KeyFamily::Hmac ? "the token secret"
                                                                : "the token public key";
  throw std::runtime_error{fmt::format("{}: {}", name, why)};
}

/// OpenSSL would ask on the terminal for the password of an encrypted file.
int no_password(char*, int, int, void*) {
  return -1;
}

PublicKey read_pem(const Key& key) {
  if (key.material.find("PRIVATE KEY-----") != std::string::npos) {
    refuse(key, "holds a private key; only the public key belongs here");
  }
  const Bio bio{BIO_new_mem_buf(key.material.data(), static_cast<int>(key.material.size()))};
  PublicKey read{bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr) : nullptr};
  if (!read) refuse(key, "is not a public key in PEM form (BEGIN PUBLIC KEY)");
  return read;
}

/// A number of the key, big-endian, `width` bytes or as many as it takes.
std::vector<std::uint8_t> number_of(const Key& key, const EVP_PKEY* from, const char* parameter, int width = 0) {
  BIGNUM* raw = nullptr;
  const bool found = EVP_PKEY_get_bn_param(from, parameter, &raw) == 1;
  const std::unique_ptr<BIGNUM, OpenSslFree> number{raw};
  if (!found) refuse(key, "lacks a part of a public key");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(number.get())));
  if (BN_bn2binpad(number.get(), bytes.data(), static_cast<int>(bytes.size())) < 0) {
    refuse(key, "has a number that does not fit its kind");
  }
  return bytes;
}

using Bytes = std::vector<std::uint8_t>;  // of a number, big-endian

int bits_of(const Bytes& number) noexcept {
  const auto first = std::find_if(number.begin(), number.end(), [](std::uint8_t byte) { return byte != 0; });
  if (first == number.end()) return 0;
  return static_cast<int>(number.end() - first - 1) * 8 + std::bit_width(*first);
}

Jwk rsa_of(const Key& key, Bytes modulus, Bytes exponent) {
  if (const int bits = bits_of(modulus); bits < kLeastRsaBits || bits > kMostRsaBits) {
    refuse(key, fmt::format("is an RSA key of {} bits; at least {} are needed, and at most {} are taken", bits,
                            kLeastRsaBits, kMostRsaBits));
  }
  // With an exponent of 1 anybody could sign; an even one is none.
  if (bits_of(exponent) < 2 || exponent.back() % 2 == 0) refuse(key, "has an exponent that is not odd and above 2");
  cjose_jwk_rsa_keyspec spec{};
  spec.n = modulus.data();
  spec.nlen = modulus.size();
  spec.e = exponent.data();
  spec.elen = exponent.size();
  return Jwk{cjose_jwk_create_RSA_spec(&spec, kNoError)};
}

Jwk ec_of(Bytes x, Bytes y) {
  cjose_jwk_ec_keyspec spec{};
  spec.crv = CJOSE_JWK_EC_P_256;
  spec.x = x.data();
  spec.xlen = x.size();
  spec.y = y.data();
  spec.ylen = y.size();
  return Jwk{cjose_jwk_create_EC_spec(&spec, kNoError)};
}

Jwk make_rsa(const Key& key, const EVP_PKEY* pem) {
  if (EVP_PKEY_get_base_id(pem) != EVP_PKEY_RSA) refuse(key, "is not an RSA key, which RS256 needs");
  return rsa_of(key, number_of(key, pem, OSSL_PKEY_PARAM_RSA_N), number_of(key, pem, OSSL_PKEY_PARAM_RSA_E));
}

Jwk make_ec(const Key& key, const EVP_PKEY* pem) {
  if (EVP_PKEY_get_base_id(pem) != EVP_PKEY_EC) refuse(key, "is not an elliptic-curve key, which ES256 needs");
  std::array<char, 64> group{};
  if (EVP_PKEY_get_utf8_string_param(pem, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), nullptr) != 1 ||
      std::string_view{group.data()} != SN_X9_62_prime256v1) {
    refuse(key, "is on another curve than P-256, which ES256 needs");
  }
  return ec_of(number_of(key, pem, OSSL_PKEY_PARAM_EC_PUB_X, kP256Bytes),
               number_of(key, pem, OSSL_PKEY_PARAM_EC_PUB_Y, kP256Bytes));
}

Jwk make_hmac(const Key& key) {
  if (key.material.size() < kLeastSecretBytes) {
    refuse(key, fmt::format("is a secret of {} bytes; at least {} are needed, 32 or more are better",
                            key.material.size(), kLeastSecretBytes));
  }
  // A public key is no secret: whoever has it could sign.
  if (key.material.find("-----BEGIN ") != std::string::npos) refuse(key, "is a PEM file, not a secret");
  return Jwk{cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(key.material.data()), key.material.size(),
                                       kNoError)};
}

/// A member of a JSON Web Key that is a number. Read here: cjose ends the process over text that is no base64url.
Bytes number_in(const Key& key, const nlohmann::json& members, const char* name) {
  const auto found = members.find(name);
  if (found == members.end() || !found->is_string()) refuse(key, fmt::format("lacks the member {}", name));
  const auto bytes = decode_base64url(found->get_ref<const std::string&>());
  if (!bytes || bytes->empty()) refuse(key, fmt::format("has a member {} that is not base64url", name));
  return {bytes->begin(), bytes->end()};
}

Jwk make_of_json(const Key& key) {
  const auto members = parse_object(key.material);
  if (!members) refuse(key, "is not a JSON object with each member once");
  if (key.family == KeyFamily::Rsa) return rsa_of(key, number_in(key, *members, "n"), number_in(key, *members, "e"));
  Bytes x = number_in(key, *members, "x");
  Bytes y = number_in(key, *members, "y");
  if (x.size() != kP256Bytes || y.size() != kP256Bytes) {
    refuse(key, fmt::format("has numbers of {} and {} bytes; P-256 has {}", x.size(), y.size(), kP256Bytes));
  }
  return ec_of(std::move(x), std::move(y));
}

Jwk make_of_family(const Key& key) {
  if (key.family == KeyFamily::Hmac) return make_hmac(key);
  if (key.material.starts_with('{')) return make_of_json(key);
  const PublicKey pem = read_pem(key);
  return key.family == KeyFamily::Rsa ? make_rsa(key, pem.get()) : make_ec(key, pem.get());
}

/// What OpenSSL notes about failures must not be found later by a TLS connection of the same thread.
class ErrorQueueMark {
 public:
  ErrorQueueMark() { ERR_set_mark(); }
  ~ErrorQueueMark() { ERR_pop_to_mark(); }
  ErrorQueueMark(const ErrorQueueMark&) = delete;
  ErrorQueueMark& operator=(const ErrorQueueMark&) = delete;
};

}  // namespace

Jwk make_jwk(const Key& key) {
  const ErrorQueueMark mark;
  Jwk jwk = make_of_family(key);
  if (!jwk) refuse(key, "cannot be used: the cryptographic library refuses it");
  return jwk;
}

}  // namespace subd::auth
