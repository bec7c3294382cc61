#include "control/channel_reports.hpp"

#include <nlohmann/json.hpp>

#include "base/time_text.hpp"

namespace subd::control {

std::string to_json(const std::vector<ChannelReport>& channels) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const ChannelReport& channel : channels) {
    list.push_back({{"name", channel.name},
                    {"clients", channel.clients},
                    {"builds", channel.builds},
                    {"last_build", channel.last_build ? Json(base::time_text(*channel.last_build)) : Json()},
                    {"message_bytes", channel.message_bytes},
                    {"offered", channel.offered},
                    {"dropped", channel.dropped}});
  }
  const Json out{{"channels", std::move(list)}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace subd::control
