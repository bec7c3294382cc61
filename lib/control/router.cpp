#include "control/router.hpp"

#include <fmt/format.h>

#include <optional>

#include "control/commands.hpp"
#include "control/report_json.hpp"

namespace subd::control {
namespace {

std::optional<int> hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const std::optional<int> high = hex_value(text[at + 1]);
    const std::optional<int> low = hex_value(text[at + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  return decoded;
}

// The raw text in the place of `{id}`, empty for a pattern without one; nullopt when the path does not match.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  constexpr std::string_view kId = "{id}";
  const std::size_t start = pattern.find(kId);
  if (start == std::string_view::npos) {
    return pattern == path ? std::optional<std::string_view>{std::string_view{}} : std::nullopt;
  }
  const std::string_view suffix = pattern.substr(start + kId.size());
  if (path.size() <= start + suffix.size()) return std::nullopt;
  if (path.substr(0, start) != pattern.substr(0, start) || path.substr(path.size() - suffix.size()) != suffix) {
    return std::nullopt;
  }
  const std::string_view id = path.substr(start, path.size() - start - suffix.size());
  return id.find('/') == std::string_view::npos ? std::optional<std::string_view>{id} : std::nullopt;
}

Response run(Backend& backend, const Command& command, std::string_view raw_id, std::string_view body) {
  std::optional<std::string> id = percent_decoded(raw_id);
  if (!id || id->size() > kNameLimitBytes) {
    return problem(bad_request(
        fmt::format("the id in the path must be percent-encoded text of at most {} bytes", kNameLimitBytes)));
  }
  return command.run(backend, Call{std::move(*id), body});
}

void add_method(std::string& allow, std::string_view method) {
  if (!allow.empty()) allow += ", ";
  allow += method;
}

}  // namespace

Response problem(const ControlError& error) {
  return {error.http_status, "application/problem+json", problem_json(error), {}};
}

Response answer(Backend& backend, const Request& request) {
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  std::string allow;
  for (const std::span<const Command> table : {read_commands(), write_commands()}) {
    for (const Command& command : table) {
      const std::optional<std::string_view> id = match(command.pattern, path);
      if (!id) continue;
      if (command.method == request.method) return run(backend, command, *id, request.body);
      add_method(allow, command.method);
    }
  }
  if (allow.empty()) {
    return problem(not_found("no_such_path", fmt::format("no command at {}; subctl(1) lists them", path)));
  }
  Response refused = problem(
      {405, "method_not_allowed", fmt::format("{} is not allowed at {}; allowed: {}", request.method, path, allow)});
  refused.allow = allow;
  return refused;
}

}  // namespace subd::control
