// man/subd-indicators.7 and the list in README.md against the catalogue.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "generated_section.hpp"
#include "indicator/catalogue.hpp"
#include "indicator/spec.hpp"
#include "parameter_text.hpp"

namespace subd {
namespace {

using indicator::Definition;
using indicator::Parameter;
using indicator::ParameterKind;

/// Sentences as mdoc wants them: each begins a line, and no line is long.
std::string sentences(std::string_view text) {
  constexpr std::size_t kWidth = 78;
  std::string out;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) out += std::exchange(line, {}) + '\n';
  };
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    std::string word{text.substr(0, space)};
    text.remove_prefix(std::min(space + 1, text.size()));
    const bool ends_sentence = word.ends_with('.');
    // A minus, not a hyphen.
    if (word.front() == '-') word.insert(0, 1, '\\');
    if (line.size() + 1 + word.size() > kWidth) end_line();
    line += (line.empty() ? "" : " ") + word;
    if (ends_sentence) end_line();
  }
  end_line();
  return out;
}

std::string parameter_item(const Parameter& parameter) {
  std::string type = "one of ";
  if (parameter.kind == ParameterKind::Integer) type = "integer from ";
  if (parameter.kind == ParameterKind::Real) type = "number from ";
  return fmt::format(".It Ar {}\n", parameter.name) +
         sentences(fmt::format("{}{}{}, by default {}; {}.", parameter.convention ? "convention: " : "", type,
                               docs::range(parameter), docs::default_text(parameter), parameter.doc));
}

std::string outputs_text(const Definition& definition) {
  if (definition.outputs.size() == 1) return "a number";
  std::string out = "an object of";
  for (const std::string_view output : definition.outputs) out += ' ' + std::string{output};
  return out;
}

/// The section between the marks, in mdoc.
std::string indicator_section() {
  std::string out;
  for (const Definition* definition : indicator::catalogue()) {
    const indicator::Spec spec = indicator::default_spec(*definition);
    out += fmt::format(".Ss {}\n{}.\n", definition->name, definition->title);
    out += sentences(definition->description) + ".Bl -tag -width \"Id with defaults\" -compact\n";
    for (const Parameter& parameter : definition->parameters) out += parameter_item(parameter);
    out += fmt::format(".It Id with defaults\n.Li {}\n", spec.id);
    out += fmt::format(".It Value\n{}", sentences(outputs_text(*definition)));
    out += fmt::format(".It First full value\nbar {}\n", definition->warm_up(spec.values));
    out += fmt::format(".It Source\n{}.El\n", sentences(definition->source));
  }
  return out;
}

TEST(IndicatorsPage, DescribesTheIndicatorsOfTheCatalogue) {
  EXPECT_TRUE(docs::section_agrees("man/subd-indicators.7",
                                   ".\\\" begin indicators: written from the catalogue, see tests/docs\n",
                                   ".\\\" end indicators\n", indicator_section()));
}

/// `length` 2 to 5000: what a request may say, in the order of an id.
std::string parameter_cell(const Definition& definition) {
  std::string out;
  for (const Parameter& parameter : definition.parameters) {
    out += fmt::format("{}`{}` {}{}", out.empty() ? "" : ", ", parameter.name, docs::range(parameter),
                       parameter.convention ? " (convention, by default " + docs::default_text(parameter) + ")" : "");
  }
  return out.empty() ? "none" : out;
}

/// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string{"\\|"} : std::string{c};
  return out;
}

TEST(Readme, ListsTheIndicatorsOfTheCatalogue) {
  std::string table = "| id with defaults | formula | parameters | after |\n|---|---|---|---|\n";
  for (const Definition* definition : indicator::catalogue()) {
    table +=
        fmt::format("| `{}` | {}. {} | {} | {} |\n", indicator::default_spec(*definition).id, cell(definition->title),
                    cell(definition->description), parameter_cell(*definition), cell(definition->source));
  }
  EXPECT_TRUE(docs::section_agrees("README.md",
                                   "<!-- begin indicators: written from the catalogue, see tests/docs -->\n",
                                   "<!-- end indicators -->\n", table));
}

}  // namespace
}  // namespace subd
