#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "cli/exit_code.hpp"
#include "cli/parse.hpp"
#include "wsprobe/commands.hpp"

namespace {

constexpr const char* kFooter = R"(Environment: SUBD_CONTROL_SOCKET is used when --control is not given.
Exit status: 0 all promises kept, 1 a violation or a missed limit, 64 usage, 65 bad scenario or token file,
69 server cannot be reached, 70 internal, 75 timeout, 77 not permitted.
Manual: man wsprobe)";

int fail(subd::cli::ExitCode code, const char* message) {
  std::fprintf(stderr, "wsprobe: %s\n", message);
  return subd::cli::to_int(code);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    using namespace subd::wsprobe;
    Invocation invocation;
    CLI::App app{"Prove that a running subd keeps its promises, watch it, load it"};
    app.name("wsprobe");
    app.set_version_flag("--version", "wsprobe " SUBD_VERSION, "Print the version and end");
    app.require_subcommand(1);
    app.footer(kFooter);
    for (const auto add :
         {add_isolation, add_resume, add_run, add_tail, add_load, add_ticks, add_signals, add_completion}) {
      add(app, invocation);
    }
    if (const auto exit_code = subd::cli::parse(app, argc, argv)) return *exit_code;
    return subd::cli::to_int(invocation.action());
  } catch (const subd::wsprobe::Failure& failure) {
    return fail(failure.code(), failure.what());
  } catch (const std::exception& bug) {
    return fail(subd::cli::ExitCode::Internal, bug.what());
  }
}
