#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace subd::cli::test {

/// A small program with everything a command line can have: verbs in two levels, flags that fall through, choices,
/// files, positionals, something hidden.
struct SampleProgram {
  CLI::App app{"Looks at a daemon.", "tool"};
  std::string control;
  std::string format = "table";
  std::string user;
  std::string id;
  std::string shell;
  std::string secret;
  bool json = false;

  SampleProgram() {
    app.fallthrough();
    app.require_subcommand(1);
    app.add_option("-c,--control", control, "Control socket. The default depends on the environment.")
        ->type_name("SOCKET");
    app.add_flag("--json", json, "Print JSON: it's stable [v1]");
    app.add_option("--format", format, "How to print")->check(CLI::IsMember({"table", "plain"}));
    app.add_option("--internal", secret, "Not for people")->group("");
    CLI::App* status = app.add_subcommand("status", "Say how the daemon is");
    status->fallthrough();
    CLI::App* sessions = app.add_subcommand("sessions", "Look at sessions");
    sessions->fallthrough();
    sessions->require_subcommand(1);
    CLI::App* list = sessions->add_subcommand("ls", "List them");
    list->fallthrough();
    list->add_option("--user", user, "Only of this user")->type_name("NAME");
    CLI::App* show = sessions->add_subcommand("show", "Show one");
    show->fallthrough();
    show->add_option("ID", id, "Connection id")->required();
    CLI::App* completion = app.add_subcommand("completion", "Print a completion script");
    completion->add_option("SHELL", shell, "Which shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    app.add_subcommand("debug", "Hidden")->group("");
  }
};

}  // namespace subd::cli::test
