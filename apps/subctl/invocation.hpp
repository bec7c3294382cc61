#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "cli/exit_code.hpp"
#include "control/client.hpp"

namespace subd::subctl {

/// Keeps the daemon's order of fields.
using Json = nlohmann::ordered_json;

/// Ends a command: the message goes to standard error, the code to the caller of subctl. Thrown by commands, caught
/// once, in main.
class Failure : public std::runtime_error {
 public:
  Failure(cli::ExitCode code, const std::string& message) : std::runtime_error{message}, code_{code} {}
  [[nodiscard]] cli::ExitCode code() const noexcept { return code_; }

 private:
  cli::ExitCode code_;
};

/// How long a command waits for its answer: files and stored bars take the daemon longer than its own figures.
enum class Patience : std::uint8_t { Usual, Long };

/// What every command needs: the global flags, the way to the daemon and the way to standard output.
class Invocation {
 public:
  explicit Invocation(const base::Clock& clock) : clock_{clock} {}

  std::string control;  ///< `--control`; empty = the default paths
  bool json = false;    ///< `--json`

  /// Set by the verb on the command line; main runs it once all flags are known. Returns the exit code.
  std::function<cli::ExitCode()> action;

  /// The answer to a GET as JSON. Throws Failure for whatever is not a 200.
  [[nodiscard]] Json read(std::string_view target, Patience patience = Patience::Usual) const;
  /// The same for text that is not JSON.
  [[nodiscard]] std::string read_text(std::string_view target, Patience patience = Patience::Usual) const;
  [[nodiscard]] Json send(std::string_view method, std::string_view target, const Json& body,
                          Patience patience = Patience::Usual) const;
  /// POSTs a file, with Patience::Long: it is read, checked and stored before the answer comes.
  [[nodiscard]] Json send_file(std::string_view target, std::string content) const;

  [[nodiscard]] base::UtcTime now() const { return clock_.utc_now(); }
  [[nodiscard]] base::MonoTime mono_now() const { return clock_.mono_now(); }

 private:
  struct Body {
    std::string content;
    std::string_view type = "application/json";
  };
  [[nodiscard]] std::string request(std::string_view method, std::string_view target, Body body,
                                    Patience patience) const;

  const base::Clock& clock_;
};

/// Standard output; a reader that went away (`subctl ... | head`) is no error.
void print(std::string_view text);
/// `json` indented, with a line end.
void print_json(const Json& json);

}  // namespace subd::subctl
