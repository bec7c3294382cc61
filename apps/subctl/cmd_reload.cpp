#include <fmt/format.h>

#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"

namespace subd::subctl {
namespace {

std::string keys_display(const Json& keys) {
  std::string text;
  for (const Json& key : keys) {
    if (key.is_string()) text += (text.empty() ? "" : ", ") + safe_text(key.get_ref<const std::string&>());
  }
  return text.empty() ? "nothing" : text;
}

cli::ExitCode run(const Invocation& invocation) {
  const Json answer = invocation.send("POST", "/v1/reload", Json::object(), Patience::Long);
  if (invocation.json) {
    print_json(answer);
    return cli::ExitCode::Ok;
  }
  const Json& tls = object_at(answer, "tls");
  print(facts_text({
      {"changed", keys_display(list_at(answer, "applied"))},
      {"needs a restart", keys_display(list_at(answer, "needs_restart"))},
      {"certificate", tls.empty()
                          ? "none"
                          : fmt::format("{}, until {}", text_at(tls, "subject"), text_at(tls, "certificate_ends_at"))},
  }));
  return cli::ExitCode::Ok;
}

}  // namespace

void add_reload(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("reload", "Read the configuration and the certificate again");
  verb->callback([&invocation] { invocation.action = [&invocation] { return run(invocation); }; });
}

}  // namespace subd::subctl
