#include "subctl/commands.hpp"

namespace subd::subctl {

void add_config(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("config", "Print the configuration that is in force, as TOML without secrets");
  verb->callback([&invocation] {
    invocation.action = [&invocation] {
      const std::string text = invocation.read_text("/v1/config");
      if (invocation.json) {
        print_json(Json{{"config", text}});
      } else {
        print(text);
      }
      return cli::ExitCode::Ok;
    };
  });
}

}  // namespace subd::subctl
