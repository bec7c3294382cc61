#include "cli/completion_writers.hpp"

namespace subd::cli {
namespace {

// Walks the words before the cursor: `path` is the verb so far, `arg` the number of arguments after it, `flag` the
// flag whose value the cursor is at. Bash splits words at `=` and `:` too, so `--listen=[::1]:80` is many words.
constexpr const char* kWalk = R"(
  local cur=${COMP_WORDS[COMP_CWORD]} path=/ flag= arg=0 word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == : ]]; then continue; fi
    if [[ $flag ]]; then
      flag=
      continue
    fi
)";

constexpr const char* kAfterWalk = R"(  done
  if [[ $cur == : || ( $COMP_CWORD -gt 1 && ${COMP_WORDS[COMP_CWORD - 1]} == : ) ]]; then return; fi
  [[ $cur == = ]] && cur=
)";

void append_walk_cases(std::string& out, const Command& command) {
  for (const Command& verb : command.commands) {
    out += "      " + shell_quoted(command.path + " " + verb.name) + ") path=" + verb.path + " arg=0 ;;\n";
  }
  for (const Flag& flag : command.flags) {
    if (flag.value.kind == ValueKind::None) continue;
    std::string patterns;
    for (const std::string& name : flag.names) {
      patterns += (patterns.empty() ? "" : " | ") + shell_quoted(command.path + " " + name);
    }
    out += "      " + patterns + ") flag=" + flag.names.back() + " ;;\n";
  }
  for (const Command& verb : command.commands) append_walk_cases(out, verb);
}

std::string reply(const Value& value) {
  switch (value.kind) {
    case ValueKind::Choice:
      return "mapfile -t COMPREPLY < <(compgen -W " + shell_quoted(joined(value.choices)) + " -- \"$cur\")";
    case ValueKind::File:
      return "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")";
    case ValueKind::Directory:
      return "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")";
    case ValueKind::Text:
    case ValueKind::None:
      break;
  }
  return {};
}

void append_flag_values(std::string& out, const Command& command) {
  for (const Flag& flag : command.flags) {
    const std::string text = reply(flag.value);
    if (!text.empty()) out += "      " + shell_quoted(command.path + " " + flag.names.back()) + ") " + text + " ;;\n";
  }
  for (const Command& verb : command.commands) append_flag_values(out, verb);
}

void append_words(std::string& out, const Command& command) {
  std::vector<std::string> flags;
  for (const Flag& flag : command.flags) flags.insert(flags.end(), flag.names.begin(), flag.names.end());
  out += "    " + shell_quoted(command.path) + ") flags=" + shell_quoted(joined(flags)) + " ;;\n";
  for (const Command& verb : command.commands) append_words(out, verb);
}

void append_arguments(std::string& out, const Command& command) {
  if (!command.commands.empty()) {
    std::vector<std::string> verbs;
    for (const Command& verb : command.commands) verbs.push_back(verb.name);
    out += "    " + shell_quoted(command.path + " 0") + ") " + reply({ValueKind::Choice, {}, verbs}) + " ;;\n";
  }
  for (std::size_t i = 0; i < command.positionals.size(); ++i) {
    const Positional& positional = command.positionals[i];
    const std::string text = reply(positional.value);
    const std::string pattern = positional.repeatable ? shell_quoted(command.path + " ") + "*"
                                                      : shell_quoted(command.path + " " + std::to_string(i));
    if (!text.empty()) out += "    " + pattern + ") " + text + " ;;\n";
  }
  for (const Command& verb : command.commands) append_arguments(out, verb);
}

}  // namespace

std::string bash_completion(const Command& program) {
  const std::string function = "_" + program.name;
  std::string out = "# bash completion for " + program.name + "\n\n" + function + "() {";
  out += kWalk;
  out += "    case \"$path $word\" in\n";
  append_walk_cases(out, program);
  out += "      *' -'*) ;;\n      *) arg=$((arg + 1)) ;;\n    esac\n";
  out += kAfterWalk;
  out += "\n  if [[ $flag ]]; then\n    case \"$path $flag\" in\n";
  append_flag_values(out, program);
  out += "    esac\n    return\n  fi\n\n  local flags=\n  case $path in\n";
  append_words(out, program);
  out +=
      "  esac\n  if [[ $cur == -* ]]; then\n    mapfile -t COMPREPLY < <(compgen -W \"$flags\" -- \"$cur\")\n    "
      "return\n  fi\n";
  std::string arguments;
  append_arguments(arguments, program);
  if (!arguments.empty()) out += "\n  case \"$path $arg\" in\n" + arguments + "  esac\n";
  out += "}\n\ncomplete -F " + function + " " + program.name + "\n";
  return out;
}

}  // namespace subd::cli
