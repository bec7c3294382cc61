#include <fmt/format.h>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

/// `kite: live since 2025-11-04T10:35:00.000Z, 1204 of 9000 tokens, 0 waiting, 0 refused`
std::string summary(const Json& upstream) {
  std::string text =
      fmt::format("{}: {} since {}", text_at(upstream, "kind"), text_at(upstream, "state"), text_at(upstream, "since"));
  if (list_at(upstream, "links").empty()) return text + ", no connections of its own\n";
  const Json& texts = object_at(upstream, "texts");
  const Json& history = object_at(upstream, "history");
  text += fmt::format(", {} of {} tokens, {} waiting, {} refused\n", text_at(upstream, "tokens"),
                      text_at(upstream, "capacity"), text_at(upstream, "waiting_tokens"),
                      text_at(upstream, "refused_tokens"));
  text += fmt::format("history: {} requests, {} failed, {} streams began without\n", text_at(history, "requests"),
                      text_at(history, "failures"), text_at(history, "late"));
  text += fmt::format("texts: {} orders, {} errors, {} messages, {} others; {} ticks of unknown tokens\n",
                      text_at(texts, "order"), text_at(texts, "error"), text_at(texts, "message"),
                      text_at(texts, "other"), text_at(upstream, "unknown_ticks"));
  return text;
}

cli::ExitCode run(const Invocation& invocation) {
  const Json upstream = invocation.read("/v1/upstream");
  if (invocation.json) {
    print_json(upstream);
    return cli::ExitCode::Ok;
  }
  print(summary(upstream));
  const Json& links = list_at(upstream, "links");
  if (links.empty()) return cli::ExitCode::Ok;
  Table table{{{"LINK", Align::Right},
               {"STATE"},
               {"SINCE"},
               {"TOKENS", Align::Right},
               {"LTP", Align::Right},
               {"QUOTE", Align::Right},
               {"FULL", Align::Right},
               {"LAST MESSAGE"},
               {"RECONNECTS", Align::Right},
               {"BAD FRAMES", Align::Right},
               {"SKIPPED", Align::Right},
               {"ENDED LAST"}}};
  std::size_t number = 0;
  for (const Json& link : links) {
    const Json& modes = object_at(link, "modes");
    table.add({fmt::to_string(number++), text_at(link, "state"), age_at(link, "since", invocation.now()),
               text_at(link, "tokens"), text_at(modes, "ltp"), text_at(modes, "quote"), text_at(modes, "full"),
               age_at(link, "last_message", invocation.now()), text_at(link, "reconnects"), text_at(link, "bad_frames"),
               text_at(link, "skipped_packets"), text_at(link, "why")});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_upstream(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("upstream", "The feed's connections, with their tokens");
  verb->callback([&invocation] { invocation.action = [&invocation] { return run(invocation); }; });
}

}  // namespace subd::subctl
