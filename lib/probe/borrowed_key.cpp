#include "probe/borrowed_key.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace subd::probe {

base::Result<BorrowedKey, Problem> BorrowedKey::borrow(const ControlDoor& control, const std::string& role) {
  const nlohmann::json wish{{"user", "wsprobe@example.com"}, {"role", role}, {"name", "wsprobe"}};
  const auto reply = control({.method = "POST", .target = "/v1/apikeys", .body = wish.dump()});
  if (!reply) return reply.error();
  const auto answer = nlohmann::json::parse(reply->body, nullptr, false);
  const auto member = [&answer](const char* name) {
    const auto found = answer.is_object() ? answer.find(name) : answer.end();
    return found != answer.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  const std::string key = member("key");
  const std::string id = member("id");
  if (reply->status != 200 || key.empty() || id.empty()) {
    return Problem{"the control socket made no API key of role " + role + ": " + reply->body};
  }
  return BorrowedKey{control, key, id};
}

BorrowedKey::BorrowedKey(const ControlDoor& control, std::string text, std::string id)
    : control_{&control}, text_{std::move(text)}, id_{std::move(id)} {}

BorrowedKey::BorrowedKey(BorrowedKey&& other) noexcept
    : control_{std::exchange(other.control_, nullptr)}, text_{std::move(other.text_)}, id_{std::move(other.id_)} {}

BorrowedKey::~BorrowedKey() {
  if (control_ != nullptr) static_cast<void>((*control_)({.method = "DELETE", .target = "/v1/apikeys/" + id_}));
}

}  // namespace subd::probe
