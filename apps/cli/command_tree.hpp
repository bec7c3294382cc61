#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

/// What a completion script needs to know of a command line, read from CLI11's description of it.
namespace subd::cli {

enum class ValueKind {
  None,       ///< a flag that stands alone
  Text,       ///< anything
  Choice,     ///< one of `choices`
  File,       ///< type name FILE, SOCKET or PATH
  Directory,  ///< type name DIR
};

struct Value {
  ValueKind kind = ValueKind::None;
  std::string label;  ///< FILE, ADDR:PORT: as in --help
  std::vector<std::string> choices;
};

struct Flag {
  std::vector<std::string> names;  ///< with their dashes, short ones first
  std::string summary;
  Value value;
  bool repeatable = false;
};

struct Positional {
  std::string name;
  std::string summary;
  Value value;
  bool repeatable = false;
};

struct Command {
  std::string name;
  std::string path;  ///< `/` for the program, `/sessions/ls` below it
  std::string summary;
  std::vector<Flag> flags;  ///< its own, and those that it hands up to its parents
  std::vector<Positional> positionals;
  std::vector<Command> commands;
};

/// Hidden options and verbs (those in the empty group) are left out.
[[nodiscard]] Command command_tree(const CLI::App& app);

}  // namespace subd::cli
