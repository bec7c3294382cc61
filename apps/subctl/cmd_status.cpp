#include <fmt/format.h>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"

namespace subd::subctl {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

std::string joined(const Json& list) {
  std::string text;
  for (const Json& element : list) {
    if (!text.empty()) text += ", ";
    text += element.is_string() ? safe_text(element.get_ref<const std::string&>()) : element.dump();
  }
  return text.empty() ? "-" : text;
}

std::string feed_display(const Json& feed) {
  const bool finished = feed.value("finished", false);
  return fmt::format("{}, {}{}", text_at(feed, "specification"), text_at(feed, "state"), finished ? ", finished" : "");
}

std::string refused_display(const Json& refused) {
  std::string text;
  for (const auto& [reason, count] : refused.items()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", safe_text(reason), count.dump());
  }
  return text.empty() ? "none" : text;
}

/// `127.0.0.1:8443 as CN=example.com, until 2026-11-04T10:35:00.000Z`
std::string tls_display(const Json& status) {
  const Json& tls = object_at(status, "tls");
  if (tls.empty()) return "off";
  return fmt::format("{} as {}, until {}", text_at(tls, "listen"), text_at(tls, "subject"),
                     text_at(tls, "certificate_ends_at"));
}

/// `working: 1204 bars written, 0 waiting, 0 dropped, 2 gaps`
std::string store_display(const Json& store) {
  std::string state = text_at(store, "state");
  if (state == "off") return state;
  return fmt::format("{}: {} bars written, {} waiting, {} dropped, {} gaps", state, text_at(store, "bars_written"),
                     text_at(store, "bars_queued"), text_at(store, "bars_dropped"), text_at(store, "gaps"));
}

std::string interest_display(const Json& interest) {
  return fmt::format("{} full, {} quote, {} ltp; {} subscribed, {} unsubscribed so far", text_at(interest, "full"),
                     text_at(interest, "quote"), text_at(interest, "ltp"), text_at(interest, "subscribed"),
                     text_at(interest, "unsubscribed"));
}

cli::ExitCode run(const Invocation& invocation) {
  const Json status = invocation.read("/v1/status");
  if (invocation.json) {
    print_json(status);
    return cli::ExitCode::Ok;
  }
  const Json& feed = object_at(status, "feed");
  const Json& delivery = object_at(status, "delivery");
  const Json& connections = object_at(status, "connections");
  const std::chrono::milliseconds uptime{static_cast<std::int64_t>(number_at(status, "uptime_ms"))};
  print(facts_text(Facts{
      {"version", text_at(status, "version")},
      {"state", status.value("draining", false) ? "draining" : "running"},
      {"pid", text_at(status, "pid")},
      {"started", text_at(status, "started_at")},
      {"uptime", duration_display(uptime)},
      {"listen", joined(list_at(status, "listen"))},
      {"tls", tls_display(status)},
      {"control", text_at(status, "control_socket")},
      {"state directory", text_at(status, "state_dir")},
      {"store", store_display(object_at(status, "store"))},
      {"log level", text_at(status, "log_level")},
      {"io threads", text_at(status, "io_threads")},
      {"market threads", text_at(status, "market_threads")},
      {"feed", feed_display(feed)},
      {"feed input", fmt::format("{} instruments, {} ticks, {} bars, {} bad rows", text_at(feed, "instruments"),
                                 text_at(feed, "ticks"), text_at(feed, "bars"), text_at(feed, "bad_rows"))},
      {"upstream interest", interest_display(object_at(feed, "interest"))},
      {"sessions", fmt::format("{} of {} users", text_at(status, "sessions"), text_at(status, "users"))},
      {"streams", fmt::format("{} with {} topics", text_at(status, "streams"), text_at(status, "topics"))},
      {"sent", fmt::format("{} messages, {}", text_at(delivery, "sent"), bytes_at(delivery, "sent_bytes"))},
      {"held back", fmt::format("{} conflated, {} dropped, {} sessions evicted", text_at(delivery, "conflated"),
                                text_at(delivery, "dropped"), text_at(delivery, "evicted"))},
      {"connections", fmt::format("{} accepted; refused: {}", text_at(connections, "accepted"),
                                  refused_display(object_at(connections, "refused")))},
  }));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_status(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("status", "What the daemon is doing");
  verb->callback([&invocation] { invocation.action = [&invocation] { return run(invocation); }; });
}

}  // namespace subd::subctl
