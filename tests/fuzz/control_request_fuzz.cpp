// The first line is method and target, the rest the body: whatever they are, the router answers in a shape that a
// client can read, and the backend's figures stay what they were unless a command succeeded.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "control/fake_backend.hpp"
#include "control/router.hpp"

namespace {

void require(bool property) {
  if (!property) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::string_view line = input.substr(0, input.find('\n'));
  const std::string_view body = line.size() < input.size() ? input.substr(line.size() + 1) : std::string_view{};
  const std::string_view method = line.substr(0, line.find(' '));
  const std::string_view target = method.size() < line.size() ? line.substr(method.size() + 1) : std::string_view{};

  subd::test::FakeBackend backend;
  const std::string before = subd::control::answer(backend, {"GET", "/v1/sessions", {}}).body;
  const subd::control::Response response = subd::control::answer(backend, {method, target, body});
  if (response.content_type == "application/json") {
    require(response.status == 200);
    require(nlohmann::json::accept(response.body));
  } else if (response.content_type == "application/problem+json") {
    require(response.status == 400 || response.status == 404 || response.status == 405);
    const auto problem = nlohmann::json::parse(response.body, nullptr, false);
    require(problem.is_object());
    require(problem.value("status", 0) == response.status);
    require(!problem.value("code", "").empty() && !problem.value("detail", "").empty());
    require((response.status == 405) == !response.allow.empty());
    require(subd::control::answer(backend, {"GET", "/v1/sessions", {}}).body == before);
  } else {
    require(response.status == 200 && method == "GET");
  }
  return 0;
}
