#include <cstdio>
#include <exception>
#include <utility>

#include "base/log.hpp"
#include "cli/exit_code.hpp"
#include "daemon/daemon.hpp"
#include "subd/options.hpp"

namespace {

using subd::cli::ExitCode;

int fail(ExitCode code, const char* message) {
  std::fprintf(stderr, "subd: %s\n", message);
  return subd::cli::to_int(code);
}

int serve(subd::Options options) {
  subd::base::log::open(options.config.log.level, options.config.log.format);
  struct Close {
    ~Close() { subd::base::log::close(); }
  } close;
  try {
    subd::daemon::Daemon daemon{std::move(options.config), SUBD_VERSION,
                                [sources = std::move(options.sources)] { return subd::config::load(sources); }};
    daemon.run();
    return subd::cli::to_int(ExitCode::Ok);
  } catch (const subd::daemon::Unavailable& taken) {
    return fail(ExitCode::Unavailable, taken.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::Internal, "out of memory");
  } catch (const std::exception& error) {
    return fail(ExitCode::Configuration, error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    subd::Options options;
    if (const auto code = subd::parse_options(argc, argv, options)) return *code;
    return serve(std::move(options));
  } catch (const std::exception& bug) {
    return fail(ExitCode::Internal, bug.what());
  }
}
