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
  std::string role;
  std::string name;
  std::string id;
};

cli::ExitCode add(const Invocation& invocation, const Options& options) {
  Json body{{"user", options.user}, {"role", options.role}};
  if (!options.name.empty()) body["name"] = options.name;
  const Json answer = invocation.send("POST", "/v1/apikeys", body, Patience::Long);
  if (invocation.json) {
    print_json(answer);
  } else {
    print(text_at(answer, "key") + "\n");
  }
  return cli::ExitCode::Ok;
}

cli::ExitCode list(const Invocation& invocation) {
  const Json document = invocation.read("/v1/apikeys");
  if (invocation.json) {
    print_json(document);
    return cli::ExitCode::Ok;
  }
  Table table{{{"ID"}, {"USER", Align::Left, true}, {"ROLE"}, {"NAME", Align::Left, true}, {"CREATED"}}};
  for (const Json& key : list_at(document, "keys")) {
    table.add({text_at(key, "id"), text_at(key, "user"), text_at(key, "role"), text_at(key, "name"),
               text_at(key, "created_at")});
  }
  print(table.text(output_style()));
  return cli::ExitCode::Ok;
}

cli::ExitCode remove(const Invocation& invocation, const Options& options) {
  const Json answer =
      invocation.send("DELETE", "/v1/apikeys/" + control::percent_encoded(options.id), Json::object(), Patience::Long);
  if (invocation.json) {
    print_json(answer);
  } else {
    print(fmt::format("removed {}, a {} key of {}; connections that it opened are closed\n", text_at(answer, "id"),
                      text_at(answer, "role"), text_at(answer, "user")));
  }
  return cli::ExitCode::Ok;
}

}  // namespace

void add_apikey(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  // The control socket's own word is the plural; both are taken here.
  CLI::App* verb = app.add_subcommand("apikey", "Make, list and remove the keys of programs")->alias("apikeys");
  verb->require_subcommand(1);

  CLI::App* add_verb = verb->add_subcommand("add", "Print a new key, which is shown this once only")->alias("create");
  add_verb->add_option("--user", options->user, "User id that the key speaks for, e.g. feeder@example.com")->required();
  add_verb->add_option("--role", options->role, "What the key is good for")
      ->check(CLI::IsMember({"client", "publisher", "signals", "admin"}))
      ->required();
  add_verb->add_option("--name", options->name, "A word for the operator, e.g. 'feed handler'");
  add_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return add(invocation, *options); }; });

  CLI::App* list_verb = verb->add_subcommand("ls", "The keys, without what is secret of them");
  list_verb->callback([&invocation] { invocation.action = [&invocation] { return list(invocation); }; });

  CLI::App* remove_verb =
      verb->add_subcommand("rm", "Remove a key and close the connections that it opened")->alias("revoke");
  remove_verb->add_option("ID", options->id, "As in 'subctl apikey ls'")->required();
  remove_verb->callback(
      [&invocation, options] { invocation.action = [&invocation, options] { return remove(invocation, *options); }; });
}

}  // namespace subd::subctl
