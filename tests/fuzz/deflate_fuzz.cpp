// Input: one byte that picks the entrance, then
//   0  what a client offers: an answer promises nothing that the offer did not allow;
//   1  the payload of a compressed message: it is read within the limit, or refused;
//   2  a message: what is made of it reads back.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ws/deflate.hpp"
#include "ws/deflate_offer.hpp"

namespace {

using namespace subd;
using Outcome = ws::Inflater::Outcome;

constexpr std::size_t kLimit = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

void try_offer(std::string_view offers) {
  const auto answer = ws::accept_deflate(offers);
  if (!answer) return;
  require(answer->starts_with("permessage-deflate; server_no_context_takeover; client_no_context_takeover"));
  const bool promises_window = answer->find("server_max_window_bits=12") != std::string::npos;
  require(!promises_window || offers.find('=') != std::string_view::npos);
  // The answer, offered, is accepted as it is.
  require(ws::accept_deflate(*answer) == answer);
}

void try_payload(std::string_view payload) {
  static ws::Inflater inflater;
  static ws::Inflater wide;
  std::string out;
  const Outcome outcome = inflater.read(out, payload, kLimit);
  require(out.size() <= kLimit);
  if (outcome != Outcome::TooBig) return;
  std::string more;
  require(wide.read(more, payload, 16 * kLimit) == Outcome::Damaged || more.size() > kLimit);
  require(more.substr(0, kLimit) == out);
}

void try_message(std::string_view message) {
  static ws::Deflater deflater;
  static ws::Inflater inflater;
  std::string payload;
  deflater.append(payload, message);
  std::string out;
  require(inflater.read(out, payload, message.size()) == Outcome::Whole);
  require(out == message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 3) {
    case 0:
      try_offer(text);
      break;
    case 1:
      try_payload(text);
      break;
    default:
      try_message(text);
      break;
  }
  return 0;
}
