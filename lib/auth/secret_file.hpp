#pragma once

#include <filesystem>
#include <string>

namespace subd::auth {

/// The secret of a daemon that has no other: 64 random hex digits, kept in `file`.
///
/// Made when absent, the parent folders too, readable by the owner alone, and on disk before this returns. Two
/// processes that start at once get the same secret. A file that group or others can read is refused.
/// Throws std::runtime_error that names the file.
[[nodiscard]] std::string load_or_create_secret(const std::filesystem::path& file);

}  // namespace subd::auth
