#pragma once

#include <string>

#include "cli/command_tree.hpp"

/// One writer per shell, each in its own file.
namespace subd::cli {

[[nodiscard]] std::string bash_completion(const Command& program);
[[nodiscard]] std::string zsh_completion(const Command& program);
[[nodiscard]] std::string fish_completion(const Command& program);

/// `text` as one single-quoted word of bash and zsh.
[[nodiscard]] std::string shell_quoted(const std::string& text);

/// `words` with a space between each two.
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

}  // namespace subd::cli
