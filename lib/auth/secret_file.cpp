#include "auth/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "auth/key.hpp"
#include "base/random_id.hpp"

namespace subd::auth {

namespace {

constexpr std::size_t kSecretDigits = 64;

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view what) {
  throw std::runtime_error{fmt::format("{}: {}: {}", file.string(), what, std::generic_category().message(errno))};
}

/// An open file, closed with its owner.
class File {
 public:
  explicit File(int descriptor) noexcept : descriptor_{descriptor} {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

void check_private(const std::filesystem::path& file, const File& opened) {
  struct stat status {};
  if (::fstat(opened.descriptor(), &status) != 0) fail(file, "cannot examine the secret file");
  if (!S_ISREG(status.st_mode)) throw std::runtime_error{fmt::format("{}: is not a regular file", file.string())};
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw std::runtime_error{fmt::format("{}: others may use this secret (mode {:04o}); run: chmod 600 {}",
                                         file.string(), status.st_mode & 07777, file.string())};
  }
}

/// The secret in `file`; nullopt when there is no such file.
std::optional<std::string> load(const std::filesystem::path& file) {
  const File opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!opened.is_open()) {
    if (errno == ENOENT) return std::nullopt;
    fail(file, "cannot open the secret file");
  }
  check_private(file, opened);
  std::string secret;
  std::array<char, 4096> buffer;
  while (true) {
    const auto count = ::read(opened.descriptor(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(file, "cannot read the secret file");
    if (count == 0) break;
    secret.append(buffer.data(), static_cast<std::size_t>(count));
    if (secret.size() > buffer.size())
      throw std::runtime_error{fmt::format("{}: is too large for a secret", file.string())};
  }
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.size() < kLeastSecretBytes) {
    throw std::runtime_error{
        fmt::format("{}: holds a secret of {} bytes; at least {} are needed. Remove the file to "
                    "have a new secret made",
                    file.string(), secret.size(), kLeastSecretBytes)};
  }
  return secret;
}

void make_folder(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::is_directory(folder)) return;
  make_folder(folder.parent_path());
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail(folder, "cannot make the folder");
}

void write_whole(const std::filesystem::path& file, const File& opened, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(opened.descriptor(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(file, "cannot write the secret file");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fsync(opened.descriptor()) != 0) fail(file, "cannot bring the secret file to disk");
}

/// Removes the draft of a secret, whatever happened to it.
class DraftFile {
 public:
  explicit DraftFile(std::filesystem::path path) : path_{std::move(path)} {}
  ~DraftFile() { ::unlink(path_.c_str()); }
  DraftFile(const DraftFile&) = delete;
  DraftFile& operator=(const DraftFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// Puts a new secret into place unless another process was faster. The file appears under its name with all of its
/// content or not at all: neither a crash nor a second daemon sees half a secret.
void create(const std::filesystem::path& file) {
  make_folder(file.parent_path());
  const DraftFile draft{file.string() + "." + base::random_hex(12)};
  const File opened{::open(draft.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (!opened.is_open()) fail(file, "cannot make the secret file");
  if (::fchmod(opened.descriptor(), S_IRUSR | S_IWUSR) != 0) fail(file, "cannot protect the secret file");
  write_whole(file, opened, base::random_hex(kSecretDigits) + "\n");
  if (::link(draft.path().c_str(), file.c_str()) != 0 && errno != EEXIST) fail(file, "cannot make the secret file");

  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  const File folder_opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder_opened.is_open() || ::fsync(folder_opened.descriptor()) != 0) fail(folder, "cannot sync the folder");
}

}  // namespace

std::string load_or_create_secret(const std::filesystem::path& file) {
  if (auto secret = load(file)) return *std::move(secret);
  create(file);
  if (auto secret = load(file)) return *std::move(secret);
  throw std::runtime_error{fmt::format("{}: vanished right after it was made", file.string())};
}

}  // namespace subd::auth
