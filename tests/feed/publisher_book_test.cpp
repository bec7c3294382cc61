#include "feed/publisher_book.hpp"

#include <gtest/gtest.h>

namespace subd::feed {
namespace {

constexpr base::UtcTime kNow{std::chrono::milliseconds{1'750'000'000'000}};

IngestHead head(std::uint64_t seq, std::string publisher = "p", std::string epoch = "") {
  return {std::move(publisher), std::move(epoch), seq};
}

TEST(PublisherBook, ANumberIsFreshOnce) {
  PublisherBook book;
  EXPECT_FALSE(book.take("u", head(5), kNow).duplicate);
  EXPECT_TRUE(book.take("u", head(5), kNow).duplicate);
  EXPECT_TRUE(book.take("u", head(4), kNow).duplicate);
  EXPECT_FALSE(book.take("u", head(6), kNow).duplicate);
}

TEST(PublisherBook, AGapNamesWhatShouldHaveCome) {
  PublisherBook book;
  EXPECT_FALSE(book.take("u", head(5), kNow).expected) << "the first number may be any";
  EXPECT_EQ(book.take("u", head(8), kNow).expected, 6U);
  EXPECT_FALSE(book.take("u", head(9), kNow).expected);
  EXPECT_TRUE(book.take("u", head(7), kNow).duplicate) << "late ones are not put back in order";
}

TEST(PublisherBook, PublishersUsersAndEpochsCountForThemselves) {
  PublisherBook book;
  EXPECT_FALSE(book.take("u", head(5), kNow).duplicate);
  EXPECT_FALSE(book.take("u", head(5, "q"), kNow).duplicate);
  EXPECT_FALSE(book.take("v", head(5), kNow).duplicate);
  EXPECT_FALSE(book.take("u", head(1, "p", "after a restart"), kNow).duplicate);
  EXPECT_TRUE(book.take("u", head(1, "p", "after a restart"), kNow).duplicate);
}

TEST(PublisherBook, WithoutANumberEverythingIsFresh) {
  PublisherBook book;
  const IngestHead unnumbered{"p", "", std::nullopt};
  EXPECT_FALSE(book.take("u", unnumbered, kNow).duplicate);
  EXPECT_FALSE(book.take("u", unnumbered, kNow).duplicate);
}

TEST(PublisherBook, ForgetsTheOneThatWasSilentForLongest) {
  PublisherBook book;
  for (std::size_t i = 0; i < PublisherBook::kMost; ++i) {
    book.take("u", head(9, std::to_string(i)), kNow + std::chrono::seconds{i});
  }
  book.take("u", head(9, "0"), kNow + std::chrono::hours{1});
  book.take("u", head(9, "one more"), kNow + std::chrono::hours{1});
  EXPECT_EQ(book.size(), PublisherBook::kMost);
  EXPECT_TRUE(book.take("u", head(9, "0"), kNow).duplicate);
  EXPECT_FALSE(book.take("u", head(9, "1"), kNow).duplicate);
}

}  // namespace
}  // namespace subd::feed
