#include "feed/kite_credentials.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/temporary_directory.hpp"

namespace subd::feed {
namespace {

class KiteCredentialsTest : public testing::Test {
 protected:
  void write(std::string_view text, std::filesystem::perms mode = std::filesystem::perms::owner_read |
                                                                  std::filesystem::perms::owner_write) const {
    std::ofstream{file} << text;
    std::filesystem::permissions(file, mode);
  }
  [[nodiscard]] std::string problem() const {
    const auto loaded = KiteCredentialSource{file}.load();
    return loaded ? "none" : loaded.error().message;
  }

  test::TemporaryDirectory folder;
  std::string file = folder.file("kite");
};

TEST_F(KiteCredentialsTest, ReadsBothFromAFile) {
  write("# of today\n\napi_key = abc \r\naccess_token=d=ef\n");
  const auto loaded = KiteCredentialSource{file}.load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->api_key, "abc");
  EXPECT_EQ(loaded->access_token, "d=ef");
}

TEST_F(KiteCredentialsTest, NamesTheFileAndNeverWhatIsInIt) {
  EXPECT_EQ(problem(), file + ": there is no such file");
  write("api_key=topsecret\n");
  EXPECT_EQ(problem(), file + ": access_token is missing");
  write("access_token=topsecret\n");
  EXPECT_EQ(problem(), file + ": api_key is missing");
  write("api_key=topsecret\ntopsecret\n");
  EXPECT_EQ(problem(), file + ": line 2 must be api_key=... or access_token=...");
  write("");
  EXPECT_EQ(problem(), file + ": cannot be read, or is empty");
  write(std::string(5000, '#'));
  EXPECT_EQ(problem(), file + ": is above 4096 bytes");
}

TEST_F(KiteCredentialsTest, AFileThatOthersCanReadIsRefused) {
  using std::filesystem::perms;
  write("api_key=a\naccess_token=b\n", perms::owner_read | perms::owner_write | perms::group_read);
  EXPECT_EQ(problem(), file + ": others may use these credentials; run: chmod 600 " + file);
}

TEST_F(KiteCredentialsTest, KnowsWhenTheFileWasWrittenAgain) {
  write("api_key=a\naccess_token=b\n");
  KiteCredentialSource source{file};
  ASSERT_TRUE(source.load());
  EXPECT_FALSE(source.has_changed());
  std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::seconds{1});
  EXPECT_TRUE(source.has_changed());
}

TEST_F(KiteCredentialsTest, WithoutAFileTheyComeFromTheEnvironment) {
  ::setenv("KITE_API_KEY", "abc", 1);
  ::unsetenv("KITE_ACCESS_TOKEN");
  KiteCredentialSource source{""};
  EXPECT_EQ(source.load().error().message, "environment: KITE_ACCESS_TOKEN is missing");
  ::setenv("KITE_ACCESS_TOKEN", "def", 1);
  const auto loaded = source.load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->access_token, "def");
  EXPECT_FALSE(source.has_changed());
  ::unsetenv("KITE_API_KEY");
  ::unsetenv("KITE_ACCESS_TOKEN");
}

TEST_F(KiteCredentialsTest, RedactsBothWhereverTheyStand) {
  const KiteCredentials credentials{"key1", "token2"};
  EXPECT_EQ(credentials.redacted("key1 and token2token2 are wrong"), "*** and ****** are wrong");
  EXPECT_EQ(credentials.redacted("nothing of ours"), "nothing of ours");
  EXPECT_EQ(KiteCredentials{}.redacted("nothing is known"), "nothing is known");
}

}  // namespace
}  // namespace subd::feed
