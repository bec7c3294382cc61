#include <fmt/format.h>

#include <memory>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/input_file.hpp"
#include "subctl/row_problems.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

struct Options {
  std::string file;
  std::string text;
  std::size_t limit = 20;
  std::string exchange;
  std::string type;
  std::string symbol;
};

cli::ExitCode import(const Invocation& invocation, const Options& options) {
  const Json report = invocation.send_file("/v1/instruments/import", read_input(options.file));
  if (invocation.json) {
    print_json(report);
    return cli::ExitCode::Ok;
  }
  print_problems(report, options.file);
  print(
      fmt::format("imported {} instruments; rows left out: {}\n"
                  "They are searched from now on; the feed describes its symbols by them when subd starts next.\n",
                  text_at(report, "instruments"), text_at(report, "bad_rows")));
  return cli::ExitCode::Ok;
}

cli::ExitCode search(const Invocation& invocation, const Options& options) {
  std::string target =
      fmt::format("/v1/instruments?text={}&limit={}", control::percent_encoded(options.text), options.limit);
  if (!options.exchange.empty()) target += "&exchange=" + control::percent_encoded(options.exchange);
  if (!options.type.empty()) target += "&type=" + control::percent_encoded(options.type);
  const Json document = invocation.read(target);
  const Json& found = list_at(document, "instruments");
  if (invocation.json) {
    print_json(document);
    return found.empty() ? cli::ExitCode::No : cli::ExitCode::Ok;
  }
  if (found.empty()) {
    throw Failure{cli::ExitCode::No, fmt::format("nothing like {} among the {} instruments that subd knows",
                                                 safe_text(options.text), text_at(document, "known"))};
  }
  Table table{{{"SYMBOL"},
               {"NAME", Align::Left, true},
               {"EXCHANGE"},
               {"TYPE"},
               {"EXPIRY"},
               {"STRIKE", Align::Right},
               {"LOT", Align::Right},
               {"TICK", Align::Right},
               {"SERVED"}}};
  for (const Json& one : found) {
    table.add({text_at(one, "symbol"), text_at(one, "name"), text_at(one, "exchange"), text_at(one, "type"),
               text_at(one, "expiry"), text_at(one, "strike"), text_at(one, "lot_size"), text_at(one, "tick_size"),
               text_at(one, "served")});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

cli::ExitCode show(const Invocation& invocation, const Options& options) {
  const Json one = invocation.read("/v1/instruments/" + control::percent_encoded(options.symbol));
  if (invocation.json) {
    print_json(one);
    return cli::ExitCode::Ok;
  }
  std::string aliases;
  for (const Json& alias : list_at(one, "aliases")) {
    if (alias.is_string()) aliases += (aliases.empty() ? "" : ", ") + safe_text(alias.get_ref<const std::string&>());
  }
  print(facts_text({{"symbol", text_at(one, "symbol")},
                    {"name", text_at(one, "name")},
                    {"aliases", aliases.empty() ? "-" : aliases},
                    {"exchange", text_at(one, "exchange")},
                    {"segment", text_at(one, "segment")},
                    {"type", text_at(one, "type")},
                    {"token", text_at(one, "token")},
                    {"underlying", text_at(one, "underlying")},
                    {"expiry", text_at(one, "expiry")},
                    {"strike", text_at(one, "strike")},
                    {"lot size", text_at(one, "lot_size")},
                    {"tick size", text_at(one, "tick_size")},
                    {"served", text_at(one, "served")}}));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_instruments(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  const auto run_with = [&invocation, options](cli::ExitCode (*run)(const Invocation&, const Options&)) {
    return [&invocation, options, run] {
      invocation.action = [&invocation, options, run] { return run(invocation, *options); };
    };
  };
  CLI::App* verb = app.add_subcommand("instruments", "Import, search and show what trades");
  verb->require_subcommand(1);

  CLI::App* import_verb = verb->add_subcommand("import", "Take a dump of instruments in place of the one before");
  import_verb->add_option("FILE", options->file, "CSV as Kite's /instruments gives it; - reads standard input")
      ->type_name("FILE")
      ->required();
  import_verb->footer("Example:\n  subctl instruments import instruments.csv");
  import_verb->callback(run_with(import));

  CLI::App* search_verb = verb->add_subcommand("search", "Find instruments by symbol, alias or words of the name");
  search_verb->add_option("TEXT", options->text, "What to look for, e.g. 'hdfc ba'")->required();
  search_verb->add_option("--limit", options->limit, "Instruments to print at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  search_verb->add_option("--exchange", options->exchange, "Only of this exchange, e.g. NFO");
  search_verb->add_option("--type", options->type, "Only of this type")
      ->check(CLI::IsMember({"index", "equity", "future", "call", "put", "other"}));
  search_verb->footer(
      "Examples:\n  subctl instruments search reliance\n  subctl instruments search nifty --type future --limit 3");
  search_verb->callback(run_with(search));

  CLI::App* show_verb = verb->add_subcommand("show", "Show one instrument in full");
  show_verb->add_option("SYMBOL", options->symbol, "Symbol, alias or EXCHANGE:SYMBOL")->required();
  show_verb->footer("Examples:\n  subctl instruments show NIFTY50\n  subctl instruments show BSE:RELIANCE");
  show_verb->callback(run_with(show));
}

}  // namespace subd::subctl
