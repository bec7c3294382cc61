#include <memory>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"

namespace subd::subctl {
namespace {

cli::ExitCode run(const Invocation& invocation, const std::string& level) {
  const Json answer =
      level.empty() ? invocation.read("/v1/loglevel") : invocation.send("PUT", "/v1/loglevel", Json{{"level", level}});
  if (invocation.json) {
    print_json(answer);
  } else {
    print(text_at(answer, "level") + "\n");
  }
  return cli::ExitCode::Ok;
}

}  // namespace

void add_loglevel(CLI::App& app, Invocation& invocation) {
  const auto level = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("loglevel", "Print or set how much the daemon logs");
  verb->add_option("LEVEL", *level, "New level, until the daemon ends")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
  verb->callback(
      [&invocation, level] { invocation.action = [&invocation, level] { return run(invocation, *level); }; });
}

}  // namespace subd::subctl
