#include "tls/identity.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/time_text.hpp"

namespace subd::tls {
namespace {

using File = IdentityProblem::File;
template <class T>
using Loaded = base::Result<T, IdentityProblem>;

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* object) const noexcept { Free(object); }
};
using Bio = std::unique_ptr<BIO, Freed<BIO, BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;

constexpr std::size_t kFileLimitBytes = std::size_t{256} * 1024;

// TLS 1.2 with forward secrecy and authenticated encryption alone; those of TLS 1.3 all are so.
// The shorter key comes first: an idle connection is 190 bytes smaller with it.
constexpr const char* kCiphers = "ECDHE+AESGCM+AES128:ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kTls13Ciphers = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";
/// As ALPN has it: a length, then the name.
constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// What OpenSSL says of its first error, which it then forgets.
std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown error";
}

Loaded<std::string> read_file(const std::string& name, File which) {
  const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    return IdentityProblem{which, "must be a file to read: " + std::generic_category().message(errno)};
  }
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file{::fdopen(descriptor, "r"), &std::fclose};
  if (!file) {
    ::close(descriptor);
    throw std::bad_alloc{};
  }
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return IdentityProblem{which, "must be a regular file"};
  }
  if (which == File::Key && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return IdentityProblem{which, fmt::format("must be for its owner alone, but its mode is {:04o}; run: chmod 600 {}",
                                              status.st_mode & 07777, name)};
  }
  std::string content(kFileLimitBytes + 1, '\0');
  content.resize(std::fread(content.data(), 1, content.size(), file.get()));
  if (content.size() > kFileLimitBytes) {
    return IdentityProblem{which, fmt::format("must be at most {} bytes long", kFileLimitBytes)};
  }
  return content;
}

Bio bio_of(const std::string& text) {
  Bio bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  if (!bio) throw std::bad_alloc{};
  return bio;
}

/// Instead of asking for it on the terminal.
int refuse_password(char*, int, int, void*) {
  return -1;
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  // Without const in its signature, but it only reads.
  auto** const selected = const_cast<unsigned char**>(out);
  const int outcome = SSL_select_next_proto(selected, out_size, kHttp11.data(), kHttp11.size(), offered, offered_size);
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<SSL_CTX> make_context(Version least_version) {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};
  if (!context) throw std::bad_alloc{};
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, least_version == Version::Tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, kCiphers);
  SSL_CTX_set_ciphersuites(raw, kTls13Ciphers);
  SSL_CTX_set1_groups_list(raw, kGroups);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Idle connections hold no buffers; what a full socket left over is offered again from another place.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 1);
  SSL_CTX_set_alpn_select_cb(raw, &select_protocol, nullptr);
  return context;
}

std::optional<IdentityProblem> use_certificates(SSL_CTX& context, const std::string& text) {
  const Bio bio = bio_of(text);
  const Certificate first{PEM_read_bio_X509_AUX(bio.get(), nullptr, &refuse_password, nullptr)};
  if (!first) {
    return IdentityProblem{File::Certificate, "must be a PEM certificate: " + openssl_reason()};
  }
  if (SSL_CTX_use_certificate(&context, first.get()) != 1) {
    return IdentityProblem{File::Certificate, "must be a certificate that TLS can use: " + openssl_reason()};
  }
  while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, &refuse_password, nullptr)}) {
    if (SSL_CTX_add0_chain_cert(&context, next.get()) != 1) {
      return IdentityProblem{File::Certificate, "must hold certificates that TLS can use: " + openssl_reason()};
    }
    static_cast<void>(next.release());  // the context's from now on
  }
  const unsigned long end = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_LIB(end) != ERR_LIB_PEM || ERR_GET_REASON(end) != PEM_R_NO_START_LINE) {
    return IdentityProblem{File::Certificate, "must hold PEM certificates and nothing cut short"};
  }
  return std::nullopt;
}

std::optional<IdentityProblem> use_key(SSL_CTX& context, const std::string& text) {
  const Bio bio = bio_of(text);
  const PrivateKey key{PEM_read_bio_PrivateKey(bio.get(), nullptr, &refuse_password, nullptr)};
  if (!key) return IdentityProblem{File::Key, "must be a PEM private key without a password: " + openssl_reason()};
  const X509* const certificate = SSL_CTX_get0_certificate(&context);
  if (X509_check_private_key(certificate, key.get()) != 1) {
    ERR_clear_error();
    return IdentityProblem{File::Key, "must be the key of the certificate, but belongs to another one"};
  }
  if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1) {
    return IdentityProblem{File::Key, "must be a key that TLS can use: " + openssl_reason()};
  }
  return std::nullopt;
}

base::UtcTime utc(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return base::UtcTime{std::chrono::seconds{::timegm(&parts)}};
}

std::string subject_of(const X509& certificate) {
  const Bio bio{BIO_new(BIO_s_mem())};
  if (!bio) throw std::bad_alloc{};
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

Loaded<std::shared_ptr<const Identity>> Identity::load(const IdentitySettings& settings, base::UtcTime now) {
  ERR_clear_error();
  const auto certificate_text = read_file(settings.certificate, File::Certificate);
  if (!certificate_text) return certificate_text.error();
  const auto key_text = read_file(settings.key, File::Key);
  if (!key_text) return key_text.error();

  std::shared_ptr<SSL_CTX> context = make_context(settings.least_version);
  if (auto problem = use_certificates(*context, *certificate_text)) return std::move(*problem);
  const X509& certificate = *SSL_CTX_get0_certificate(context.get());
  const base::UtcTime begins_at = utc(X509_get0_notBefore(&certificate));
  const base::UtcTime ends_at = utc(X509_get0_notAfter(&certificate));
  if (ends_at <= now) {
    return IdentityProblem{File::Certificate,
                           "must be a certificate that has not ended; it ended at " + base::time_text(ends_at)};
  }
  if (begins_at > now) {
    return IdentityProblem{File::Certificate,
                           "must be a certificate that has begun; it begins at " + base::time_text(begins_at)};
  }
  if (auto problem = use_key(*context, *key_text)) return std::move(*problem);
  return std::shared_ptr<const Identity>{new Identity{std::move(context), subject_of(certificate), ends_at}};
}

}  // namespace subd::tls
