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
  std::string tier;
};

cli::ExitCode list(const Invocation& invocation) {
  const Json document = invocation.read("/v1/users", Patience::Long);
  if (invocation.json) {
    print_json(document);
    return cli::ExitCode::Ok;
  }
  Table table{{{"USER", Align::Left, true}, {"TIER"}, {"CHANGED"}}};
  for (const Json& user : list_at(document, "users")) {
    table.add({text_at(user, "user"), text_at(user, "tier"), text_at(user, "changed_at")});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

cli::ExitCode set_tier(const Invocation& invocation, const Options& options) {
  const Json answer = invocation.send("PUT", "/v1/users/" + control::percent_encoded(options.user) + "/tier",
                                      Json{{"tier", options.tier}}, Patience::Long);
  if (invocation.json) {
    print_json(answer);
  } else {
    print(fmt::format("{} is {} now\n", text_at(answer, "user"), text_at(answer, "tier")));
  }
  return cli::ExitCode::Ok;
}

}  // namespace

void add_users(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("users", "List users and set their tiers");
  verb->require_subcommand(1);

  CLI::App* list_verb = verb->add_subcommand("ls", "Users whose tier was set; of others the token says it");
  list_verb->callback([&invocation] { invocation.action = [&invocation] { return list(invocation); }; });

  CLI::App* set_verb = verb->add_subcommand("set-tier", "Set a user's tier, which wins over that of the token");
  set_verb->add_option("USER", options->user, "User id, e.g. alice@example.com")->required();
  set_verb->add_option("TIER", options->tier, "STARTER, PROFESSIONAL, INSTITUTIONAL, or an alias of one")->required();
  set_verb->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return set_tier(invocation, *options); };
  });
}

}  // namespace subd::subctl
