#include <memory>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"
#include "subctl/topic_order.hpp"

namespace subd::subctl {
namespace {

struct Options {
  std::string sort = "symbol";
  std::string symbol;
};

cli::ExitCode run(const Invocation& invocation, const Options& options) {
  const Json document = invocation.read("/v1/topics");
  std::vector<Json> topics;
  for (const Json& topic : list_at(document, "topics")) {
    if (options.symbol.empty() || topic.value("symbol", "") == options.symbol) topics.push_back(topic);
  }
  sort_topics(topics, *parse_topic_order(options.sort));
  if (invocation.json) {
    print_json(Json{{"topics", topics}});
    return cli::ExitCode::Ok;
  }
  Table table{{{"SYMBOL"},
               {"TIMEFRAME"},
               {"INDICATOR"},
               {"SUBSCRIBERS", Align::Right},
               {"COMPUTATIONS", Align::Right},
               {"EVALUATIONS", Align::Right},
               {"RATE/S", Align::Right},
               {"LAST UPDATE"},
               {"LAST VALUE", Align::Left, true}}};
  for (const Json& topic : topics) {
    table.add({text_at(topic, "symbol"), text_at(topic, "timeframe"), text_at(topic, "indicator"),
               text_at(topic, "subscribers"), text_at(topic, "computations"), text_at(topic, "evaluations"),
               text_at(topic, "updates_per_second"), age_at(topic, "last_update", invocation.now()),
               value_display(topic.value("last_value", Json()))});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_topics(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("topics", "Indicators that are computed, and for how many subscribers");
  verb->add_option("--sort", options->sort, "Order of the rows")
      ->check(CLI::IsMember({"subscribers", "rate", "symbol"}))
      ->capture_default_str();
  verb->add_option("--symbol", options->symbol, "Only topics of this symbol");
  verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return run(invocation, *options); }; });
}

}  // namespace subd::subctl
