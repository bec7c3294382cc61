#include "indicator/spec.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/nearest.hpp"
#include "base/number_text.hpp"
#include "indicator/catalogue.hpp"
#include "indicator/text.hpp"

namespace subd::indicator {
namespace {

template <class T>
using Checked = base::Result<T, SpecError>;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += ", ";
    out += text;
  }
  return out;
}

std::string quoted(std::string_view text) {
  return '"' + excerpt(text) + '"';
}

std::vector<std::string> parameter_names(const Definition& definition) {
  std::vector<std::string> names;
  for (const Parameter& parameter : definition.parameters) names.emplace_back(parameter.name);
  return names;
}

SpecError unknown_indicator(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Definition* definition : catalogue()) names.push_back(definition->name);
  SpecError error{SpecError::Code::UnknownIndicator, {}, {}, {names.begin(), names.end()}};
  if (name.empty()) {
    error.message = "an indicator needs a name";
  } else {
    error.message = "no indicator " + excerpt(name) + base::did_you_mean(base::nearest(name, names));
  }
  return error;
}

SpecError bad_parameter(const Definition& definition, std::string message, std::string_view parameter,
                        std::vector<std::string> allowed) {
  return {SpecError::Code::BadParameter, std::string{definition.name} + ": " + std::move(message),
          std::string{parameter}, std::move(allowed)};
}

/// `an integer from 2 to 5000`
std::string range_text(const Parameter& parameter) {
  return (parameter.kind == ParameterKind::Integer ? "an integer from " : "a number from ") +
         base::number_text(parameter.minimum) + " to " + base::number_text(parameter.maximum);
}

SpecError bad_value(const Definition& definition, const Parameter& parameter, const std::string& got) {
  std::string allowed_text;
  std::vector<std::string> allowed;
  if (parameter.kind == ParameterKind::Choice) {
    allowed.assign(parameter.choices.begin(), parameter.choices.end());
    allowed_text = "one of " + joined(allowed);
  } else {
    allowed_text = range_text(parameter);
    allowed.push_back(allowed_text);
  }
  return bad_parameter(definition, std::string{parameter.name} + " must be " + allowed_text + ", got " + got,
                       parameter.name, std::move(allowed));
}

SpecError too_many_parts(const Definition& definition, std::string_view first_extra) {
  std::vector<std::string> names = parameter_names(definition);
  std::string takes = names.empty() ? "takes no parameters" : "takes only " + joined(names);
  return bad_parameter(definition, takes + ", got " + quoted(first_extra) + " too many", {}, std::move(names));
}

SpecError unknown_parameter(const Definition& definition, std::string_view name) {
  std::vector<std::string> names = parameter_names(definition);
  std::string message = "no parameter " + quoted(name);
  message += names.empty() ? "; it takes none" : "; it takes " + joined(names);
  return bad_parameter(definition, std::move(message), excerpt(name), std::move(names));
}

bool fits(const Parameter& parameter, double value) noexcept {
  // Written so that NaN does not fit.
  const bool within = value >= parameter.minimum && value <= parameter.maximum;
  return within && (parameter.kind == ParameterKind::Real || value == std::floor(value));
}

Checked<double> checked_number(const Definition& definition, const Parameter& parameter, double value) {
  if (parameter.kind == ParameterKind::Choice || !fits(parameter, value)) {
    return bad_value(definition, parameter, std::isfinite(value) ? base::number_text(value) : "no finite number");
  }
  return value;
}

Checked<double> checked_choice(const Definition& definition, const Parameter& parameter, std::string_view text) {
  const auto choices = parameter.choices;
  const auto it = std::find_if(choices.begin(), choices.end(),
                               [text](std::string_view choice) { return equal_ignoring_case(choice, text); });
  if (it == choices.end()) return bad_value(definition, parameter, quoted(text));
  return static_cast<double>(it - choices.begin());
}

/// One part of an id, where numbers are text too.
Checked<double> checked_part(const Definition& definition, const Parameter& parameter, std::string_view text) {
  if (parameter.kind == ParameterKind::Choice) return checked_choice(definition, parameter, text);
  const std::optional<double> value = base::parse_number(text);
  if (!value || !fits(parameter, *value)) return bad_value(definition, parameter, quoted(text));
  return *value;
}

Checked<double> checked_value(const Definition& definition, const Parameter& parameter,
                              const std::variant<double, std::string>& value) {
  if (const double* number = std::get_if<double>(&value)) return checked_number(definition, parameter, *number);
  const std::string& text = std::get<std::string>(value);
  if (parameter.kind == ParameterKind::Choice) return checked_choice(definition, parameter, text);
  return bad_value(definition, parameter, "the text " + quoted(text));
}

/// How many parameters the id of `values` holds; the others are conventions at their defaults.
std::size_t spelled_out(const Definition& definition, std::span<const double> values) noexcept {
  std::size_t count = values.size();
  for (; count > 0; --count) {
    const Parameter& last = definition.parameters[count - 1];
    if (!last.convention || values[count - 1] != last.default_value) break;
  }
  return count;
}

std::string canonical_id(const Definition& definition, std::span<const double> values) {
  std::string id{definition.name};
  const std::size_t count = spelled_out(definition, values);
  for (std::size_t i = 0; i < count; ++i) {
    const Parameter& parameter = definition.parameters[i];
    id += '_';
    if (parameter.kind == ParameterKind::Choice) {
      id += parameter.choices[bar_count(values[i])];
    } else {
      base::append_number(id, values[i]);
    }
  }
  return id;
}

std::vector<double> default_values(const Definition& definition) {
  std::vector<double> values;
  for (const Parameter& parameter : definition.parameters) values.push_back(parameter.default_value);
  return values;
}

/// Checks the rules between parameters, each of which fits by itself.
Checked<Spec> completed(const Definition& definition, std::vector<double> values) {
  for (const Ordering& rule : definition.orderings) {
    if (values[rule.smaller] < values[rule.larger]) continue;
    const std::string smaller{definition.parameters[rule.smaller].name};
    const std::string larger{definition.parameters[rule.larger].name};
    return bad_parameter(definition,
                         smaller + " must be less than " + larger + ", got " + smaller + ' ' +
                             base::number_text(values[rule.smaller]) + " and " + larger + ' ' +
                             base::number_text(values[rule.larger]),
                         smaller, {smaller + " < " + larger});
  }
  std::string id = canonical_id(definition, values);
  return Spec{&definition, std::move(values), std::move(id)};
}

bool is_named(const Parameter& parameter, std::string_view name) noexcept {
  const auto same = [name](std::string_view candidate) { return equal_ignoring_case(candidate, name); };
  return same(parameter.name) || std::any_of(parameter.aliases.begin(), parameter.aliases.end(), same);
}

}  // namespace

base::Result<Spec, SpecError> parse_id(std::string_view id) {
  const std::size_t name_end = std::min(id.find('_'), id.size());
  const std::string_view name = id.substr(0, name_end);
  const Definition* definition = find(name);
  if (definition == nullptr) return unknown_indicator(name);

  std::vector<double> values = default_values(*definition);
  std::string_view rest = id.substr(name_end);
  for (std::size_t i = 0; !rest.empty(); ++i) {
    rest.remove_prefix(1);
    const std::size_t part_end = std::min(rest.find('_'), rest.size());
    const std::string_view part = rest.substr(0, part_end);
    if (i == values.size()) return too_many_parts(*definition, part);
    const Checked<double> value = checked_part(*definition, definition->parameters[i], part);
    if (!value) return value.error();
    values[i] = *value;
    rest.remove_prefix(part_end);
  }
  return completed(*definition, std::move(values));
}

base::Result<Spec, SpecError> make_spec(std::string_view name, std::span<const NamedParameter> params) {
  if (params.empty()) return parse_id(name);
  const Definition* definition = find(name);
  if (definition == nullptr) {
    const Definition* of_id = find(name.substr(0, std::min(name.find('_'), name.size())));
    if (of_id == nullptr) return unknown_indicator(name);
    return bad_parameter(*of_id, quoted(name) + " is an id: give parameters in the id or by name, not both", {},
                         {std::string{of_id->name}});
  }

  std::vector<double> values = default_values(*definition);
  std::vector<const NamedParameter*> given(values.size());
  for (const NamedParameter& param : params) {
    const auto parameters = definition->parameters;
    const auto it = std::find_if(parameters.begin(), parameters.end(),
                                 [&param](const Parameter& p) { return is_named(p, param.name); });
    if (it == parameters.end()) return unknown_parameter(*definition, param.name);
    const auto i = static_cast<std::size_t>(it - parameters.begin());
    if (given[i] != nullptr) {
      std::string message = std::string{it->name} + " is given twice";
      if (given[i]->name != param.name) message += ", as " + given[i]->name + " and as " + param.name;
      return bad_parameter(*definition, std::move(message), it->name, parameter_names(*definition));
    }
    given[i] = &param;
    const Checked<double> value = checked_value(*definition, *it, param.value);
    if (!value) return value.error();
    values[i] = *value;
  }
  return completed(*definition, std::move(values));
}

Spec default_spec(const Definition& definition) {
  std::vector<double> values = default_values(definition);
  std::string id = canonical_id(definition, values);
  return {&definition, std::move(values), std::move(id)};
}

}  // namespace subd::indicator
