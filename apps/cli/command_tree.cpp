#include "cli/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <string_view>

namespace subd::cli {
namespace {

/// Completion menus have one line per entry.
std::string first_sentence(std::string_view text) {
  std::string sentence{text.substr(0, text.find('\n'))};
  if (const auto stop = sentence.find(". "); stop != std::string::npos) sentence.erase(stop);
  while (!sentence.empty() && (sentence.back() == '.' || sentence.back() == ' ')) sentence.pop_back();
  return sentence;
}

std::vector<std::string> split_set(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    items.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return items;
}

/// CLI11 shows an option's type as NAME:VALIDATOR:...; a set of choices is the validator `{a,b}`.
Value read_value(const CLI::Option& option) {
  Value value;
  if (option.get_items_expected_max() == 0) return value;
  const std::string type = option.get_type_name();
  const auto open = type.find('{');
  const auto close = type.rfind('}');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    value.kind = ValueKind::Choice;
    value.choices = split_set(std::string_view{type}.substr(open + 1, close - open - 1));
  }
  value.label = open == std::string::npos ? type : type.substr(0, open);
  while (!value.label.empty() && value.label.back() == ':') value.label.pop_back();
  if (value.kind == ValueKind::Choice) return value;
  const auto is = [&value](std::string_view name) { return value.label.compare(0, name.size(), name) == 0; };
  if (is("FILE") || is("PATH") || is("SOCKET")) {
    value.kind = ValueKind::File;
  } else {
    value.kind = is("DIR") ? ValueKind::Directory : ValueKind::Text;
  }
  return value;
}

void add_option(Command& command, const CLI::Option& option) {
  if (option.get_group().empty()) return;
  const bool repeatable = option.get_items_expected_max() > 1;
  if (option.get_positional()) {
    command.positionals.push_back(
        {option.get_name(true), first_sentence(option.get_description()), read_value(option), repeatable});
    return;
  }
  Flag flag{{}, first_sentence(option.get_description()), read_value(option), repeatable};
  for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  for (const Flag& known : command.flags) {
    if (known.names == flag.names) return;  // -h of the verb hides -h of its parent
  }
  command.flags.push_back(std::move(flag));
}

Command read_command(const CLI::App& app, const std::string& path) {
  Command command;
  command.name = app.get_name();
  command.path = path;
  command.summary = first_sentence(app.get_description());
  for (const CLI::Option* option : app.get_options()) add_option(command, *option);
  for (const CLI::App* here = &app; here->get_fallthrough() && here->get_parent() != nullptr;) {
    here = here->get_parent();
    for (const CLI::Option* option : here->get_options()) {
      if (!option->get_positional()) add_option(command, *option);
    }
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); })) {
    command.commands.push_back(read_command(*sub, (path == "/" ? path : path + "/") + sub->get_name()));
  }
  return command;
}

}  // namespace

Command command_tree(const CLI::App& app) {
  return read_command(app, "/");
}

}  // namespace subd::cli
