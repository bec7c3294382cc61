#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

cli::ExitCode run(const Invocation& invocation) {
  const Json document = invocation.read("/v1/streams");
  if (invocation.json) {
    print_json(document);
    return cli::ExitCode::Ok;
  }
  Table table{{{"SYMBOL"},
               {"TIMEFRAME"},
               {"UPSTREAM"},
               {"SUBSCRIBERS", Align::Right},
               {"TOPICS", Align::Right},
               {"CONDITIONS", Align::Right},
               {"BARS", Align::Right},
               {"EPOCH"},
               {"SEQ", Align::Right},
               {"RATE/S", Align::Right},
               {"LAST UPDATE"}}};
  for (const Json& stream : list_at(document, "streams")) {
    table.add({text_at(stream, "symbol"), text_at(stream, "timeframe"), text_at(stream, "upstream"),
               text_at(stream, "subscribers"), text_at(stream, "topics"), text_at(stream, "conditions"),
               text_at(stream, "bars_held"), text_at(stream, "epoch"), text_at(stream, "seq"),
               text_at(stream, "updates_per_second"), age_at(stream, "last_update", invocation.now())});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_streams(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("streams", "Symbols and timeframes that are built, with their bars");
  verb->callback([&invocation] { invocation.action = [&invocation] { return run(invocation); }; });
}

}  // namespace subd::subctl
