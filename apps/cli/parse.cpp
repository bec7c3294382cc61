#include "cli/parse.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest.hpp"
#include "cli/exit_code.hpp"

namespace subd::cli {
namespace {

const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* here = &app;
  while (!here->get_subcommands().empty()) here = here->get_subcommands().back();
  return *here;
}

/// `subctl sessions`: what to put before --help to learn more.
std::string path_of(const CLI::App& app) {
  std::string path;
  for (const CLI::App* here = &app; here != nullptr; here = here->get_parent()) {
    if (!here->get_name().empty()) path = path.empty() ? here->get_name() : here->get_name() + " " + path;
  }
  return path;
}

std::vector<std::string> visible_flags(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::App* here = &app; here != nullptr; here = here->get_parent()) {
    for (const CLI::Option* option : here->get_options()) {
      if (option->get_group().empty()) continue;
      for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
    }
  }
  return flags;
}

std::vector<std::string> visible_verbs(const CLI::App& app) {
  std::vector<std::string> verbs;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); })) {
    verbs.push_back(verb->get_name());
  }
  return verbs;
}

std::string suggestion(std::string_view text, const std::vector<std::string>& known) {
  const std::vector<std::string_view> candidates{known.begin(), known.end()};
  return base::did_you_mean(base::nearest(text, candidates));
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string unexpected_text(const CLI::App& place, const std::string& word) {
  if (word.size() > 1 && word.front() == '-') {
    const std::string flag = word.substr(0, word.find('='));
    return "unknown flag '" + flag + "'" + suggestion(flag, visible_flags(place));
  }
  const std::vector<std::string> verbs = visible_verbs(place);
  if (verbs.empty()) return "unexpected argument '" + word + "'";
  const std::string close = suggestion(word, verbs);
  return "unknown verb '" + word + "'" + (close.empty() ? "; it is one of " + join(verbs) : close);
}

std::string explain(const CLI::App& app, const CLI::App& place, const CLI::ParseError& error) {
  // A mistyped word also makes what it should have been look missing, so it is named first.
  const std::vector<std::string> extra = app.remaining(true);
  if (!extra.empty()) return unexpected_text(place, extra.front());
  const bool wants_verb = place.get_require_subcommand_min() > 0 && place.get_subcommands().empty();
  if (wants_verb && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return "a verb is missing; it is one of " + join(visible_verbs(place));
  }
  return error.what();
}

}  // namespace

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& success) {
    return app.exit(success, out, err);
  } catch (const CLI::RuntimeError& chosen) {
    return chosen.get_exit_code();
  } catch (const CLI::ParseError& error) {
    const CLI::App& place = innermost(app);
    err << app.get_name() << ": " << explain(app, place, error) << "\nTry '" << path_of(place) << " --help'.\n";
    return to_int(ExitCode::Usage);
  }
}

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv) {
  return parse(app, argc, argv, std::cout, std::cerr);
}

}  // namespace subd::cli
