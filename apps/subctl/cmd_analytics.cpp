#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "base/time_text.hpp"
#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

struct Options {
  std::string by = "symbol";
  std::string since = "24h";
  std::size_t limit = 20;
};

// CLI11 takes a text as an error message, an empty one as consent.
std::string check_since(const std::string& text) {
  const auto since = base::parse_duration(text);
  const bool allowed = since && *since >= std::chrono::hours{1} && *since <= std::chrono::days{36'500};
  return allowed ? std::string{} : "'" + text + "' is not a time from 1h to 36500d, like 24h or 7d";
}

std::string target_of(const char* path, const Options& options) {
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(*base::parse_duration(options.since));
  return fmt::format("/v1/analytics/{}?by={}&since_s={}&limit={}", path, options.by, since.count(), options.limit);
}

cli::ExitCode show(const Invocation& invocation, const Json& document, const Json& rows, const Table& table) {
  if (invocation.json) {
    print_json(document);
    return rows.empty() ? cli::ExitCode::No : cli::ExitCode::Ok;
  }
  if (rows.empty()) {
    throw Failure{cli::ExitCode::No, "nothing was subscribed since " + text_at(document, "since")};
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

cli::ExitCode top(const Invocation& invocation, const Options& options) {
  const Json document = invocation.read(target_of("top", options), Patience::Long);
  const Json& rows = list_at(document, "top");
  Table table{{{"NAME"}, {"SUBSCRIBES", Align::Right}, {"PEAK", Align::Right}}};
  for (const Json& row : rows) table.add({text_at(row, "name"), text_at(row, "subscribes"), text_at(row, "peak")});
  return show(invocation, document, rows, table);
}

cli::ExitCode trend(const Invocation& invocation, const Options& options) {
  const Json document = invocation.read(target_of("trend", options), Patience::Long);
  const Json& rows = list_at(document, "hours");
  Table table{{{"HOUR"}, {"SUBSCRIBES", Align::Right}, {"PEAK", Align::Right}, {"FAVOURITE"}}};
  for (const Json& row : rows) {
    table.add({text_at(row, "hour"), text_at(row, "subscribes"), text_at(row, "peak"), text_at(row, "favourite")});
  }
  return show(invocation, document, rows, table);
}

void add_options(CLI::App& verb, Options& options) {
  verb.add_option("--by", options.by, "What is counted")
      ->check(CLI::IsMember({"symbol", "timeframe", "indicator"}))
      ->capture_default_str();
  verb.add_option("--since", options.since, "How far back to look, in whole hours")
      ->check(CLI::Validator{check_since, "DURATION"})
      ->capture_default_str();
}

}  // namespace

void add_analytics(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("analytics", "What is subscribed most, and when");
  verb->require_subcommand(1);

  CLI::App* top_verb = verb->add_subcommand("top", "The most subscribed symbols, timeframes or indicators");
  add_options(*top_verb, *options);
  top_verb->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 1000))->capture_default_str();
  top_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return top(invocation, *options); }; });

  CLI::App* trend_verb = verb->add_subcommand("trend", "Subscribes by the hour, and what led them");
  add_options(*trend_verb, *options);
  trend_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return trend(invocation, *options); }; });
}

}  // namespace subd::subctl
