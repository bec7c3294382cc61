#include "metrics/exposition.hpp"

#include <gtest/gtest.h>

#include <array>

namespace subd::metrics {
namespace {

TEST(Exposition, IsEmptyWithoutSamples) {
  EXPECT_EQ(Exposition{}.text(), "");
}

TEST(Exposition, WritesCountersAndGaugesWithTheirLabels) {
  Exposition exposition;
  exposition.counter("subd_messages_total", "Messages sent.", {{"kind", "update"}}, 7);
  exposition.gauge("subd_sessions", "Open sessions.", {}, 3);
  exposition.counter("subd_messages_total", "Messages sent.", {{"kind", "reply"}}, 2);
  EXPECT_EQ(exposition.text(),
            "# HELP subd_messages_total Messages sent.\n"
            "# TYPE subd_messages_total counter\n"
            "subd_messages_total{kind=\"update\"} 7\n"
            "subd_messages_total{kind=\"reply\"} 2\n"
            "# HELP subd_sessions Open sessions.\n"
            "# TYPE subd_sessions gauge\n"
            "subd_sessions 3\n");
}

TEST(Exposition, AddsUpSamplesOfEqualLabels) {
  Exposition exposition;
  for (const std::uint64_t of_thread : {5u, 6u}) exposition.counter("subd_accepted_total", "h", {}, of_thread);
  EXPECT_NE(exposition.text().find("subd_accepted_total 11\n"), std::string::npos) << exposition.text();
}

TEST(Exposition, KeepsLabelsApartThatOnlyLookEqualWhenJoined) {
  Exposition exposition;
  exposition.gauge("subd_x", "h", {{"a", "1"}, {"b", "2"}}, 1);
  exposition.gauge("subd_x", "h", {{"a", "1b2"}}, 1);
  EXPECT_EQ(exposition.text().find(" 2\n"), std::string::npos) << exposition.text();
}

TEST(Exposition, EscapesLabelValues) {
  Exposition exposition;
  exposition.gauge("subd_x", "h", {{"user", "a\"b\\c\nd"}}, 1);
  EXPECT_NE(exposition.text().find("user=\"a\\\"b\\\\c\\nd\""), std::string::npos) << exposition.text();
}

TEST(Exposition, WritesHistogramsInTheScaledUnit) {
  Histogram micros;
  for (const std::uint64_t value : {50u, 2000u, 2'000'000u}) micros.record(value);
  constexpr std::array<std::uint64_t, 2> kBounds{100, 10'000};
  Exposition exposition;
  exposition.histogram("subd_flush_seconds", "Flush.", {{"io", "0"}}, micros, kBounds, 1e6);
  EXPECT_EQ(exposition.text(),
            "# HELP subd_flush_seconds Flush.\n"
            "# TYPE subd_flush_seconds histogram\n"
            "subd_flush_seconds_count{io=\"0\"} 3\n"
            "subd_flush_seconds_sum{io=\"0\"} 2.00205\n"
            "subd_flush_seconds_bucket{io=\"0\",le=\"0.0001\"} 1\n"
            "subd_flush_seconds_bucket{io=\"0\",le=\"0.01\"} 2\n"
            "subd_flush_seconds_bucket{io=\"0\",le=\"+Inf\"} 3\n");
}

TEST(Exposition, AddsUpHistogramsOfEqualLabels) {
  Histogram one;
  Histogram two;
  one.record(10);
  two.record(10);
  two.record(1000);
  constexpr std::array<std::uint64_t, 1> kBounds{100};
  Exposition exposition;
  exposition.histogram("subd_h", "h", {}, one, kBounds, 1);
  exposition.histogram("subd_h", "h", {}, two, kBounds, 1);
  const std::string text = exposition.text();
  EXPECT_NE(text.find("subd_h_bucket{le=\"100\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("subd_h_count 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("subd_h_sum 1020\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace subd::metrics
