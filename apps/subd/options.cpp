#include "subd/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "cli/completion.hpp"
#include "cli/exit_code.hpp"
#include "cli/parse.hpp"
#include "config/keys.hpp"
#include "config/load.hpp"
#include "daemon/tls_identity.hpp"

namespace subd {
namespace {

constexpr const char* kAbout =
    "Streams market bars and indicators: each computed once, each delivered only to the WebSocket connection that "
    "subscribed to it.";

constexpr const char* kFooter = R"(Examples:
  subd
      Simulated market on 127.0.0.1:8081, nothing to configure.
  subd --listen '[::]:0' --feed sim:seed=7,rate=10
      Any free port on every address; 'subctl status' says which.
  subd --feed replay:nifty.csv,symbol=NIFTY50,timeframe=1min,speed=max
      Bars of a file.
  subd --config /etc/subd/subd.toml --check-config
      What would be in force, without starting.

Environment:
  SUBD_SECTION_KEY       any key of the configuration: SUBD_SERVER_LISTEN
  STATE_DIRECTORY, XDG_STATE_HOME, HOME
                         where the state directory is, unless --state-dir says so
  RUNTIME_DIRECTORY, XDG_RUNTIME_DIR
                         where the control socket is, unless --control says so
  Flags win over the environment, the environment over the file.

Exit status: 0 stopped as asked, 64 wrong flags, 69 address, socket or state
directory taken, 70 internal error, 78 wrong configuration.
See subd(8), subd.conf(5), subctl(1).
)";

/// A flag that sets one key.
struct KeyFlag {
  const char* name;
  std::string_view section;
  std::string_view key;
  const char* type_name;
  const char* help;
};

constexpr KeyFlag kKeyFlags[] = {
    {"--listen", "server", "listen", "ADDR:PORT", "Listen here; port 0 takes a free one, IPv6 as [::1]:8081."},
    {"--tls-listen", "tls", "listen", "ADDR:PORT",
     "Listen here for TLS, too, with the certificate and key of the configuration."},
    {"--feed", "feed", "source", "SPEC",
     "Where market data comes from: sim[:OPTIONS], replay:FILE[,OPTIONS], kite[:OPTIONS], "
     "ssi:FILE[,OPTIONS] or push[:OPTIONS]. Again for another source."},
    {"--state-dir", "state", "directory", "DIR", "Directory for the secret and what else outlives the process."},
    {"--control", "control", "socket", "SOCKET", "Control socket, for subctl."},
    {"--io-threads", "server", "io_threads", "N", "Threads that serve connections; 0 means one per core."},
    {"--market-threads", "engine", "market_threads", "N", "Threads that compute streams, each those of its symbols."},
    {"--log-level", "log", "level", "LEVEL", "Least severe line to write."},
    {"--log-format", "log", "format", "FORMAT", "How the log is written on standard error."},
};

/// The one flag that may be given again.
bool is_feed(const KeyFlag& flag) {
  return flag.section == "feed";
}

/// The command line before the configuration is loaded.
struct CommandLine {
  CLI::App app{kAbout, "subd"};
  std::string file;
  std::vector<std::string> values = std::vector<std::string>(std::size(kKeyFlags));
  std::vector<std::string> feeds;
  std::string shell;
  bool check_config = false;

  CommandLine() {
    app.footer(kFooter);
    app.set_version_flag("--version", "subd " SUBD_VERSION, "Print the version and exit.");
    app.get_help_ptr()->description("Print this help and exit.");
    app.add_option("--config", file, "Read this TOML file, see subd.conf(5).")->type_name("FILE");
    for (std::size_t i = 0; i < values.size(); ++i) {
      const KeyFlag& flag = kKeyFlags[i];
      const config::Key* key = config::find_key(flag.section, flag.key);
      CLI::Option* option = is_feed(flag) ? app.add_option(flag.name, feeds, flag.help)->allow_extra_args(false)
                                          : app.add_option(flag.name, values[i], flag.help);
      option->type_name(flag.type_name);
      if (!key->choices.empty()) {
        option->check(CLI::IsMember(std::vector<std::string>{key->choices.begin(), key->choices.end()}));
      } else if (key->default_text() != "\"\"") {
        option->description(flag.help + std::string{" Default "} + key->default_text() + ".");
      }
    }
    app.add_flag("--check-config", check_config, "Print the configuration in force, or all that is wrong, and exit.");
    app.add_option("--completion", shell, "Print the completion script of a shell")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->group("");
  }

  [[nodiscard]] config::Sources sources(const config::Environment& environment) const {
    config::Sources found;
    if (app.count("--config") > 0) found.file = file;
    found.environment = environment;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const KeyFlag& flag = kKeyFlags[i];
      if (app.count(flag.name) == 0) continue;
      config::FlagValue value{flag.name, flag.section, flag.key, is_feed(flag) ? feeds.front() : values[i]};
      if (is_feed(flag)) value.more.assign(feeds.begin() + 1, feeds.end());
      found.flags.push_back(std::move(value));
    }
    return found;
  }
};

int report(const config::Diagnostics& problems, std::ostream& err) {
  for (const config::Diagnostic& problem : problems) err << "subd: " << problem.text() << '\n';
  const bool only_flags = std::all_of(problems.begin(), problems.end(), [](const config::Diagnostic& problem) {
    return problem.source.compare(0, 2, "--") == 0;
  });
  if (only_flags) err << "Try 'subd --help'.\n";
  return cli::to_int(only_flags ? cli::ExitCode::Usage : cli::ExitCode::Configuration);
}

}  // namespace

std::optional<int> parse_options(int argc, const char* const* argv, const config::Environment& environment,
                                 std::ostream& out, std::ostream& err, Options& options) {
  CommandLine line;
  if (const auto code = cli::parse(line.app, argc, argv, out, err)) return code;
  if (const auto shell = cli::parse_shell(line.shell)) {
    out << cli::completion_script(line.app, *shell);
    return cli::to_int(cli::ExitCode::Ok);
  }
  config::Sources sources = line.sources(environment);
  auto loaded = config::load(sources);
  if (!loaded) return report(loaded.error(), err);
  if (line.check_config) {
    const auto identity = daemon::load_identity(*loaded, base::SystemClock{}.utc_now());
    if (!identity) return report({identity.error()}, err);
    out << config::effective_text(*loaded);
    return cli::to_int(cli::ExitCode::Ok);
  }
  options.config = std::move(*loaded);
  options.sources = std::move(sources);
  return std::nullopt;
}

std::optional<int> parse_options(int argc, char** argv, Options& options) {
  return parse_options(argc, argv, config::process_environment(), std::cout, std::cerr, options);
}

}  // namespace subd
