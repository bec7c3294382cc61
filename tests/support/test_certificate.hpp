#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/clock.hpp"

namespace subd::test {

/// A self-signed certificate for 127.0.0.1 with its key, in files of a folder of its own that ends with it.
class TestCertificate {
 public:
  explicit TestCertificate(const std::string& name = "subd.test", base::UtcTime begins_at = base::UtcTime{},
                           base::UtcTime ends_at = base::UtcTime{std::chrono::hours{24} * 365 * 200}) {
    std::string pattern = (std::filesystem::temp_directory_path() / "subd-certificate-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no folder for a certificate"};
    folder_ = pattern;
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    const std::unique_ptr<X509, decltype(&X509_free)> made{X509_new(), &X509_free};
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    ASN1_TIME_set(X509_getm_notBefore(made.get()), std::chrono::system_clock::to_time_t(begins_at));
    ASN1_TIME_set(X509_getm_notAfter(made.get()), std::chrono::system_clock::to_time_t(ends_at));
    X509_set_pubkey(made.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(made.get(), subject);
    if (X509_sign(made.get(), key.get(), EVP_sha256()) == 0) throw std::runtime_error{"cannot sign a certificate"};
    const File certificate_file{std::fopen(certificate().c_str(), "w"), &std::fclose};
    const File key_file{std::fopen(this->key().c_str(), "w"), &std::fclose};
    PEM_write_X509(certificate_file.get(), made.get());
    PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::filesystem::permissions(this->key(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  ~TestCertificate() { std::filesystem::remove_all(folder_); }
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  [[nodiscard]] std::string certificate() const { return folder_ / "certificate.pem"; }
  [[nodiscard]] std::string key() const { return folder_ / "key.pem"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;
  std::filesystem::path folder_;
};

}  // namespace subd::test
