#include <cstddef>
#include <memory>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"

namespace subd::subctl {
namespace {

struct Options {
  std::string session;
  std::string symbol;
  std::string timeframe;
  std::vector<std::string> indicators;
  std::size_t history = 0;
};

cli::ExitCode change(const Invocation& invocation, const Options& options, const char* method) {
  Json body{{"symbol", options.symbol}, {"timeframe", options.timeframe}};
  if (!options.indicators.empty()) body["indicators"] = options.indicators;
  if (options.history > 0) body["history"] = options.history;
  const std::string target = "/v1/sessions/" + control::percent_encoded(options.session) + "/subscriptions";
  const Json answer = invocation.send(method, target, body);
  if (invocation.json) {
    print_json(answer);
    return cli::ExitCode::Ok;
  }
  std::string text;
  for (const Json& stream : list_at(answer, "streams")) text += stream_display(stream) + "\n";
  print(text.empty() ? text_at(answer, "id") + " has no streams\n" : text);
  return cli::ExitCode::Ok;
}

void add_stream_arguments(CLI::App& verb, Options& options, const char* indicators) {
  verb.add_option("SESSION", options.session, "Session, as in `subctl sessions`")->required();
  verb.add_option("SYMBOL", options.symbol, "Symbol, e.g. NIFTY50")->required();
  verb.add_option("TIMEFRAME", options.timeframe, "Timeframe, e.g. 5min")->required();
  verb.add_option("INDICATOR", options.indicators, indicators);
}

}  // namespace

void add_subs(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("subs", "Change what a live session is subscribed to");
  verb->require_subcommand(1);

  CLI::App* add = verb->add_subcommand("add", "Subscribe a session to a stream or to more indicators of it");
  add_stream_arguments(*add, *options, "Indicators, e.g. RSI_14 MACD; none = bars only");
  add->add_option("--history", options->history, "Closed bars in the snapshot")->check(CLI::Range(0, 200'000));
  add->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return change(invocation, *options, "POST"); };
  });

  CLI::App* remove = verb->add_subcommand("rm", "Unsubscribe a session from a stream or from indicators of it");
  add_stream_arguments(*remove, *options, "Indicators; none = the whole stream");
  remove->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return change(invocation, *options, "DELETE"); };
  });
}

}  // namespace subd::subctl
