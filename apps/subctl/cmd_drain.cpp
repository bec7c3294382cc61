#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "base/time_text.hpp"
#include "subctl/commands.hpp"
#include "subctl/display.hpp"

namespace subd::subctl {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{500};

struct Options {
  std::string over = "30s";
  bool no_wait = false;
};

std::string check_over(const std::string& text) {
  const auto over = base::parse_duration(text);
  const bool allowed = over && *over <= std::chrono::hours{1};
  return allowed ? std::string{} : "'" + text + "' is not a time up to 1h, like 30s or 5min";
}

void tell(const std::string& line) {
  std::fputs((line + "\n").c_str(), stderr);
}

/// Tells how many are left until the daemon is gone. One that is about to go may not answer any more.
void follow(const Invocation& invocation) {
  std::string last;
  while (true) {
    try {
      std::string left = text_at(invocation.read("/v1/status"), "sessions");
      if (left != last) tell(left + " sessions left");
      last = std::move(left);
      std::this_thread::sleep_for(kBetweenLooks);
    } catch (const Failure& failure) {
      if (failure.code() == cli::ExitCode::Unavailable) break;
      if (failure.code() != cli::ExitCode::Timeout) throw;
    }
  }
  tell("subd has ended");
}

cli::ExitCode run(const Invocation& invocation, const Options& options) {
  const auto over = std::chrono::duration_cast<std::chrono::milliseconds>(*base::parse_duration(options.over));
  const Json answer = invocation.send("POST", "/v1/drain", Json{{"over_ms", over.count()}});
  if (invocation.json) {
    print_json(answer);
  } else {
    print(fmt::format("{} sessions are told to go within {}\n", text_at(answer, "sessions"), options.over));
  }
  if (!options.no_wait) follow(invocation);
  return cli::ExitCode::Ok;
}

}  // namespace

void add_drain(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("drain", "Say goodbye to every client, spread over some time, and end the daemon");
  verb->add_option("--over", options->over, "The time that the goodbyes are spread over; default 30s")
      ->type_name("TIME")
      ->check(check_over);
  verb->add_flag("--no-wait", options->no_wait, "Do not wait until the daemon has ended");
  verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return run(invocation, *options); }; });
}

}  // namespace subd::subctl
