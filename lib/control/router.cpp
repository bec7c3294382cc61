#include "control/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "control/commands.hpp"
#include "control/percent.hpp"
#include "control/report_json.hpp"

namespace subd::control {
namespace {

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

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

Response run(Backend& backend, const Command& command, std::string_view raw_id, const Request& request) {
  std::optional<std::string> id = percent_decoded(raw_id);
  if (!id || id->size() > kNameLimitBytes) {
    return problem(bad_request(
        fmt::format("the id in the path must be percent-encoded text of at most {} bytes", kNameLimitBytes)));
  }
  const std::size_t path_size = path_of(request.target).size();
  const Query query{request.target.substr(std::min(path_size + 1, request.target.size()))};
  return command.run(backend, Call{std::move(*id), query, request.body});
}

void add_method(std::string& allow, std::string_view method) {
  if (!allow.empty()) allow += ", ";
  allow += method;
}

}  // namespace

Response problem(const ControlError& error) {
  return {error.http_status, "application/problem+json", problem_json(error), {}};
}

bool takes_file(std::string_view method, std::string_view target) {
  const std::string_view path = path_of(target);
  return std::any_of(write_commands().begin(), write_commands().end(), [&](const Command& command) {
    return command.takes_file && command.method == method && match(command.pattern, path).has_value();
  });
}

Response answer(Backend& backend, const Request& request) {
  const std::string_view path = path_of(request.target);
  std::string allow;
  for (const std::span<const Command> table : {read_commands(), write_commands()}) {
    for (const Command& command : table) {
      const std::optional<std::string_view> id = match(command.pattern, path);
      if (!id) continue;
      if (command.method == request.method) return run(backend, command, *id, request);
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
