#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/time_text.hpp"
#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/input_file.hpp"
#include "subctl/row_problems.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

/// Rows that are asked for at once, so that neither side holds more than some megabytes.
constexpr std::size_t kRowsPerPage = 50'000;

struct Options {
  std::string file;
  std::string symbol;
  std::string timeframe;
  std::string source;
  std::string from;
  std::string to;
};

/// `symbol=..&timeframe=..` and whatever else is given.
std::string stream_query(const Options& options) {
  std::string query = fmt::format("symbol={}&timeframe={}", control::percent_encoded(options.symbol),
                                  control::percent_encoded(options.timeframe));
  if (!options.source.empty()) query += "&source=" + control::percent_encoded(options.source);
  return query;
}

/// The rows of an export, page by page; each page is whole lines.
class Pages {
 public:
  Pages(const Invocation& invocation, const Options& options)
      : invocation_{invocation}, query_{stream_query(options)}, from_{options.from} {
    if (!options.to.empty()) query_ += "&to=" + control::percent_encoded(options.to);
  }

  /// nullopt after the last page. The header is header() from the first page on.
  std::optional<std::string> next() {
    if (done_) return std::nullopt;
    std::string target = fmt::format("/v1/bars/export?{}&limit={}", query_, kRowsPerPage);
    if (!from_.empty()) target += "&from=" + control::percent_encoded(from_);
    std::string page = invocation_.read_text(target, Patience::Long);
    const std::size_t header_end = std::min(page.find('\n'), page.size() - 1) + 1;
    header_ = page.substr(0, header_end);
    page.erase(0, header_end);
    done_ = static_cast<std::size_t>(std::count(page.begin(), page.end(), '\n')) < kRowsPerPage;
    if (!done_) from_ = after_last(page);
    return page;
  }

  [[nodiscard]] const std::string& header() const { return header_; }

 private:
  static std::string after_last(const std::string& page) {
    const std::size_t start = page.find_last_of('\n', page.size() - 2) + 1;  // npos + 1 = 0
    const auto time = base::parse_time(std::string_view{page}.substr(start, page.find(',', start) - start));
    if (!time) throw Failure{cli::ExitCode::Internal, "subd answered with a bar without a time"};
    return base::time_text(*time + std::chrono::milliseconds{1});
  }

  const Invocation& invocation_;
  std::string query_;
  std::string from_;
  std::string header_;
  bool done_ = false;
};

Json bar_json(std::string_view line) {
  static constexpr std::array kNames{"time", "open", "high", "low", "close", "volume", "oi"};
  Json bar = Json::object();
  for (const char* name : kNames) {
    const std::string_view field = line.substr(0, line.find(','));
    line.remove_prefix(std::min(field.size() + 1, line.size()));
    bar[name] = bar.empty() ? Json(field) : Json::parse(field, nullptr, false);
    if (bar[name].is_discarded()) bar[name] = nullptr;
  }
  return bar;
}

cli::ExitCode export_bars(const Invocation& invocation, const Options& options) {
  Pages pages{invocation, options};
  Json bars = Json::array();
  bool first = true;
  while (const auto page = pages.next()) {
    if (!invocation.json) {
      if (std::exchange(first, false)) print(pages.header());
      print(*page);
      continue;
    }
    for (std::string_view rest = *page; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      bars.push_back(bar_json(line));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
  }
  if (invocation.json) {
    print_json(Json{{"symbol", options.symbol}, {"timeframe", options.timeframe}, {"bars", std::move(bars)}});
  }
  return cli::ExitCode::Ok;
}

cli::ExitCode list(const Invocation& invocation, const Options&) {
  const Json document = invocation.read("/v1/bars", Patience::Long);
  if (invocation.json) {
    print_json(document);
    return cli::ExitCode::Ok;
  }
  Table table{{{"SYMBOL"},
               {"TIMEFRAME"},
               {"FIRST"},
               {"LAST"},
               {"BARS", Align::Right},
               {"GAPS", Align::Right},
               {"SOURCE", Align::Left, true}}};
  for (const Json& stream : list_at(document, "streams")) {
    table.add({text_at(stream, "symbol"), text_at(stream, "timeframe"), text_at(stream, "first"),
               text_at(stream, "last"), text_at(stream, "bars"), text_at(stream, "gaps"), text_at(stream, "source")});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

/// `stored 375 bars of RELIANCE 1min, 2025-11-04T03:45:00.000Z to ...`.
void print_stored(const Json& report) {
  print(fmt::format("stored {} bars of {} {}, {} to {}\n", text_at(report, "bars"), text_at(report, "symbol"),
                    text_at(report, "timeframe"), text_at(report, "first"), text_at(report, "last")));
}

cli::ExitCode import(const Invocation& invocation, const Options& options) {
  const Json report = invocation.send_file("/v1/bars/import?" + stream_query(options), read_input(options.file));
  if (invocation.json) {
    print_json(report);
  } else {
    print_problems(report, options.file);
    print_stored(report);
  }
  return cli::ExitCode::Ok;
}

cli::ExitCode backfill(const Invocation& invocation, const Options& options) {
  Json body{{"symbol", options.symbol}, {"timeframe", options.timeframe}};
  if (!options.from.empty()) body["from"] = options.from;
  const Json report = invocation.send("POST", "/v1/bars/backfill", body, Patience::Long);
  invocation.json ? print_json(report) : print_stored(report);
  return cli::ExitCode::Ok;
}

void add_stream(CLI::App& verb, Options& options) {
  verb.add_option("--symbol", options.symbol, "Symbol, e.g. NIFTY50")->required();
  verb.add_option("--timeframe", options.timeframe, "Timeframe, e.g. 1min")->required();
  verb.add_option("--source", options.source, "Market, as in `subctl bars ls`; that of the running feed by default");
}

}  // namespace

void add_bars(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  const auto run_with = [&invocation, options](cli::ExitCode (*run)(const Invocation&, const Options&)) {
    return [&invocation, options, run] {
      invocation.action = [&invocation, options, run] { return run(invocation, *options); };
    };
  };
  CLI::App* verb = app.add_subcommand("bars", "List, import and export the bars that are stored");
  verb->require_subcommand(1);

  CLI::App* list_verb = verb->add_subcommand("ls", "List the streams that have bars in the store");
  list_verb->callback(run_with(list));

  CLI::App* import_verb = verb->add_subcommand("import", "Store the bars of a CSV file");
  import_verb->add_option("CSV", options->file, "File with a header, as for a replay; - reads standard input")
      ->type_name("FILE")
      ->required();
  add_stream(*import_verb, *options);
  import_verb->footer("Example:\n  subctl bars import nifty50.csv --symbol NIFTY50 --timeframe 1min");
  import_verb->callback(run_with(import));

  CLI::App* export_verb = verb->add_subcommand("export", "Print stored bars as CSV, oldest first");
  add_stream(*export_verb, *options);
  export_verb->add_option("--from", options->from, "Start of the first bar, ISO 8601; the oldest by default");
  export_verb->add_option("--to", options->to, "Bars start before this, ISO 8601; to the newest by default");
  export_verb->footer(
      "Examples:\n  subctl bars export --symbol NIFTY50 --timeframe 1min >nifty50.csv\n"
      "  subctl bars export --symbol NIFTY50 --timeframe 1day --from 2025-01-01");
  export_verb->callback(run_with(export_bars));

  CLI::App* backfill_verb = verb->add_subcommand("backfill", "Ask the feed for its history and store it");
  backfill_verb->add_option("SYMBOL", options->symbol, "Symbol, e.g. NIFTY50")->required();
  backfill_verb->add_option("TIMEFRAME", options->timeframe, "Timeframe, e.g. 1min")->required();
  backfill_verb->add_option("--from", options->from, "Oldest bar, ISO 8601; as many as a stream holds by default");
  backfill_verb->footer("Example:\n  subctl bars backfill NIFTY50 5min --from 2025-11-04");
  backfill_verb->callback(run_with(backfill));
}

}  // namespace subd::subctl
