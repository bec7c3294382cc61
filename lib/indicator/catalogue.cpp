#include "indicator/catalogue.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "indicator/definitions.hpp"
#include "indicator/spec.hpp"
#include "indicator/text.hpp"

namespace subd::indicator {
namespace {

constexpr const Definition* kDefinitions[] = {
    &kAdx, &kAo,       &kAroon, &kAtr,       &kBbands, &kCci,   &kChop,  &kCmf,      &kDema,       &kDonchian, &kEma,
    &kHma, &kIchimoku, &kKama,  &kKc,        &kLinreg, &kMacd,  &kMfi,   &kMom,      &kNatr,       &kObv,      &kPivots,
    &kPpo, &kPsar,     &kRoc,   &kRsi,       &kSma,    &kStdev, &kStoch, &kStochrsi, &kSupertrend, &kTema,     &kTrix,
    &kTsi, &kUo,       &kVwap,  &kVwapbands, &kVwma,   &kWillr, &kWma,   &kZscore,
};

std::string_view type_name(ParameterKind kind) noexcept {
  switch (kind) {
    case ParameterKind::Integer:
      return "integer";
    case ParameterKind::Real:
      return "number";
    case ParameterKind::Choice:
      return "choice";
  }
  return {};
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  base::append_json_string(out, name);
  out += ':';
  base::append_json_string(out, text);
  out += ',';
}

void append_strings(std::string& out, std::span<const std::string_view> texts) {
  out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    base::append_json_string(out, texts[i]);
  }
  out += ']';
}

void append_parameter(std::string& out, const Parameter& parameter) {
  const bool choice = parameter.kind == ParameterKind::Choice;
  out += '{';
  append_member(out, "name", parameter.name);
  append_member(out, "type", type_name(parameter.kind));
  out += R"("default":)";
  if (choice) {
    base::append_json_string(out, parameter.choices[bar_count(parameter.default_value)]);
  } else {
    base::append_number(out, parameter.default_value);
  }
  out += R"(,"minimum":)";
  choice ? void(out += "null") : base::append_number(out, parameter.minimum);
  out += R"(,"maximum":)";
  choice ? void(out += "null") : base::append_number(out, parameter.maximum);
  out += R"(,"choices":)";
  append_strings(out, parameter.choices);
  out += parameter.convention ? R"(,"convention":true,"description":)" : R"(,"convention":false,"description":)";
  base::append_json_string(out, parameter.doc);
  out += '}';
}

void append_definition(std::string& out, const Definition& definition) {
  const Spec spec = default_spec(definition);
  out += '{';
  append_member(out, "name", definition.name);
  append_member(out, "title", definition.title);
  append_member(out, "description", definition.description);
  append_member(out, "source", definition.source);
  out += R"("parameters":[)";
  for (std::size_t i = 0; i < definition.parameters.size(); ++i) {
    if (i > 0) out += ',';
    append_parameter(out, definition.parameters[i]);
  }
  out += R"(],"outputs":)";
  append_strings(out, definition.outputs);
  out += ',';
  append_member(out, "default_id", spec.id);
  out += R"("warm_up":)";
  base::append_number(out, static_cast<std::uint64_t>(definition.warm_up(spec.values)));
  out += '}';
}

}  // namespace

std::span<const Definition* const> catalogue() noexcept {
  return kDefinitions;
}

const Definition* find(std::string_view name) noexcept {
  const auto all = catalogue();
  const auto it =
      std::find_if(all.begin(), all.end(), [name](const Definition* d) { return equal_ignoring_case(d->name, name); });
  return it == all.end() ? nullptr : *it;
}

std::string catalogue_json() {
  std::string out = "[";
  for (const Definition* definition : catalogue()) {
    if (out.size() > 1) out += ',';
    append_definition(out, *definition);
  }
  return out += ']';
}

}  // namespace subd::indicator
