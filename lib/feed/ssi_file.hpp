#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/decode.hpp"

namespace subd::feed {

/// The messages of a file that has one text of SSI FastConnect a line, in the order of the file. What makes no sense is
/// left out: the first of it is logged with its line, all is counted.
///
/// Owner: SsiFeed; one thread. Lines are read when they are asked for; the file is never in memory as a whole.
class SsiFile {
 public:
  static constexpr std::uint64_t kBadShown = 20;
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20;

  enum class Reports : std::uint8_t { Logged, Silent };

  /// Throws SpecificationError when the file cannot be read. Silent keeps what is wrong out of the log.
  explicit SsiFile(std::string path, Reports reports = Reports::Logged);

  /// The next good message; nullopt at the end of the file.
  [[nodiscard]] std::optional<ssi::Message> next();

  /// Leaves out the message that next() returned last, for a reason that only the caller sees.
  void reject(std::string_view reason);

  /// Back to the first line. What is wrong in another pass is neither logged nor counted again.
  /// False when the file cannot be read again.
  bool rewind();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Of the message that next() returned last, from 1.
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  [[nodiscard]] std::uint64_t bad_messages() const noexcept { return bad_messages_; }

 private:
  enum class Read : std::uint8_t { Line, TooLong, End };
  /// The next line into text_.
  [[nodiscard]] Read read_line();

  std::string path_;
  Reports reports_;
  std::ifstream in_;
  std::string buffer_;
  std::string_view text_;              // in buffer_
  std::vector<ssi::Decoded> decoded_;  // of the newest line
  std::size_t taken_ = 0;              // of decoded_
  std::uint64_t line_ = 0;
  std::uint64_t bad_messages_ = 0;
  bool first_pass_ = true;
};

}  // namespace subd::feed
