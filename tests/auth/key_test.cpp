#include "auth/key.hpp"

#include <gtest/gtest.h>

#include "auth/foreign_tokens.hpp"
#include "auth/scratch_folder.hpp"

namespace subd::auth {
namespace {

using test::error_of;
using test::ScratchFolder;

TEST(Key, TakesTheBytesOfASecretFileButItsLastNewline) {
  const ScratchFolder folder;
  const std::string secret = "sixteen bytes or\nmore \t";
  EXPECT_EQ(load_key(KeyFamily::Hmac, folder.write("a", secret)).material, secret);
  EXPECT_EQ(load_key(KeyFamily::Hmac, folder.write("b", secret + "\n")).material, secret);
  EXPECT_EQ(load_key(KeyFamily::Hmac, folder.write("c", secret + "\r\n")).material, secret);
  EXPECT_EQ(load_key(KeyFamily::Hmac, folder.write("d", secret + "\n\n")).material, secret + "\n");
}

TEST(Key, KeepsWhatItIsToldAboutTheKey) {
  const ScratchFolder folder;
  const auto file = folder.write("rsa.pem", test::kRsaPublicPem, 0644);
  const auto key = load_key(KeyFamily::Rsa, file, "2024-a");
  EXPECT_EQ(key.family, KeyFamily::Rsa);
  EXPECT_EQ(key.id, "2024-a");
  EXPECT_EQ(key.name, file.string());
  EXPECT_EQ(key.material, test::kRsaPublicPem);
}

TEST(Key, NamesTheFileThatCannotBeUsedAndNeverItsContent) {
  const ScratchFolder folder;
  const auto refusal = [&](KeyFamily family, const std::filesystem::path& file) {
    const auto text = error_of([&] { (void)load_key(family, file); });
    const auto name = file.string() + ": ";
    EXPECT_EQ(text.substr(0, name.size()), name);
    return text.substr(std::min(name.size(), text.size()));
  };
  EXPECT_EQ(refusal(KeyFamily::Hmac, folder.path() / "absent"), "cannot read the key file: No such file or directory");
  EXPECT_EQ(refusal(KeyFamily::Hmac, folder.path()), "is a folder, not a key file");
  EXPECT_EQ(refusal(KeyFamily::Hmac, folder.write("empty", "\n")),
            "is a secret of 0 bytes; at least 16 are needed, 32 or more are better");
  EXPECT_EQ(refusal(KeyFamily::Hmac, folder.write("large", std::string(70000, 'x'))),
            "is larger than 65536 bytes; no key file is");
  EXPECT_EQ(refusal(KeyFamily::Hmac, folder.write("public", test::kRsaPublicPem)), "is a PEM file, not a secret");
  EXPECT_EQ(refusal(KeyFamily::EcP256, folder.write("rsa", test::kRsaPublicPem)),
            "is not an elliptic-curve key, which ES256 needs");
  EXPECT_EQ(refusal(KeyFamily::Rsa, folder.write("text", "sekrit")),
            "is not a public key in PEM form (BEGIN PUBLIC KEY)");
}

}  // namespace
}  // namespace subd::auth
