#include "tls/identity.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/test_certificate.hpp"

namespace subd::tls {
namespace {

using File = IdentityProblem::File;
using test::TestCertificate;

const base::UtcTime kNow{std::chrono::seconds{1'800'000'000}};
constexpr std::chrono::hours kDay{24};

IdentitySettings files_of(const TestCertificate& made) {
  return {made.certificate(), made.key()};
}

std::string content_of(const std::string& file) {
  std::ifstream stream{file};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

void expect_problem(const IdentitySettings& settings, File file, const std::string& part) {
  const auto loaded = Identity::load(settings, kNow);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().file, file);
  EXPECT_NE(loaded.error().message.find(part), std::string::npos) << loaded.error().message;
  EXPECT_TRUE(loaded.error().message.starts_with("must ")) << loaded.error().message;
}

TEST(Identity, TellsItsNameAndItsEnd) {
  const TestCertificate made{"api.example.com", kNow - kDay, kNow + 30 * kDay};
  const auto loaded = Identity::load(files_of(made), kNow);
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->subject(), "CN=api.example.com");
  EXPECT_EQ((*loaded)->ends_at(), kNow + 30 * kDay);
}

TEST(Identity, TakesAChainAfterTheCertificate) {
  const TestCertificate made;
  const TestCertificate authority{"authority"};
  const std::string chain = content_of(authority.certificate());
  std::ofstream{made.certificate(), std::ios::app} << chain;
  EXPECT_TRUE(Identity::load(files_of(made), kNow));
  std::ofstream{made.certificate(), std::ios::app} << chain.substr(0, chain.size() / 2);
  expect_problem(files_of(made), File::Certificate, "nothing cut short");
}

TEST(Identity, RefusesACertificateOutsideItsTime) {
  const TestCertificate ended{"x", kNow - 2 * kDay, kNow - kDay};
  expect_problem(files_of(ended), File::Certificate, "it ended at 2027-01-14T");
  const TestCertificate later{"x", kNow + kDay, kNow + 2 * kDay};
  expect_problem(files_of(later), File::Certificate, "it begins at 2027-01-16T");
}

TEST(Identity, RefusesTheKeyOfAnother) {
  const TestCertificate one;
  const TestCertificate other;
  expect_problem({one.certificate(), other.key()}, File::Key, "belongs to another");
}

TEST(Identity, RefusesAKeyThatOthersMayRead) {
  const TestCertificate made;
  std::filesystem::permissions(made.key(), std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  expect_problem(files_of(made), File::Key, "mode is 0640; run: chmod 600 " + made.key());
}

TEST(Identity, RefusesWhatIsNoFileOrNoPem) {
  const TestCertificate made;
  expect_problem({made.certificate() + ".none", made.key()}, File::Certificate, "No such file");
  expect_problem({made.folder().string(), made.key()}, File::Certificate, "regular file");
  expect_problem({made.key(), made.key()}, File::Certificate, "PEM certificate");
  const std::string text = content_of(made.certificate());
  std::ofstream{made.key()} << text;
  expect_problem(files_of(made), File::Key, "PEM private key without a password");
}

}  // namespace
}  // namespace subd::tls
