#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace subd::cli {

enum class Shell { Bash, Zsh, Fish };

/// `bash`, `zsh`, `fish`; nullopt for anything else.
[[nodiscard]] std::optional<Shell> parse_shell(std::string_view name) noexcept;

/// A completion script for the program that `app` describes: verbs, flags, the choices of CLI::IsMember, files for
/// values whose type name is FILE, PATH or SOCKET, directories for DIR. Depends on nothing but the shell. The text is
/// a function of `app` alone, so a checked-in copy can be compared with it.
[[nodiscard]] std::string completion_script(const CLI::App& app, Shell shell);

}  // namespace subd::cli
