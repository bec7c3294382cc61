#include "tls/trust.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <new>
#include <system_error>

namespace subd::tls {
namespace {

/// What OpenSSL says of its first error, which it then forgets.
std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown error";
}

bool is_address(const std::string& host) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return address != nullptr;
}

/// The words of a person for the answers of a verification that mean one thing; null: OpenSSL's own will do.
const char* name_of(long answer) {
  switch (answer) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "unknown issuer";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "made for another name";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "expired";
    default:
      return nullptr;
  }
}

}  // namespace

void Trust::Free::operator()(ssl_st* session) const noexcept {
  SSL_free(session);
}

base::Result<std::shared_ptr<const Trust>, std::string> Trust::load(const std::string& file) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
  if (!context) throw std::bad_alloc{};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const int loaded = file.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                                  : SSL_CTX_load_verify_file(context.get(), file.c_str());
  if (loaded != 1) return "must be a file of PEM certificates: " + openssl_reason();
  return std::shared_ptr<const Trust>{new Trust{std::move(context)}};
}

Trust::ClientSide Trust::expect(const std::string& host) const {
  ClientSide out{SSL_new(context_.get())};
  // It tells names from addresses, and the certificate has to hold the host as what it is.
  if (!out || SSL_set1_host(out.get(), host.c_str()) != 1) throw std::bad_alloc{};
  // A server chooses its certificate by the name that is asked for; an address is none.
  if (!is_address(host)) SSL_set_tlsext_host_name(out.get(), host.c_str());
  return out;
}

std::string refusal_of_certificate(const ssl_st& client_side) {
  const long answer = SSL_get_verify_result(&client_side);
  if (answer == X509_V_OK) return {};
  const std::string detail = X509_verify_cert_error_string(answer);
  const char* name = name_of(answer);
  return name != nullptr ? std::string{name}.append(" (").append(detail).append(")") : detail;
}

}  // namespace subd::tls
