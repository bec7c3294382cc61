#include "auth/secret_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>
#include <thread>
#include <vector>

#include "auth/scratch_folder.hpp"

namespace subd::auth {
namespace {

using test::error_of;
using test::ScratchFolder;

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777u : 0u;
}

TEST(SecretFile, MakesASecretThatOnlyItsOwnerCanRead) {
  const ScratchFolder folder;
  const auto file = folder.path() / "state" / "deeper" / "secret";
  const auto secret = load_or_create_secret(file);
  EXPECT_EQ(secret.size(), 64u);
  EXPECT_EQ(secret.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(mode_of(file), 0600u);
  EXPECT_EQ(mode_of(file.parent_path()), 0700u);
  EXPECT_EQ(mode_of(file.parent_path().parent_path()), 0700u);
}

TEST(SecretFile, GivesTheSameSecretEverAfter) {
  const ScratchFolder folder;
  const auto file = folder.path() / "secret";
  const auto secret = load_or_create_secret(file);
  EXPECT_EQ(load_or_create_secret(file), secret);
  EXPECT_NE(load_or_create_secret(folder.path() / "another"), secret);
}

TEST(SecretFile, LeavesNothingElseBehind) {
  const ScratchFolder folder;
  (void)load_or_create_secret(folder.path() / "secret");
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) names.insert(entry.path().filename());
  EXPECT_EQ(names, std::set<std::string>{"secret"});
}

TEST(SecretFile, GivesEveryoneWhoStartsAtOnceTheSameSecret) {
  const ScratchFolder folder;
  const auto file = folder.path() / "state" / "secret";
  std::vector<std::string> secrets(8);
  std::vector<std::thread> threads;
  for (auto& secret : secrets) threads.emplace_back([&secret, &file] { secret = load_or_create_secret(file); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(secrets.begin(), secrets.end()).size(), 1u);
}

TEST(SecretFile, RefusesASecretThatOthersMayUse) {
  const ScratchFolder folder;
  for (const unsigned mode : {0640u, 0604u, 0620u, 0644u, 0610u}) {
    const auto file = folder.write("secret", std::string(64, 'a'), mode);
    const auto text = error_of([&] { (void)load_or_create_secret(file); });
    EXPECT_NE(text.find("others may use this secret"), std::string::npos) << text;
    EXPECT_NE(text.find("chmod 600 " + file.string()), std::string::npos) << text;
    EXPECT_EQ(text.find("aaaa"), std::string::npos);
  }
}

TEST(SecretFile, RefusesAFileThatIsNoSecret) {
  const ScratchFolder folder;
  EXPECT_NE(error_of([&] {
              (void)load_or_create_secret(folder.write("short", "fifteen bytes!!\n"));
            }).find("holds a secret of 15 bytes; at least 16 are needed"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              (void)load_or_create_secret(folder.write("large", std::string(5000, 'x')));
            }).find("is too large for a secret"),
            std::string::npos);
  EXPECT_NE(error_of([&] { (void)load_or_create_secret(folder.path()); }).find("is not a regular file"),
            std::string::npos);
  const auto file = folder.write("file", std::string(32, 'x'));
  EXPECT_NE(error_of([&] { (void)load_or_create_secret(file / "secret"); }), "");
}

}  // namespace
}  // namespace subd::auth
