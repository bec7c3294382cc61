#include "feed/csv_reader.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace subd::feed {
namespace {

using Fields = std::vector<std::string>;

Fields row_of(std::string_view line) {
  Fields fields;
  EXPECT_EQ(split_csv_line(line, fields), "") << line;
  return fields;
}

std::string_view problem_of(std::string_view line) {
  Fields fields;
  return split_csv_line(line, fields);
}

TEST(CsvReader, SplitsAtCommas) {
  EXPECT_EQ(row_of("a,b,c"), (Fields{"a", "b", "c"}));
  EXPECT_EQ(row_of("a"), (Fields{"a"}));
  EXPECT_EQ(row_of(",a,,"), (Fields{"", "a", "", ""}));
}

TEST(CsvReader, TrimsOutsideQuotesOnly) {
  EXPECT_EQ(row_of(" a\t, b c ,\" d \" "), (Fields{"a", "b c", " d "}));
}

TEST(CsvReader, UndoesQuotes) {
  EXPECT_EQ(row_of(R"("a,b","say ""hi""","")"), (Fields{"a,b", R"(say "hi")", ""}));
}

TEST(CsvReader, NamesWhatIsWrongWithALine) {
  EXPECT_EQ(problem_of(R"(a,"b)"), "a quote that is not closed on its line");
  EXPECT_EQ(problem_of(R"("a"b,c)"), "text behind a closing quote");
  EXPECT_EQ(problem_of(R"(a"b,c)"), "a quote inside a field that is not quoted");
  EXPECT_EQ(problem_of(std::string(256, ',')), "more than 256 fields");
  EXPECT_EQ(problem_of(std::string(255, ',')), "");
}

TEST(CsvReader, TakesBothLineEndsAndAMissingLastOne) {
  std::istringstream in{"a,b\r\nc,d\n\n  \r\ne,f"};
  CsvReader reader{in};
  ASSERT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.fields(), (Fields{"a", "b"}));
  ASSERT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.fields(), (Fields{"c", "d"}));
  ASSERT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.fields(), (Fields{"e", "f"}));
  EXPECT_EQ(reader.line(), 5U);
  EXPECT_EQ(reader.next(), CsvOutcome::End);
  EXPECT_EQ(reader.next(), CsvOutcome::End);
}

TEST(CsvReader, SkipsAByteOrderMark) {
  std::istringstream in{"\xEF\xBB\xBFtime,open\n"};
  CsvReader reader{in};
  ASSERT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.fields(), (Fields{"time", "open"}));
}

TEST(CsvReader, BadLineCostsThatLineOnly) {
  std::istringstream in{"a,b\n\"open,1\n" + std::string(CsvReader::kLongestLine + 100, 'x') + "\nc,d\n"};
  CsvReader reader{in};
  EXPECT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.next(), CsvOutcome::Malformed);
  EXPECT_EQ(reader.line(), 2U);
  EXPECT_EQ(reader.next(), CsvOutcome::Malformed);
  EXPECT_EQ(reader.problem(), "a line of more than 64 KiB");
  ASSERT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.fields(), (Fields{"c", "d"}));
  EXPECT_EQ(reader.line(), 4U);
}

TEST(CsvReader, LineOfTheFullLengthIsRead) {
  std::istringstream in{std::string(CsvReader::kLongestLine, 'x') + "\ny\n" +
                        std::string(CsvReader::kLongestLine, 'z')};
  CsvReader reader{in};
  ASSERT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.fields()[0].size(), CsvReader::kLongestLine);
  ASSERT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.fields(), (Fields{"y"}));
  ASSERT_EQ(reader.next(), CsvOutcome::Row);
  EXPECT_EQ(reader.fields()[0].size(), CsvReader::kLongestLine);
  EXPECT_EQ(reader.next(), CsvOutcome::End);
}

TEST(CsvReader, NothingIsTheEnd) {
  std::istringstream in{""};
  CsvReader reader{in};
  EXPECT_EQ(reader.next(), CsvOutcome::End);
}

}  // namespace
}  // namespace subd::feed
