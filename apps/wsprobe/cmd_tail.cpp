#include <memory>

#include "probe/oracle.hpp"
#include "probe/tab_set.hpp"
#include "wsprobe/commands.hpp"
#include "wsprobe/target.hpp"

namespace subd::wsprobe {

namespace {

struct Flags {
  TargetFlags target;
  std::string symbol;
  std::string timeframe = "1min";
  std::vector<std::string> indicators;
  std::string user = "wsprobe@example.com";
  std::string session;
  std::string when;
  std::string trigger;
  std::uint32_t history = 0;
  std::uint64_t count = 0;
  bool all = false;
};

constexpr std::chrono::seconds kConnectLimit{10};
constexpr std::chrono::hours kForever{24 * 365};

/// Messages as they are received, one a line, until a signal, the count or the end of the connection.
cli::ExitCode tail(const Flags& flags) {
  probe::Loop loop;
  loop.watch_signals();
  Target target{flags.target, loop};
  auto token = target.tokens().token(flags.user, flags.session, {});
  if (!token) throw Failure{cli::ExitCode::Unavailable, token.error().text};

  probe::Oracle oracle;
  probe::TabSet tabs{loop, target.endpoint(), oracle};
  std::uint64_t printed = 0;
  bool reader_gone = false;
  std::string refusal;
  tabs.listen([&](probe::TabId, std::string_view text, const probe::ServerMessage* message, base::MonoTime) {
    if (message != nullptr && message->type == probe::MessageType::Error) refusal = message->text;
    const bool data = message == nullptr || message->type == probe::MessageType::MarketUpdate ||
                      message->type == probe::MessageType::Snapshot || message->type == probe::MessageType::Status;
    if (reader_gone || (!data && !flags.all) || (flags.count > 0 && printed == flags.count)) return;
    ++printed;
    reader_gone = !print(std::string{text} + '\n');
  });
  const probe::TabId tab = tabs.open("tail", *token);
  if (!loop.run_until([&] { return tabs.is_settled(tab); }, kConnectLimit) && !loop.interrupted()) {
    throw Failure{cli::ExitCode::Timeout, target.endpoint().url() + ": no answer within 10 s"};
  }
  if (tabs.end(tab)) {
    throw Failure{cli::ExitCode::Unavailable, target.endpoint().url() + ": " + tabs.end(tab)->describe()};
  }
  tabs.ask(tab, {.kind = probe::RequestKind::Subscribe,
                 .symbol = flags.symbol,
                 .timeframe = flags.timeframe,
                 .indicators = flags.indicators,
                 .history = flags.history,
                 .when = flags.when.empty() ? std::nullopt : std::optional{flags.when},
                 .trigger = flags.trigger});
  loop.run_until(
      [&] { return reader_gone || !refusal.empty() || tabs.end(tab) || (flags.count > 0 && printed >= flags.count); },
      kForever);
  if (!refusal.empty()) throw Failure{cli::ExitCode::No, refusal};
  if (const auto& end = tabs.end(tab)) throw Failure{cli::ExitCode::Unavailable, end->describe()};
  tabs.close(tab);
  loop.run_until([&] { return tabs.end(tab).has_value(); }, std::chrono::seconds{1});
  return cli::ExitCode::Ok;
}

}  // namespace

void add_tail(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("tail", "Subscribe in one tab and print what arrives");
  flags->target.add_to(*verb);
  verb->add_option("--symbol", flags->symbol, "Symbol")->required();
  verb->add_option("--timeframe", flags->timeframe, "Timeframe")->capture_default_str();
  verb->add_option("--indicators", flags->indicators, "Indicators, separated by commas; none: base data")
      ->delimiter(',');
  verb->add_option("--history", flags->history, "Closed bars in the snapshot")->check(CLI::Range(0, 1'000'000));
  CLI::Option* when =
      verb->add_option("--when", flags->when, "Only updates that this is true of, e.g. \"close > SMA_20\"");
  verb->add_option("--trigger", flags->trigger, "All that it is true of, or those with which it turns true")
      ->check(CLI::IsMember({"level", "edge"}))
      ->needs(when);
  verb->add_option("--count", flags->count, "End after this many messages; 0: go on")->capture_default_str();
  verb->add_option("--user", flags->user, "User id of the token")->capture_default_str();
  verb->add_option("--session", flags->session, "Session claim of the token");
  verb->add_flag("--all", flags->all, "Print replies, too, not only data");
  verb->callback([&invocation, flags] { invocation.action = [flags] { return tail(*flags); }; });
}

}  // namespace subd::wsprobe
