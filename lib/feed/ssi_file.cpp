#include "feed/ssi_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "feed/specification.hpp"

namespace subd::feed {

SsiFile::SsiFile(std::string path, Reports reports)
    : path_{std::move(path)}, reports_{reports}, buffer_(kLongestLine + 1, '\0') {
  std::error_code error;
  if (std::filesystem::is_directory(path_, error)) {
    throw SpecificationError(fmt::format("feed: ssi: {} is a directory; a file of messages is needed", path_));
  }
  in_.open(path_, std::ios::binary);
  if (!in_) {
    throw SpecificationError(
        fmt::format("feed: ssi: cannot read {}: {}", path_, std::generic_category().message(errno)));
  }
}

SsiFile::Read SsiFile::read_line() {
  in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  auto length = static_cast<std::size_t>(in_.gcount());
  if (length == 0 && !in_) return Read::End;
  ++line_;
  if (in_.fail()) {  // the buffer was full before the line was over
    in_.clear();
    in_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    return Read::TooLong;
  }
  if (!in_.eof()) --length;  // the end of the line counts
  text_ = std::string_view{buffer_}.substr(0, length);
  while (!text_.empty() && (text_.back() == '\r' || text_.back() == ' ')) text_.remove_suffix(1);
  return Read::Line;
}

std::optional<ssi::Message> SsiFile::next() {
  while (true) {
    if (taken_ < decoded_.size()) {
      ssi::Decoded& decoded = decoded_[taken_++];
      if (decoded) return std::move(*decoded);
      reject(decoded.error().message);
      continue;
    }
    decoded_.clear();
    taken_ = 0;
    switch (read_line()) {
      case Read::End:
        return std::nullopt;
      case Read::TooLong:
        reject(fmt::format("the line is longer than {} bytes", kLongestLine));
        break;
      case Read::Line:
        if (!text_.empty()) decoded_ = ssi::decode(text_);
        break;
    }
  }
}

void SsiFile::reject(std::string_view reason) {
  if (!first_pass_) return;
  ++bad_messages_;
  if (reports_ == Reports::Silent || bad_messages_ > kBadShown) return;
  base::log::warn("ssi",
                  bad_messages_ < kBadShown ? "message left out" : "message left out; further ones are only counted",
                  {{"file", path_}, {"line", line_}, {"reason", reason}});
}

bool SsiFile::rewind() {
  first_pass_ = false;
  in_.clear();
  in_.seekg(0);
  decoded_.clear();
  taken_ = 0;
  line_ = 0;
  return in_.good();
}

}  // namespace subd::feed
