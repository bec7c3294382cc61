#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace subd::test {

/// The client's side of TLS over a connected descriptor that blocks, with whatever certificate comes.
class TlsClient {
 public:
  explicit TlsClient(int descriptor) : context_{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free} {
    SSL_CTX_set_security_level(context_.get(), 0);  // what the server refuses, it has to refuse itself
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), descriptor);
  }

  void offer_versions(int least, int most) {
    SSL_set_min_proto_version(ssl_.get(), least);
    SSL_set_max_proto_version(ssl_.get(), most);
  }
  void offer_ciphers(const char* list) { SSL_set_cipher_list(ssl_.get(), list); }
  /// As ALPN has them: each with its length in front.
  void offer_protocols(std::string_view list) {
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }

  [[nodiscard]] bool shake_hands() { return SSL_connect(ssl_.get()) == 1; }
  [[nodiscard]] bool renegotiates() { return SSL_renegotiate(ssl_.get()) == 1 && SSL_do_handshake(ssl_.get()) == 1; }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
  /// The name in the server's certificate.
  [[nodiscard]] std::string server_name() const {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{SSL_get1_peer_certificate(ssl_.get()), &X509_free};
    char name[256] = {};
    if (certificate) {
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    }
    return name;
  }

  void change_keys() { SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED); }
  bool send(std::string_view bytes) {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  }
  /// What comes next; empty at the end.
  std::string receive() {
    std::string bytes(65'536, '\0');
    const int got = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  /// The server has said that nothing follows.
  [[nodiscard]] bool was_told_the_end() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
};

}  // namespace subd::test
