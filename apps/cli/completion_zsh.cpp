#include <algorithm>
#include <string_view>

#include "cli/completion_writers.hpp"

namespace subd::cli {
namespace {

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string function_name(const std::string& program, const Command& command) {
  if (command.path == "/") return "_" + program;
  std::string name = "_" + program + command.path;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

std::string action(const Value& value) {
  switch (value.kind) {
    case ValueKind::Choice:
      return "(" + joined(value.choices) + ")";
    case ValueKind::File:
      return "_files";
    case ValueKind::Directory:
      return "_files -/";
    case ValueKind::Text:
    case ValueKind::None:
      break;
  }
  return " ";
}

std::string label(const Value& value) {
  return escaped(value.label.empty() ? "value" : value.label, ":");
}

void append_flag(std::string& out, const Flag& flag) {
  for (const std::string& name : flag.names) {
    std::string spec = flag.repeatable ? "*" : "(" + joined(flag.names) + ")";
    spec += name;
    if (flag.value.kind != ValueKind::None) spec += name.compare(0, 2, "--") == 0 ? "=" : "+";
    spec += "[" + escaped(flag.summary, "[]:") + "]";
    if (flag.value.kind != ValueKind::None) spec += ":" + label(flag.value) + ":" + action(flag.value);
    out += " \\\n    " + shell_quoted(spec);
  }
}

void append_function(std::string& out, const std::string& program, const Command& command) {
  const bool has_verbs = !command.commands.empty();
  out += function_name(program, command) + "() {\n";
  if (has_verbs) out += "  local curcontext=$curcontext state line ret=1\n  typeset -A opt_args\n";
  out += has_verbs ? "  _arguments -C -S" : "  _arguments -S";
  for (const Flag& flag : command.flags) append_flag(out, flag);
  for (const Positional& positional : command.positionals) {
    const std::string where = positional.repeatable ? "*" : "";
    out += " \\\n    " + shell_quoted(where + ":" + escaped(positional.name, ":") + ":" + action(positional.value));
  }
  if (!has_verbs) {
    out += "\n}\n\n";
  } else {
    out +=
        " \\\n    '1: :->verb' \\\n    '*:: :->rest' && ret=0\n  case $state in\n    verb)\n      local -a verbs=(\n";
    for (const Command& verb : command.commands) {
      out += "        " + shell_quoted(escaped(verb.name, ":") + ":" + escaped(verb.summary, ":")) + "\n";
    }
    out += "      )\n      _describe -t verbs verb verbs && ret=0\n      ;;\n    rest)\n      case $line[1] in\n";
    for (const Command& verb : command.commands) {
      out += "        " + verb.name + ") " + function_name(program, verb) + " && ret=0 ;;\n";
    }
    out += "      esac\n      ;;\n  esac\n  return ret\n}\n\n";
  }
  for (const Command& verb : command.commands) append_function(out, program, verb);
}

}  // namespace

std::string zsh_completion(const Command& program) {
  std::string out = "#compdef " + program.name + "\n\n";
  append_function(out, program.name, program);
  // Loaded by compinit the file is the body of the function; sourced, it only has to register it.
  const std::string function = function_name(program.name, program);
  out += "if [[ $funcstack[1] == " + function + " ]]; then\n  " + function + " \"$@\"\nelse\n  compdef " + function +
         " " + program.name + "\nfi\n";
  return out;
}

}  // namespace subd::cli
