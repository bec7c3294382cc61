#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "cli/exit_code.hpp"
#include "cli/parse.hpp"
#include "subctl/commands.hpp"

namespace {

constexpr const char* kFooter = R"(--control and --json are accepted before and after the verb.
Environment: SUBD_CONTROL_SOCKET is used when --control is not given; NO_COLOR turns bold titles off.
Exit status: 0 ok, 1 the answer is no, 64 usage, 65 bad data, 69 no daemon, 70 internal, 75 timeout, 77 not permitted,
78 wrong configuration.
Manual: man subctl)";

void describe(CLI::App& app, subd::subctl::Invocation& invocation) {
  using namespace subd::subctl;
  app.name("subctl");
  app.set_version_flag("--version", "subctl " SUBD_VERSION, "Print the version and end");
  app.add_option("--control", invocation.control, "Control socket of the daemon; see subctl(1) for the default")
      ->type_name("SOCKET");
  app.add_flag("--json", invocation.json, "Print the daemon's JSON instead of a table");
  app.require_subcommand(1);
  app.fallthrough();  // verbs inherit it: the flags above count after them too
  app.footer(kFooter);
  for (const auto add : {add_status, add_sessions,   add_topics,      add_streams,   add_upstream,  add_channels,
                         add_subs,   add_indicators, add_instruments, add_bars,      add_analytics, add_token,
                         add_apikey, add_users,      add_signals,     add_loglevel,  add_reload,    add_drain,
                         add_top,    add_metrics,    add_config,      add_completion}) {
    add(app, invocation);
  }
}

int fail(subd::cli::ExitCode code, const char* message) {
  std::fprintf(stderr, "subctl: %s\n", message);
  return subd::cli::to_int(code);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const subd::base::SystemClock clock;
    subd::subctl::Invocation invocation{clock};
    CLI::App app{"Look into a running subd and steer it"};
    describe(app, invocation);
    if (const auto exit_code = subd::cli::parse(app, argc, argv)) return *exit_code;
    return subd::cli::to_int(invocation.action());
  } catch (const subd::subctl::Failure& failure) {
    return fail(failure.code(), failure.what());
  } catch (const std::exception& bug) {
    return fail(subd::cli::ExitCode::Internal, bug.what());
  }
}
