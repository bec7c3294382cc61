#include "server/framing.hpp"

#include <cstddef>
#include <variant>

#include "kite/frame.hpp"
#include "server/compression.hpp"
#include "ws/frame_encoder.hpp"

namespace subd::server {
namespace {

/// One send() gets about this much: enough to make its fixed cost vanish, little enough to stay in the cache.
constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;

ws::Opcode opcode_of(session::EntryKind kind) noexcept {
  switch (kind) {
    case session::EntryKind::Binary:
      return ws::Opcode::Binary;
    case session::EntryKind::Ping:
      return ws::Opcode::Ping;
    case session::EntryKind::Pong:
      return ws::Opcode::Pong;
    case session::EntryKind::Text:
    case session::EntryKind::Packet:
    case session::EntryKind::Close:
      break;
  }
  return ws::Opcode::Text;
}

/// Packets that wait behind each other go out as one message, as Kite's ticker has it, and leave the outbox.
void take_packets(std::string& out, session::Outbox& outbox) {
  const auto run = outbox.packets_in_front(kite::FrameBuilder::kMostPackets, kPieceBytes);
  constexpr std::size_t kLengthBytes = sizeof(std::uint16_t);  // of the frame's count, and of each packet's length
  ws::append_header(out, ws::Opcode::Binary, kLengthBytes * (run.count + 1) + run.bytes);
  kite::FrameBuilder frame{out};
  for (std::size_t i = 0; i < run.count; ++i) {
    const auto& entry = *std::get_if<session::Entry::TickView>(&outbox.front().payload);
    frame.add(entry.tick->packet(entry.form.mode));
    outbox.pop_front();
  }
}

void append_frame(std::string& out, const session::Entry& entry) {
  if (entry.kind == session::EntryKind::Close) {
    ws::append_close(out, entry.close_code, *std::get_if<std::string>(&entry.payload));
    return;
  }
  ws::append_header(out, opcode_of(entry.kind), entry.payload_bytes);
  entry.append_payload(out);
}

}  // namespace

std::uint64_t frame_pending(session::Outbox& outbox, std::string& out, Compression* compression) {
  std::uint64_t messages = 0;
  while (!outbox.empty() && out.size() < kPieceBytes) {
    ++messages;
    if (outbox.front().kind == session::EntryKind::Packet) {
      take_packets(out, outbox);
      continue;
    }
    const session::Entry& entry = outbox.front();
    if (compression != nullptr && entry.kind == session::EntryKind::Text && compression->is_worthwhile(entry)) {
      compression->append_frame(entry, out);
    } else {
      append_frame(out, entry);
    }
    outbox.pop_front();
  }
  return messages;
}

}  // namespace subd::server
