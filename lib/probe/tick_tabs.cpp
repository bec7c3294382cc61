#include "probe/tick_tabs.hpp"

#include <algorithm>
#include <utility>

namespace subd::probe {

class TickTabs::Watched final : public TabObserver {
 public:
  Watched(TickTabs& set, TabId tab) : set_{set}, id_{tab}, tab_{set.loop_, *this} {}

  void on_message(std::string_view text, base::MonoTime received) override {
    const auto time = set_.oracle_.received(id_, text, received);
    if (time && set_.listener_) set_.listener_(*time);
  }

  void on_end(const TabEnd& end) override {
    end_ = end;
    set_.oracle_.ended(id_, end.describe());
  }

  [[nodiscard]] Tab& tab() noexcept { return tab_; }
  [[nodiscard]] bool is_open() const noexcept { return tab_.state() == TabState::Open; }
  [[nodiscard]] const std::optional<TabEnd>& end() const noexcept { return end_; }
  [[nodiscard]] std::uint64_t next_request() noexcept { return ++requests_; }

 private:
  TickTabs& set_;
  TabId id_;
  std::uint64_t requests_ = 0;
  std::optional<TabEnd> end_;
  Tab tab_;
};

TickTabs::TickTabs(Loop& loop, Endpoint endpoint, TickOracle& oracle)
    : loop_{loop}, endpoint_{std::move(endpoint)}, oracle_{oracle} {}

TickTabs::~TickTabs() = default;

TabId TickTabs::open(std::string name, const TabToken& token) {
  const TabId id = oracle_.add_tab({std::move(name), token.user, token.session});
  tabs_.push_back(std::make_unique<Watched>(*this, id));
  tabs_[id]->tab().connect(endpoint_, kTickPath, token.token);
  return id;
}

void TickTabs::ask(TabId tab, TickRequest request) {
  if (!is_open(tab)) return;
  request.id = tabs_[tab]->next_request();
  oracle_.sent(tab, request, loop_.now());
  tabs_[tab]->tab().send(tick_request_text(request));
}

void TickTabs::close(TabId tab) {
  oracle_.leaving(tab);
  tabs_[tab]->tab().close();
}

bool TickTabs::is_open(TabId tab) const {
  return tabs_[tab]->is_open();
}

const std::optional<TabEnd>& TickTabs::end(TabId tab) const {
  return tabs_[tab]->end();
}

bool TickTabs::is_settled(TabId tab) const {
  return tabs_[tab]->end().has_value() || oracle_.is_connected(tab);
}

bool TickTabs::all_answered() const {
  for (TabId tab = 0; tab < tabs_.size(); ++tab) {
    if (is_open(tab) && oracle_.is_waiting(tab)) return false;
  }
  return true;
}

bool TickTabs::all_ended() const {
  return std::all_of(tabs_.begin(), tabs_.end(), [](const auto& tab) { return tab->end().has_value(); });
}

std::size_t TickTabs::open_count() const {
  return static_cast<std::size_t>(
      std::count_if(tabs_.begin(), tabs_.end(), [](const auto& tab) { return tab->is_open(); }));
}

}  // namespace subd::probe
