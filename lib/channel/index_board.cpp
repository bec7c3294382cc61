#include "channel/index_board.hpp"

#include <chrono>
#include <cmath>

namespace subd::channel {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

constexpr double kPercent = 100;

void take(double& place, double value) noexcept {
  if (!std::isnan(value)) place = value;
}

}  // namespace

void IndexBoard::note_value(IndexState& index, base::UtcTime time, double value) {
  index.figures.time = time;
  if (std::isnan(value)) return;
  index.figures.value = value;
  std::vector<IndexState::Point>& points = index.intraday;
  const base::UtcTime minute = floor<minutes>(time);
  if (!points.empty() && floor<days>(points.back().minute) != floor<days>(minute)) points.clear();
  if (!points.empty() && points.back().minute >= minute) {
    points.back().value = value;
    return;
  }
  if (points.size() >= kMostPoints) points.erase(points.begin());
  points.push_back({minute, value});
}

void IndexBoard::on_tick(const market::Tick& tick) {
  IndexState& index = all_[tick.instrument];
  market::IndexFigures& figures = index.figures;
  figures.instrument = tick.instrument;
  note_value(index, tick.time, tick.last_price);
  if (tick.quote != nullptr) take(figures.prior_value, tick.quote->close);
  figures.change = figures.value - figures.prior_value;
  figures.ratio_change = figures.change / figures.prior_value * kPercent;
  ++version_;
}

void IndexBoard::on_index(const market::IndexFigures& figures) {
  IndexState& index = all_[figures.instrument];
  index.figures.instrument = figures.instrument;
  note_value(index, figures.time, figures.value);
  take(index.figures.prior_value, figures.prior_value);
  take(index.figures.change, figures.change);
  take(index.figures.ratio_change, figures.ratio_change);
  take(index.figures.total_volume, figures.total_volume);
  take(index.figures.advances, figures.advances);
  take(index.figures.no_changes, figures.no_changes);
  take(index.figures.declines, figures.declines);
  ++version_;
}

}  // namespace subd::channel
