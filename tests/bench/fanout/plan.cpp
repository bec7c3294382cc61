#include "fanout/plan.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace subd::bench {
namespace {

/// SplitMix64: the same numbers with every standard library.
std::uint64_t draw(std::uint64_t& state) noexcept {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

View draw_view(std::uint64_t& state, std::size_t least, std::size_t most, std::size_t of) {
  const std::size_t count = least + draw(state) % (most - least + 1);
  View view = 0;
  for (std::size_t taken = 0; taken < count;) {
    const View bit = View{1} << (draw(state) % of);
    if ((view & bit) != 0) continue;
    view |= bit;
    ++taken;
  }
  return view;
}

Plan make_plan(const PlanOptions& options) {
  const bool possible = options.streams >= 1 && options.streams <= kMostStreams && options.streams_per_tab >= 1 &&
                        options.streams_per_tab <= options.streams && options.of_indicators <= kMostIndicators &&
                        options.least_indicators <= options.most_indicators &&
                        options.most_indicators <= options.of_indicators;
  if (!possible) throw std::runtime_error{"the numbers of streams or indicators do not fit each other"};
  Plan plan;
  plan.streams = options.streams;
  std::uint64_t state = options.seed;
  std::vector<std::uint32_t> followers(options.streams);
  const auto all = static_cast<View>((std::uint64_t{1} << options.most_indicators) - 1);
  for (std::size_t tab = 0; tab < options.tabs; ++tab) {
    // A tab's streams follow each other, and the first goes round, so that every stream has its share of tabs.
    std::vector<Take>& takes = plan.tabs.emplace_back();
    for (std::size_t i = 0; i < options.streams_per_tab; ++i) {
      const auto stream = static_cast<std::uint16_t>((tab + i) % options.streams);
      const View view = options.same_view ? all
                                          : draw_view(state, options.least_indicators, options.most_indicators,
                                                      options.of_indicators);
      takes.push_back({stream, view, 0});
      ++followers[stream];
    }
  }
  for (std::uint16_t stream = 0; stream < options.streams; ++stream) {
    if (plan.bursts.empty() || !options.together) {
      plan.bursts.emplace_back();
      plan.deliveries.push_back(0);
    }
    plan.bursts.back().push_back(stream);
    plan.deliveries.back() += followers[stream];
    plan.burst_of.push_back(static_cast<std::uint32_t>(plan.bursts.size() - 1));
  }
  return plan;
}

std::string symbol_of(std::size_t stream) {
  char text[8];
  std::snprintf(text, sizeof text, "B%04zu", stream % 10'000);
  return text;
}

void load_lengths(Plan& plan, const std::string& path) {
  std::ifstream in{path};
  for (auto& takes : plan.tabs) {
    for (Take& take : takes) {
      if (!(in >> take.bytes)) throw std::runtime_error{path + " has no length for each message of the plan"};
    }
  }
}

void save_lengths(const Plan& plan, const std::string& path) {
  std::ofstream out{path};
  for (const auto& takes : plan.tabs) {
    for (const Take& take : takes) out << take.bytes << '\n';
  }
  if (!out.flush()) throw std::runtime_error{"cannot write " + path};
}

}  // namespace subd::bench
