#include <fmt/format.h>

#include <memory>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

struct Options {
  std::string since;
  int limit = 50;
};

cli::ExitCode list(const Invocation& invocation, const Options& options) {
  const Json document = invocation.read(
      fmt::format("/v1/signals?limit={}&since={}", options.limit, control::percent_encoded(options.since)),
      Patience::Long);
  if (invocation.json) {
    print_json(document);
    return cli::ExitCode::Ok;
  }
  Table table{{{"CREATED"}, {"ID", Align::Left, true}, {"PREMIUM"}, {"SYMBOL"}, {"SIDE"}, {"STRENGTH", Align::Right}}};
  for (const Json& signal : list_at(document, "signals")) {
    table.add({text_at(signal, "created_at"), text_at(signal, "id"), signal.value("premium", false) ? "yes" : "no",
               text_at(signal, "symbol"), text_at(signal, "side"),
               signal.contains("strength") && signal["strength"].is_number()
                   ? number_display(number_at(signal, "strength"))
                   : "-"});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_signals(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("signals", "Look at stored signals");
  verb->require_subcommand(1);

  CLI::App* list_verb = verb->add_subcommand("ls", "The newest signals, oldest first");
  list_verb->add_option("--since", options->since, "Those after the signal of this id");
  list_verb->add_option("--limit", options->limit, "Most signals to list")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  list_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return list(invocation, *options); }; });
}

}  // namespace subd::subctl
