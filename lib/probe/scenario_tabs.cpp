#include "probe/scenario_tabs.hpp"

#include <utility>

namespace subd::probe {

namespace {
constexpr std::size_t kKeptMessages = 10'000;
}

/// A connection that the oracle knows nothing of.
class ScenarioTabs::Plain final : public TabObserver {
 public:
  Plain(ScenarioTabs& tabs, Inbox& inbox) : tabs_{tabs}, inbox_{inbox}, tab_{tabs.loop_, *this} {}

  void on_open() override { opened_ = true; }
  void on_message(std::string_view text, base::MonoTime) override {
    ++tabs_.unjudged_messages_;
    tabs_.keep(inbox_, text);
  }
  void on_end(const TabEnd& end) override { end_ = end; }

  [[nodiscard]] Tab& tab() noexcept { return tab_; }
  [[nodiscard]] bool has_opened() const noexcept { return opened_; }
  [[nodiscard]] const std::optional<TabEnd>& end() const noexcept { return end_; }

 private:
  ScenarioTabs& tabs_;
  Inbox& inbox_;
  bool opened_ = false;
  std::optional<TabEnd> end_;
  Tab tab_;
};

ScenarioTabs::ScenarioTabs(Loop& loop, const Endpoint& endpoint, Oracle& oracle, const Scenario& scenario)
    : loop_{loop}, endpoint_{endpoint}, oracle_{oracle}, scenario_{scenario}, judged_{loop, endpoint, oracle} {
  places_.resize(scenario.tabs.size());
  judged_.listen([this](TabId tab, std::string_view text, const ServerMessage*, base::MonoTime) {
    Place& place = places_[owners_[tab]];
    if (place.judged == tab) keep(place.inbox, text);
  });
}

ScenarioTabs::~ScenarioTabs() = default;

void ScenarioTabs::keep(Inbox& inbox, std::string_view text) {
  ++inbox.received;
  inbox.messages.emplace_back(text);
  if (inbox.messages.size() > kKeptMessages) inbox.messages.pop_front();
}

void ScenarioTabs::open(std::size_t who, const TabToken& token, bool to_be_refused) {
  const ScenarioTab& tab = scenario_.tabs[who];
  Place& place = places_[who];
  place.inbox = {};
  ++opened_;
  if (tab.is_judged()) {
    owners_.push_back(who);
    place.judged = to_be_refused ? judged_.open_refused(tab.name, token) : judged_.open(tab.name, token);
    return;
  }
  place.plain = std::make_unique<Plain>(*this, place.inbox);
  place.plain->tab().connect(endpoint_, tab.path, token.token);
}

void ScenarioTabs::close(std::size_t who) {
  const Place& place = places_[who];
  place.judged ? judged_.close(*place.judged) : place.plain->tab().close();
}

void ScenarioTabs::announce_end(std::size_t who) {
  if (places_[who].judged) judged_.announce_end(*places_[who].judged);
}

void ScenarioTabs::kill(std::size_t who) {
  const Place& place = places_[who];
  place.judged ? judged_.kill(*place.judged) : place.plain->tab().kill();
}

void ScenarioTabs::ask(std::size_t who, Request request) {
  judged_.ask(*places_[who].judged, std::move(request));
}

void ScenarioTabs::send(std::size_t who, std::string text) {
  places_[who].plain->tab().send(std::move(text));
}

bool ScenarioTabs::exists(std::size_t who) const {
  return places_[who].judged.has_value() || places_[who].plain != nullptr;
}

Inbox& ScenarioTabs::inbox(std::size_t who) {
  return places_[who].inbox;
}

bool ScenarioTabs::is_settled(std::size_t who) const {
  return end(who).has_value() || is_connected(who);
}

bool ScenarioTabs::is_connected(std::size_t who) const {
  const Place& place = places_[who];
  return place.judged ? oracle_.is_connected(*place.judged) : place.plain->has_opened();
}

const std::optional<TabEnd>& ScenarioTabs::end(std::size_t who) const {
  const Place& place = places_[who];
  return place.judged ? judged_.end(*place.judged) : place.plain->end();
}

std::size_t ScenarioTabs::unanswered(std::size_t who) const {
  const Place& place = places_[who];
  return place.judged && !end(who) ? oracle_.unanswered(*place.judged) : 0;
}

}  // namespace subd::probe
