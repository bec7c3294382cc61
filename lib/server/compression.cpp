#include "server/compression.hpp"

#include <variant>

#include "ws/frame_encoder.hpp"

namespace subd::server {
namespace {

using session::Entry;

/// A burst of large messages must not occupy the memory for good.
constexpr std::size_t kKeptBytes = std::size_t{1} << 20;

}  // namespace

Compression::Identity Compression::identity_of(const Entry& entry) noexcept {
  if (const auto* update = std::get_if<Entry::UpdateView>(&entry.payload)) {
    return {update->update.get(), update->view.get(), 0};
  }
  if (const auto* tick = std::get_if<Entry::TickView>(&entry.payload)) {
    return {tick->tick.get(), nullptr, wire::index_of(tick->form)};
  }
  if (const auto* shared = std::get_if<session::SharedText>(&entry.payload)) return {shared->get(), nullptr, 0};
  if (const auto* signal = std::get_if<wire::SignalPtr>(&entry.payload)) return {signal->get(), nullptr, 0};
  return {};
}

Compression::Piece Compression::compress(const Entry& entry) {
  plain_.clear();
  entry.append_payload(plain_);
  const std::size_t begin = made_.size();
  deflater_.append(made_, plain_);
  ++counters_.made;
  counters_.bytes_in += plain_.size();
  counters_.bytes_out += made_.size() - begin;
  return {begin, made_.size() - begin};
}

void Compression::append_frame(const Entry& entry, std::string& out) {
  const Identity identity = identity_of(entry);
  Piece piece;
  if (identity.content == nullptr) {
    piece = compress(entry);
  } else if (const auto known = pieces_.find(identity); known != pieces_.end()) {
    piece = known->second;
    ++counters_.copied;
  } else {
    piece = compress(entry);
    held_.push_back(entry);
    pieces_.emplace(identity, piece);
  }
  ws::append_compressed_header(out, piece.size);
  out.append(made_, piece.begin, piece.size);
  if (identity.content == nullptr) made_.resize(piece.begin);
}

void Compression::end_turn() {
  pieces_.clear();
  held_.clear();
  for (std::string* buffer : {&plain_, &made_}) {
    if (buffer->capacity() > kKeptBytes) std::string{}.swap(*buffer);
    buffer->clear();
  }
}

}  // namespace subd::server
