#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

cli::ExitCode run(const Invocation& invocation) {
  const Json channels = invocation.read("/v1/channels");
  if (invocation.json) {
    print_json(channels);
    return cli::ExitCode::Ok;
  }
  Table table{{{"CHANNEL"},
               {"CLIENTS", Align::Right},
               {"BUILDS", Align::Right},
               {"LAST BUILD"},
               {"MESSAGE", Align::Right},
               {"OFFERED", Align::Right},
               {"DROPPED", Align::Right}}};
  for (const Json& channel : list_at(channels, "channels")) {
    table.add({text_at(channel, "name"), text_at(channel, "clients"), text_at(channel, "builds"),
               age_at(channel, "last_build", invocation.now()), bytes_at(channel, "message_bytes"),
               text_at(channel, "offered"), text_at(channel, "dropped")});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_channels(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("channels", "The broadcast channels, with their clients and messages");
  verb->callback([&invocation] { invocation.action = [&invocation] { return run(invocation); }; });
}

}  // namespace subd::subctl
