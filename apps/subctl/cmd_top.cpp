#include <algorithm>
#include <memory>

#include "base/time_text.hpp"
#include "subctl/commands.hpp"
#include "subctl/terminal.hpp"
#include "subctl/top_page.hpp"

namespace subd::subctl {
namespace {

struct Options {
  bool once = false;
  std::string interval = "1s";
  std::string sort = "subscribers";
};

std::string check_interval(const std::string& text) {
  const auto interval = base::parse_duration(text);
  const bool allowed = interval && *interval >= std::chrono::milliseconds{100} && *interval <= std::chrono::hours{1};
  return allowed ? std::string{} : "'" + text + "' is not a time from 100ms to 1h, like 500ms or 5s";
}

TopSample sample(const Invocation& invocation) {
  TopSample sample;
  sample.status = invocation.read("/v1/status");
  sample.sessions = invocation.read("/v1/sessions");
  sample.topics = invocation.read("/v1/topics");
  sample.at = invocation.now();
  sample.mono = invocation.mono_now();
  return sample;
}

cli::ExitCode print_once(const Invocation& invocation, const TopView& view) {
  const TopSample now = sample(invocation);
  if (invocation.json) {
    print_json(Json{{"status", now.status},
                    {"sessions", now.sessions.value("sessions", Json::array())},
                    {"topics", now.topics.value("topics", Json::array())}});
    return cli::ExitCode::Ok;
  }
  std::string page;
  for (const std::string& line : top_page(now, nullptr, view)) page += line + "\n";
  print(page);
  return cli::ExitCode::Ok;
}

TopicOrder next(TopicOrder order) {
  switch (order) {
    case TopicOrder::Subscribers:
      return TopicOrder::Rate;
    case TopicOrder::Rate:
      return TopicOrder::Symbol;
    case TopicOrder::Symbol:
      break;
  }
  return TopicOrder::Subscribers;
}

// Lives as long as the screen; a daemon that goes away is waited for, the operator may be restarting it.
class LiveTop {
 public:
  LiveTop(const Invocation& invocation, TopView view, std::chrono::milliseconds interval)
      : shell_{invocation}, view_{std::move(view)}, interval_{interval}, now_{sample(invocation)} {}

  cli::ExitCode run() {
    Screen screen;
    base::MonoTime due = shell_.mono_now() + interval_;
    while (true) {
      view_.size = terminal_size();
      screen.draw(top_page(now_, before_ ? &*before_ : nullptr, view_));
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - shell_.mono_now());
      switch (screen.wait(std::max(left, std::chrono::milliseconds{0}))) {
        case TerminalEvent::Key:
          if (screen.key() == 'q' || screen.key() == '\0') return cli::ExitCode::Ok;
          if (screen.key() == 'o') view_.order = next(view_.order);
          break;
        case TerminalEvent::Signal:
          screen.raise_pending();
          break;
        case TerminalEvent::Elapsed:
          refresh();
          due = shell_.mono_now() + interval_;
          break;
        case TerminalEvent::Resized:
          break;
      }
    }
  }

 private:
  void refresh() {
    try {
      TopSample newer = sample(shell_);
      before_ = std::move(now_);
      now_ = std::move(newer);
      view_.trouble.clear();
    } catch (const Failure& failure) {
      view_.trouble = failure.what();
    }
  }

  const Invocation& shell_;
  TopView view_;
  std::chrono::milliseconds interval_;
  TopSample now_;
  std::optional<TopSample> before_;
};

cli::ExitCode run(const Invocation& invocation, const Options& options) {
  TopView view;
  view.order = *parse_topic_order(options.sort);
  if (options.once || invocation.json || !is_interactive()) return print_once(invocation, view);
  return LiveTop{invocation, view, *base::parse_duration(options.interval)}.run();
}

}  // namespace

void add_top(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("top", "Watch topics and sessions; q quits, o changes the order");
  verb->add_flag("--once", options->once, "Print one page and end; the default without a terminal");
  verb->add_option("--interval", options->interval, "Time between two looks at the daemon")
      ->check(CLI::Validator{check_interval, "DURATION"})
      ->capture_default_str();
  verb->add_option("--sort", options->sort, "Order to begin with")
      ->check(CLI::IsMember({"subscribers", "rate", "symbol"}))
      ->capture_default_str();
  verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return run(invocation, *options); }; });
}

}  // namespace subd::subctl
