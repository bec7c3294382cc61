#include "fanout/run.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "fanout/churn.hpp"
#include "fanout/client.hpp"
#include "fanout/ledger.hpp"
#include "fanout/server_process.hpp"
#include "fanout/socket.hpp"
#include "fanout/windows.hpp"

namespace subd::bench {
namespace {

using std::chrono::microseconds;

constexpr double kPatienceUs = 60e6;
constexpr double kSecond = 1e6;

Ledger::Source source_of(const DialectOptions& dialect) {
  if (dialect.name != "subd") return Ledger::Source::MadeUp;
  return dialect.closed_bars ? Ledger::Source::ClosedBars : Ledger::Source::Ticks;
}

Plan plan_of(const RunOptions& options) {
  Plan plan = make_plan(options.plan);
  if (options.dialect.name != "subd" && !options.lengths_file.empty()) load_lengths(plan, options.lengths_file);
  return plan;
}

DialectOptions dialect_of(const RunOptions& options, Plan& plan) {
  DialectOptions out = options.dialect;
  for (auto& takes : plan.tabs) {
    for (Take& take : takes) {
      take.bytes = std::max<std::uint32_t>(take.bytes, kLeastMadeUpBytes);
      out.made_up_bytes = std::max<std::size_t>(out.made_up_bytes, take.bytes);
    }
  }
  return out;
}

struct Measured {
  double seconds = 0;
  double server_us = 0;
  double client_us = 0;
  std::uint64_t publications = 0;
  Metrics before;
  Metrics after;
};

class Run {
 public:
  explicit Run(const RunOptions& options)
      : options_{options},
        plan_{plan_of(options)},
        dialect_{make_dialect(dialect_of(options, plan_))},
        windows_{plan_, options.window},
        ledger_{plan_, source_of(options.dialect), windows_},
        client_{plan_, *dialect_, ledger_, windows_, options.ports},
        churn_{plan_, options.churn, options.plan.seed} {}

  std::string report();
  void steps();

 private:
  void prepare();
  [[nodiscard]] std::string described(const Measured& measured) const;
  void play_history();
  void drive(double seconds, bool measured);
  void drive_paced(double until);
  void settle();
  Measured measure(double seconds);
  template <class Condition>
  void wait_for(const char* what, Condition holds);

  const RunOptions& options_;
  Plan plan_;
  std::unique_ptr<Dialect> dialect_;
  Windows windows_;
  Ledger ledger_;
  Client client_;
  Churn churn_;
  double connected_s_ = 0;
};

template <class Condition>
void Run::wait_for(const char* what, Condition holds) {
  const double give_up = client_.now_us() + kPatienceUs;
  while (!holds()) {
    client_.turn(microseconds{1000});
    if (client_.now_us() > give_up)
      throw std::runtime_error{fmt::format("waited {} s for {}", kPatienceUs / 1e6, what)};
  }
}

void Run::play_history() {
  const auto batches = dialect_->history(plan_);
  if (batches.empty()) return;
  std::uint64_t takes = 0;
  for (const auto& tab : plan_.tabs) takes += tab.size();
  const std::uint64_t expected = takes * dialect_->history_bars();
  for (const std::string& batch : batches) {
    client_.send_as_publisher(batch);
    client_.turn(microseconds{0});
  }
  wait_for("the history to reach every tab", [&] { return ledger_.counts.messages >= expected; });
  const double end = client_.now_us() + options_.settle_seconds * kSecond;
  while (client_.now_us() < end) client_.turn(microseconds{1000});
}

void Run::drive(double seconds, bool measured) {
  const double begun = client_.now_us();
  const double end = begun + seconds * kSecond;
  if (measured) churn_.begin(begun);
  windows_.set_window(options_.window);
  while (true) {
    const double now = client_.now_us();
    if (now >= end) return;
    if (measured && options_.churn > 0) churn_.send_due(client_, ledger_, now);
    windows_.fill([&](std::uint32_t burst) { client_.publish(burst, now); });
    client_.flush();
    client_.turn(microseconds{measured && options_.churn > 0 ? 200 : 5000});
  }
}

/// What is late is measured from when it was due: a server that stalls pays for all that waited.
void Run::drive_paced(double until) {
  double mean = 0;
  for (const std::uint32_t deliveries : plan_.deliveries) mean += deliveries;
  mean /= static_cast<double>(plan_.deliveries.size());
  const double interval = mean / options_.rate * kSecond;
  double due = client_.now_us() + interval;
  for (std::uint32_t burst = 0; due < until; burst = (burst + 1) % static_cast<std::uint32_t>(plan_.bursts.size())) {
    // At least once, however late it is: who never reads is cut.
    double now = client_.now_us();
    do {
      client_.turn(std::chrono::nanoseconds{static_cast<std::int64_t>(std::max(0.0, due - now) * 1000)});
      now = client_.now_us();
    } while (now < due);
    client_.publish(burst, due);
    client_.flush();
    due += interval;
  }
}

void Run::settle() {
  wait_for("the last messages", [&] { return windows_.owed() <= 0; });
}

Measured Run::measure(double seconds) {
  settle();
  Measured out;
  if (options_.metrics) out.before = read_metrics(options_.ports.plain);
  ledger_.clear_counts();
  const std::uint64_t published = client_.publications();
  const double client_before = own_cpu_us();
  const double server_before = cpu_us(options_.pids);
  const double begun = client_.now_us();
  if (options_.rate > 0) {
    drive_paced(begun + seconds * kSecond);
  } else {
    drive(seconds, true);
  }
  out.seconds = (client_.now_us() - begun) / kSecond;
  settle();
  out.server_us = cpu_us(options_.pids) - server_before;
  out.client_us = own_cpu_us() - client_before;
  if (options_.metrics) out.after = read_metrics(options_.ports.plain);
  out.publications = client_.publications() - published;
  return out;
}

void Run::prepare() {
  const double begun = client_.now_us();
  client_.connect(options_.connecting);
  connected_s_ = (client_.now_us() - begun) / kSecond;
  play_history();
  drive(options_.warm_up_seconds, false);
}

void Run::steps() {
  prepare();
  std::string line;
  while (true) {
    client_.turn(microseconds{1000});
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, 0) <= 0) continue;
    char byte = 0;
    if (::read(STDIN_FILENO, &byte, 1) <= 0) return;
    if (byte != '\n') {
      line += byte;
      continue;
    }
    std::fputs(described(measure(std::stod(std::exchange(line, {})))).c_str(), stdout);
    std::fflush(stdout);
  }
}

std::string Run::report() {
  prepare();
  const Measured measured = measure(options_.seconds);
  if (options_.dialect.name == "subd" && !options_.lengths_file.empty()) {
    ledger_.tell_lengths(plan_);
    save_lengths(plan_, options_.lengths_file);
  }
  return described(measured);
}

std::string Run::described(const Measured& measured) const {
  const Counts& counts = ledger_.counts;
  const auto delivered = static_cast<double>(counts.messages + counts.replies);
  std::string out;
  const auto add = [&]<class... Values>(fmt::format_string<Values...> text, Values&&... values) {
    fmt::format_to(std::back_inserter(out), text, std::forward<Values>(values)...);
  };
  add(R"({{"server":"{}","tabs":{},"tls_tabs":{},"connect_seconds":{:.3f},"seconds":{:.3f},)", options_.dialect.name,
      plan_.tabs.size(), client_.encrypted(), connected_s_, measured.seconds);
  add(R"("messages":{},"replies":{},"bytes_per_message":{:.1f},"messages_per_second":{:.0f},"publications":{},)",
      counts.messages, counts.replies,
      counts.messages > 0 ? static_cast<double>(counts.bytes) / static_cast<double>(counts.messages) : 0.0,
      static_cast<double>(counts.messages) / measured.seconds, measured.publications);
  add(R"("server_us_per_message":{:.4f},"client_us_per_message":{:.4f},"server_busy":{:.3f},)",
      measured.server_us / delivered, measured.client_us / delivered, measured.server_us / kSecond / measured.seconds);
  add(R"("latency_us":{{"p50":{},"p90":{},"p99":{},"p999":{},"max":{}}},)", ledger_.latency_us.quantile(0.5),
      ledger_.latency_us.quantile(0.9), ledger_.latency_us.quantile(0.99), ledger_.latency_us.quantile(0.999),
      ledger_.latency_us.max());
  add(R"("conflated":{},"lost":{},"repeated":{},"foreign":{},"malformed":{},"behind":{},"churn_changes":{},)",
      counts.conflated, counts.lost, counts.repeated, counts.foreign, counts.malformed, ledger_.behind(),
      churn_.changes());
  add(R"("counters":{{)");
  bool first = true;
  for (const auto& [name, value] : measured.after) {
    if (!name.ends_with("_total")) continue;
    const auto before = measured.before.find(name);
    const double change = value - (before != measured.before.end() ? before->second : 0);
    if (change == 0) continue;
    add(R"({}"{}":{:.0f})", first ? "" : ",", name, change);
    first = false;
  }
  add("}}}}\n");
  return out;
}

}  // namespace

std::string run_fanout(const RunOptions& options) {
  raise_file_limit();
  return Run{options}.report();
}

void run_steps(const RunOptions& options) {
  raise_file_limit();
  Run{options}.steps();
}

}  // namespace subd::bench
