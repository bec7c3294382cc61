#include "cli/completion_writers.hpp"

namespace subd::cli {
namespace {

std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

void append_walk_cases(std::string& out, const Command& command) {
  for (const Command& verb : command.commands) {
    out += "            case " + fish_quoted(command.path + " " + verb.name) + "\n                set path " +
           verb.path + "\n                set arg 0\n";
  }
  std::vector<std::string> with_value;
  for (const Flag& flag : command.flags) {
    if (flag.value.kind == ValueKind::None) continue;
    for (const std::string& name : flag.names) with_value.push_back(fish_quoted(command.path + " " + name));
  }
  if (!with_value.empty()) out += "            case " + joined(with_value) + "\n                set skip 1\n";
  for (const Command& verb : command.commands) append_walk_cases(out, verb);
}

std::string value_options(const Value& value) {
  switch (value.kind) {
    case ValueKind::Choice:
      return " -x -a " + fish_quoted(joined(value.choices));
    case ValueKind::File:
      return " -r -F";
    case ValueKind::Directory:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::Text:
      return " -x";
    case ValueKind::None:
      break;
  }
  return {};
}

std::string argument_options(const Value& value) {
  switch (value.kind) {
    case ValueKind::Choice:
      return " -a " + fish_quoted(joined(value.choices));
    case ValueKind::File:
      return " -F";
    case ValueKind::Directory:
      return " -a '(__fish_complete_directories)'";
    case ValueKind::Text:
    case ValueKind::None:
      break;
  }
  return {};
}

void append_command(std::string& out, const std::string& program, const Command& command) {
  const std::string start = "complete -c " + program + " -n ";
  const std::string at = "__" + program + "_at " + command.path;
  for (const Flag& flag : command.flags) {
    out += start + fish_quoted(at);
    for (const std::string& name : flag.names) {
      out += name.compare(0, 2, "--") == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    out += value_options(flag.value) + " -d " + fish_quoted(flag.summary) + "\n";
  }
  for (const Command& verb : command.commands) {
    out += start + fish_quoted(at + " 0") + " -a " + fish_quoted(verb.name) + " -d " + fish_quoted(verb.summary) + "\n";
  }
  for (std::size_t i = 0; i < command.positionals.size(); ++i) {
    const Positional& positional = command.positionals[i];
    const std::string options = argument_options(positional.value);
    const std::string where = positional.repeatable ? at : at + " " + std::to_string(i);
    if (!options.empty()) out += start + fish_quoted(where) + options + " -d " + fish_quoted(positional.summary) + "\n";
  }
  for (const Command& verb : command.commands) append_command(out, program, verb);
}

}  // namespace

std::string fish_completion(const Command& program) {
  std::string out = "# fish completion for " + program.name + "\n\n";
  out += "# True when the words before the cursor lead to verb $argv[1], with $argv[2] arguments after it if given.\n";
  out += "function __" + program.name + "_at\n    set -l path /\n    set -l arg 0\n    set -l skip 0\n";
  out +=
      "    for word in (commandline -opc)[2..-1]\n        if test $skip = 1\n            set skip 0\n            "
      "continue\n";
  out += "        end\n        switch \"$path $word\"\n";
  append_walk_cases(out, program);
  out +=
      "            case '* -*'\n            case '*'\n                set arg (math $arg + 1)\n        end\n    end\n";
  out += "    test $path = $argv[1]; or return 1\n    test (count $argv) -lt 2; or test $arg = $argv[2]\nend\n\n";
  out += "complete -c " + program.name + " -f\n";
  append_command(out, program.name, program);
  return out;
}

}  // namespace subd::cli
