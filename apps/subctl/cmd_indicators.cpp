#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/nearest.hpp"
#include "subctl/commands.hpp"
#include "subctl/display.hpp"
#include "subctl/table.hpp"
#include "subctl/terminal.hpp"

namespace subd::subctl {
namespace {

std::string outputs_display(const Json& definition) {
  std::string text;
  for (const Json& output : list_at(definition, "outputs")) {
    if (!output.is_string()) continue;
    text += (text.empty() ? "" : " ") + safe_text(output.get_ref<const std::string&>());
  }
  return text.empty() ? "-" : text;
}

std::string allowed_display(const Json& parameter) {
  const Json& choices = list_at(parameter, "choices");
  if (choices.empty()) return fmt::format("{} to {}", text_at(parameter, "minimum"), text_at(parameter, "maximum"));
  std::string text;
  for (const Json& choice : choices) {
    if (!text.empty()) text += ", ";
    text += choice.is_string() ? safe_text(choice.get_ref<const std::string&>()) : choice.dump();
  }
  return text;
}

std::string description_display(const Json& parameter) {
  return text_at(parameter, "description") +
         (parameter.value("convention", false) ? " (in the id only if not default)" : "");
}

void print_list(const Json& catalogue) {
  Table table{{{"NAME"}, {"ID WITH DEFAULTS"}, {"OUTPUTS"}, {"WARM-UP", Align::Right}, {"TITLE", Align::Left, true}}};
  for (const Json& definition : catalogue) {
    table.add({text_at(definition, "name"), text_at(definition, "default_id"), outputs_display(definition),
               text_at(definition, "warm_up"), text_at(definition, "title")});
  }
  print(table.text(output_style()));
}

void print_one(const Json& definition) {
  print(facts_text({{"name", text_at(definition, "name")},
                    {"title", text_at(definition, "title")},
                    {"description", text_at(definition, "description")},
                    {"source", text_at(definition, "source")},
                    {"id", text_at(definition, "default_id")},
                    {"outputs", outputs_display(definition)},
                    {"warm-up", text_at(definition, "warm_up") + " bars"}}));
  if (list_at(definition, "parameters").empty()) return;
  Table table{{{"PARAMETER"}, {"TYPE"}, {"DEFAULT", Align::Right}, {"ALLOWED"}, {"DESCRIPTION", Align::Left, true}}};
  for (const Json& parameter : list_at(definition, "parameters")) {
    table.add({text_at(parameter, "name"), text_at(parameter, "type"), text_at(parameter, "default"),
               allowed_display(parameter), description_display(parameter)});
  }
  print("\n" + table.text(output_style()));
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char letter) { return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter; });
  return text;
}

const Json& find(const Json& catalogue, const std::string& name) {
  std::vector<std::string> names;
  for (const Json& definition : catalogue) {
    names.push_back(definition.value("name", ""));
    if (upper(names.back()) == upper(name)) return definition;
  }
  const std::vector<std::string_view> candidates{names.begin(), names.end()};
  throw Failure{cli::ExitCode::No,
                "no indicator " + safe_text(name) + base::did_you_mean(base::nearest(upper(name), candidates))};
}

cli::ExitCode run(const Invocation& invocation, const std::string& name) {
  const Json catalogue = invocation.read("/v1/indicators");
  if (name.empty()) {
    invocation.json ? print_json(catalogue) : print_list(catalogue);
  } else {
    const Json& definition = find(catalogue, name);
    invocation.json ? print_json(definition) : print_one(definition);
  }
  return cli::ExitCode::Ok;
}

}  // namespace

void add_indicators(CLI::App& app, Invocation& invocation) {
  const auto name = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("indicators", "Indicators that can be subscribed to, or one of them in full");
  verb->add_option("NAME", *name, "Indicator, e.g. RSI");
  verb->callback([&invocation, name] { invocation.action = [&invocation, name] { return run(invocation, *name); }; });
}

}  // namespace subd::subctl
