#include "fanout/hold.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fanout/client.hpp"
#include "fanout/dialect.hpp"
#include "fanout/ledger.hpp"
#include "fanout/server_process.hpp"
#include "fanout/socket.hpp"
#include "fanout/windows.hpp"

namespace subd::bench {
namespace {

constexpr std::size_t kSubscribedAtOnce = 64;
constexpr std::size_t kRepliesPerSubscription = 2;  // `subscribed` and the snapshot
constexpr double kPatienceUs = 60e6;

void rest(Client& client, double seconds) {
  const double end = client.now_us() + seconds * 1e6;
  while (client.now_us() < end) client.turn(std::chrono::milliseconds{10});
}

}  // namespace

std::string run_hold(const HoldOptions& options) {
  raise_file_limit();
  // Everything the same view: what a subscription costs is the question, not what an indicator does.
  const Plan plan = make_plan({.tabs = options.connections,
                               .streams = options.streams,
                               .streams_per_tab = options.streams_per_tab,
                               .same_view = true});
  DialectOptions subd;
  subd.name = "subd";
  subd.token = options.token;
  const auto dialect = make_dialect(subd);
  Windows windows{plan, 1};
  Ledger ledger{plan, Ledger::Source::Ticks, windows};
  Client client{plan, *dialect, ledger, windows, options.ports};

  const double before = resident_bytes(options.pids);
  const double cpu_before = cpu_us(options.pids);
  const double begun = client.now_us();
  client.connect_idle(options.connecting);
  const double connect_us = client.now_us() - begun;
  const double connect_cpu_us = cpu_us(options.pids) - cpu_before;
  rest(client, options.settle_seconds);
  const double idle = resident_bytes(options.pids);

  // The snapshots are answers; as many tabs wait for theirs as the server's buffers do not notice.
  const double subscribing = client.now_us();
  for (std::size_t tab = 0; tab < options.connections; ++tab) {
    client.subscribe(tab, dialect->subscriptions(plan.tabs[tab]));
    const std::uint64_t wanted =
        (tab + 1 - std::min(tab + 1, kSubscribedAtOnce)) * options.streams_per_tab * kRepliesPerSubscription;
    while (ledger.counts.replies < wanted + options.connections && client.now_us() < subscribing + kPatienceUs) {
      client.turn(std::chrono::milliseconds{1});
    }
  }
  rest(client, options.settle_seconds);
  const double subscribed = resident_bytes(options.pids);
  const auto connections = static_cast<double>(options.connections);
  const auto subscriptions = connections * static_cast<double>(options.streams_per_tab);
  return fmt::format(
      R"({{"connections":{},"tls_connections":{},"connects_per_second":{:.0f},"server_us_per_connect":{:.1f},)"
      R"("resident_before":{:.0f},)"
      R"("bytes_per_connection":{:.1f},"subscriptions":{:.0f},"bytes_per_subscription":{:.1f}}})"
      "\n",
      options.connections, client.encrypted(), connections / (connect_us / 1e6), connect_cpu_us / connections, before,
      (idle - before) / connections, subscriptions, (subscribed - idle) / subscriptions);
}

}  // namespace subd::bench
