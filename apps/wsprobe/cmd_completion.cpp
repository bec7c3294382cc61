#include <memory>
#include <string>

#include "cli/completion.hpp"
#include "wsprobe/commands.hpp"

namespace subd::wsprobe {

void add_completion(CLI::App& app, Invocation& invocation) {
  const auto name = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("completion", "Print the completion script for a shell");
  verb->add_option("SHELL", *name, "Shell the script is for")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  verb->callback([&app, &invocation, name] {
    invocation.action = [&app, name] {
      print(cli::completion_script(app, *cli::parse_shell(*name)));
      return cli::ExitCode::Ok;
    };
  });
}

}  // namespace subd::wsprobe
