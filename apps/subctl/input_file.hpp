#pragma once

#include <string>

namespace subd::subctl {

/// The whole of a file for the daemon; `-` is standard input. Throws Failure (BadData) for what cannot be read, is
/// empty or is larger than the daemon takes. On a terminal standard error tells what is sent, because a large file
/// takes a moment.
[[nodiscard]] std::string read_input(const std::string& path);

}  // namespace subd::subctl
