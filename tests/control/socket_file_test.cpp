#include "control/socket_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include "control/raw_client.hpp"
#include "support/temporary_directory.hpp"

namespace subd::control {
namespace {

namespace fs = std::filesystem;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(SocketFile, IsForOwnerAndGroupWhateverTheUmask) {
  const test::TemporaryDirectory directory;
  const mode_t before = ::umask(0);
  {
    const auto open_umask = SocketFile::claim(directory.file("a.sock"));
    ASSERT_TRUE(open_umask) << open_umask.error().message;
    ::umask(0077);
    const auto tight_umask = SocketFile::claim(directory.file("b.sock"));
    ASSERT_TRUE(tight_umask) << tight_umask.error().message;
    EXPECT_EQ(mode_of(directory.file("a.sock")), 0660U);
    EXPECT_EQ(mode_of(directory.file("b.sock")), 0660U);
  }
  ::umask(before);
}

TEST(SocketFile, MakesMissingDirectoriesPrivate) {
  const test::TemporaryDirectory directory;
  const auto file = SocketFile::claim(directory.file("x/y/control.sock"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(mode_of(directory.file("x")), 0700U);
  EXPECT_EQ(mode_of(directory.file("x/y")), 0700U);
}

TEST(SocketFile, IsRemovedAtTheEnd) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.file("control.sock");
  { ASSERT_TRUE(SocketFile::claim(path)); }
  EXPECT_FALSE(fs::exists(path));
}

TEST(SocketFile, SecondClaimIsRefusedAndHarmless) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.file("control.sock");
  const auto first = SocketFile::claim(path);
  ASSERT_TRUE(first);
  const auto second = SocketFile::claim(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, SocketError::Reason::InUse);
  EXPECT_EQ(second.error().message, "another subd is listening on " + path);
  EXPECT_TRUE(test::RawClient{path}.connected());
}

TEST(SocketFile, StaleFileIsTakenOver) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.file("control.sock");
  const int left_behind = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  ASSERT_EQ(::bind(left_behind, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(left_behind);
  ASSERT_FALSE(test::RawClient{path}.connected());

  const auto file = SocketFile::claim(path);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(test::RawClient{path}.connected());
}

TEST(SocketFile, FileThatIsNoSocketStays) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.file("notes.txt");
  std::ofstream{path} << "keep me";
  const auto file = SocketFile::claim(path);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().reason, SocketError::Reason::NotUsable);
  EXPECT_NE(file.error().message.find("is not a socket"), std::string::npos);
  EXPECT_EQ(fs::file_size(path), 7U);
}

TEST(SocketFile, SuccessorsFileIsNotRemoved) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.file("control.sock");
  std::optional<SocketFile> successor;
  {
    const auto first = SocketFile::claim(path);
    ASSERT_TRUE(first);
    fs::remove(path);
    auto second = SocketFile::claim(path);
    ASSERT_TRUE(second) << second.error().message;
    successor.emplace(std::move(*second));
  }
  EXPECT_TRUE(fs::exists(path));
  EXPECT_TRUE(test::RawClient{path}.connected());
}

TEST(SocketFile, LongPathIsRefusedWithItsLimit) {
  const auto file = SocketFile::claim("/tmp/" + std::string(120, 'x'));
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("has 125 bytes, 1 to 107 are allowed"), std::string::npos)
      << file.error().message;
  EXPECT_FALSE(SocketFile::claim(""));
}

TEST(SocketFile, DirectoryThatEverybodyWritesToIsRefused) {
  const test::TemporaryDirectory directory;
  ASSERT_EQ(::chmod(directory.path().c_str(), 0777), 0);
  const auto file = SocketFile::claim(directory.file("control.sock"));
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("everybody may write"), std::string::npos);
}

TEST(SocketFile, DirectoryOfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  const test::TemporaryDirectory directory;
  ASSERT_EQ(::chown(directory.path().c_str(), 65534, 65534), 0);
  const auto file = SocketFile::claim(directory.file("control.sock"));
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("belongs to uid 65534"), std::string::npos);
}

TEST(SocketFile, OfManyClaimsAtOnceExactlyOneWins) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.file("control.sock");
  constexpr std::size_t kClaims = 8;
  std::array<std::optional<SocketFile>, kClaims> winners;
  std::atomic<int> in_use{0};
  std::vector<std::thread> threads;
  for (std::size_t number = 0; number < kClaims; ++number) {
    threads.emplace_back([&, number] {
      auto file = SocketFile::claim(path);
      if (file) {
        winners[number].emplace(std::move(*file));
      } else if (file.error().reason == SocketError::Reason::InUse) {
        ++in_use;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count_if(winners.begin(), winners.end(), [](const auto& winner) { return winner.has_value(); }), 1);
  EXPECT_EQ(in_use, static_cast<int>(kClaims) - 1);
}

TEST(PeerCredentials, AdmitRootOwnerAndGroupOnly) {
  constexpr uid_t kOwner = 1000;
  constexpr gid_t kGroup = 500;
  const std::array<gid_t, 2> groups{7, kGroup};
  const std::array<gid_t, 2> other_groups{7, 8};
  EXPECT_TRUE(admits({0, 0, {}}, kOwner, kGroup));
  EXPECT_TRUE(admits({kOwner, 9, {}}, kOwner, kGroup));
  EXPECT_TRUE(admits({2000, kGroup, {}}, kOwner, kGroup));
  EXPECT_TRUE(admits({2000, 9, groups}, kOwner, kGroup));
  EXPECT_FALSE(admits({2000, 9, other_groups}, kOwner, kGroup));
  EXPECT_FALSE(admits({2000, 9, {}}, kOwner, kGroup));
}

}  // namespace
}  // namespace subd::control
