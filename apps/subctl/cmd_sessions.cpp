#include <fmt/format.h>

#include <memory>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

struct Options {
  std::string user;
  bool closed = false;
  std::string id;
  std::string reason;
};

std::string target_of(const std::string& id) {
  return "/v1/sessions/" + control::percent_encoded(id);
}

// The document with only the sessions of one user.
Json of_user(const Json& document, const char* list, const std::string& user) {
  Json kept = Json::array();
  for (const Json& session : list_at(document, list)) {
    if (user.empty() || session.value("user", "") == user) kept.push_back(session);
  }
  Json filtered = Json::object();
  filtered[list] = std::move(kept);
  return filtered;
}

// `open`, or `parked 12 s` with what is left of the wait for its client.
std::string state_of(const Json& session) {
  const Json left = session.value("parked_left_ms", Json{});
  if (!left.is_number()) return text_at(session, "state");
  return fmt::format("{} {} s", text_at(session, "state"), (left.get<std::int64_t>() + 999) / 1000);
}

void print_open(const Invocation& invocation, const Json& sessions) {
  Table table{{{"ID"},
               {"KIND"},
               {"USER", Align::Left, true},
               {"SESSION", Align::Left, true},
               {"ADDRESS"},
               {"SINCE"},
               {"STATE"},
               {"STREAMS", Align::Right},
               {"TOKENS", Align::Right},
               {"QUEUE", Align::Right},
               {"SENT", Align::Right},
               {"CONFLATED", Align::Right},
               {"DROPPED", Align::Right},
               {"HEARTBEAT"}}};
  for (const Json& session : sessions) {
    table.add({text_at(session, "id"), text_at(session, "kind"), text_at(session, "user"), text_at(session, "session"),
               text_at(session, "address"), text_at(session, "since"), state_of(session),
               std::to_string(list_at(session, "streams").size()), std::to_string(list_at(session, "ticks").size()),
               text_at(session, "queue_messages"), text_at(session, "sent"), text_at(session, "conflated"),
               text_at(session, "dropped"), age_at(session, "last_heartbeat", invocation.now())});
  }
  print(table.text(output_style()));
}

void print_closed(const Json& sessions) {
  Table table{{{"ID"},
               {"USER", Align::Left, true},
               {"ADDRESS"},
               {"CLOSED"},
               {"CODE", Align::Right},
               {"REASON", Align::Left, true}}};
  for (const Json& session : sessions) {
    table.add({text_at(session, "id"), text_at(session, "user"), text_at(session, "address"),
               text_at(session, "closed_at"), text_at(session, "code"), text_at(session, "reason")});
  }
  print(table.text(output_style()));
}

cli::ExitCode list(const Invocation& invocation, const Options& options) {
  const char* name = options.closed ? "closed" : "sessions";
  const Json document = of_user(invocation.read(options.closed ? "/v1/closed" : "/v1/sessions"), name, options.user);
  if (invocation.json) {
    print_json(document);
  } else if (options.closed) {
    print_closed(list_at(document, name));
  } else {
    print_open(invocation, list_at(document, name));
  }
  return cli::ExitCode::Ok;
}

cli::ExitCode show(const Invocation& invocation, const Options& options) {
  const Json session = invocation.read(target_of(options.id));
  if (invocation.json) {
    print_json(session);
    return cli::ExitCode::Ok;
  }
  std::vector<std::pair<std::string, std::string>> facts{
      {"id", text_at(session, "id")},
      {"kind", text_at(session, "kind")},
      {"user", text_at(session, "user")},
      {"session", text_at(session, "session")},
      {"address", text_at(session, "address")},
      {"since", text_at(session, "since")},
      {"state", state_of(session)},
      {"user agent", text_at(session, "user_agent")},
      {"io thread", text_at(session, "io_thread")},
      {"queue", fmt::format("{} messages, {}", text_at(session, "queue_messages"), bytes_at(session, "queue_bytes"))},
      {"sent", fmt::format("{} messages, {}", text_at(session, "sent"), bytes_at(session, "sent_bytes"))},
      {"conflated", text_at(session, "conflated")},
      {"dropped", text_at(session, "dropped")},
      {"last heartbeat", age_at(session, "last_heartbeat", invocation.now())},
  };
  const char* label = "streams";
  for (const Json& stream : list_at(session, "streams"))
    facts.emplace_back(std::exchange(label, ""), stream_display(stream));
  if (list_at(session, "streams").empty()) facts.emplace_back(label, "none");
  label = "ticks";
  for (const Json& tick : list_at(session, "ticks")) {
    facts.emplace_back(std::exchange(label, ""),
                       fmt::format("{} {} {}", text_at(tick, "token"), text_at(tick, "symbol"), text_at(tick, "mode")));
  }
  print(facts_text(facts));
  return cli::ExitCode::Ok;
}

cli::ExitCode close(const Invocation& invocation, const Options& options) {
  Json body = Json::object();
  if (!options.reason.empty()) body["reason"] = options.reason;
  const Json answer = invocation.send("POST", target_of(options.id) + "/close", body);
  if (invocation.json) {
    print_json(answer);
  } else {
    print("closed " + text_at(answer, "id") + "\n");
  }
  return cli::ExitCode::Ok;
}

}  // namespace

void add_sessions(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("sessions", "List, show or close sessions");
  verb->require_subcommand(0, 1);
  CLI::Option* user = verb->add_option("--user", options->user, "Only sessions of this user");
  CLI::Option* closed = verb->add_flag("--closed", options->closed, "The last sessions that ended, and why");
  verb->add_subcommand("ls", "List the sessions");

  CLI::App* show_verb = verb->add_subcommand("show", "Show one session and its streams");
  show_verb->add_option("ID", options->id, "Session, as in `subctl sessions`")->required();
  show_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return show(invocation, *options); }; });

  CLI::App* close_verb = verb->add_subcommand("close", "Close one session with code 4006");
  close_verb->add_option("ID", options->id, "Session, as in `subctl sessions`")->required();
  close_verb->add_option("--reason", options->reason, "Text for the client, at most 123 bytes");
  close_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return close(invocation, *options); }; });

  for (CLI::App* one : {show_verb, close_verb}) one->excludes(user)->excludes(closed);

  // The callback of a verb runs after that of the verb below it.
  verb->callback([&invocation, options] {
    if (!invocation.action) invocation.action = [&invocation, options] { return list(invocation, *options); };
  });
}

}  // namespace subd::subctl
