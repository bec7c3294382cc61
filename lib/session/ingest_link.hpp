#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace subd::session {

enum class IngestForm : std::uint8_t { Lines, Message };

/// A batch of a publisher, as it came.
struct IngestRequest {
  std::string user;  ///< of the key, which has the role that is needed
  IngestForm form = IngestForm::Message;
  std::string query;  ///< of a request with lines, which say nothing of themselves; still percent-encoded
  std::string text;
};

struct IngestReply {
  unsigned status = 200;  ///< as HTTP
  std::string_view code;  ///< of an error, a literal
  std::string text;       ///< the acknowledgement as JSON; of an error what is wrong
};

/// The way from one io thread to the feed that takes published rows.
///
/// Threads: the io thread; `done` is called there too, later, once or never.
class IngestLink {
 public:
  virtual ~IngestLink() = default;
  virtual void offer(IngestRequest request, std::function<void(IngestReply)> done) = 0;
};

}  // namespace subd::session
