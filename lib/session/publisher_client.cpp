#include "session/publisher_client.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "wire/server_message.hpp"

namespace subd::session {

PublisherClient::PublisherClient(ClientContext& context, Transport& transport, IngestLink& link, std::string id)
    : Client{context, transport, std::move(id)},
      transport_{transport},
      link_{link},
      self_{std::make_shared<PublisherClient*>(this)} {}

PublisherClient::~PublisherClient() {
  *self_ = nullptr;
}

void PublisherClient::opened() {
  std::string text = R"({"type":"connected","protocol":1,"ws_conn_id":)";
  base::append_json_string(text, id());
  text += R"(,"user_id":)";
  base::append_json_string(text, principal().user_id);
  reply(text + '}');
}

void PublisherClient::receive_text(std::string_view text) {
  transport_.pause_input();
  link_.offer({.user = principal().user_id, .form = IngestForm::Message, .query = {}, .text = std::string{text}},
              [self = self_](const IngestReply& reply) {
                if (*self != nullptr) (*self)->answered(reply);
              });
}

void PublisherClient::answered(const IngestReply& answer) {
  if (answer.status == 200) {
    reply(answer.text);
  } else {
    const auto code = answer.status == 400 ? wire::ErrorCode::BadRequest : wire::ErrorCode::UpstreamUnavailable;
    reply(wire::error_message({}, {code, answer.text, {}}));
    spend_error();
  }
  transport_.resume_input();
}

}  // namespace subd::session
