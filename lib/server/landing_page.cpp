#include "server/landing_page.hpp"

#include <string_view>

#include "base/time_text.hpp"

namespace subd::server {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>subd</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; }
dd { margin: 0; }
code, pre { font: .9em/1.45 ui-monospace, monospace; }
pre { padding: 1rem; overflow-x: auto; border: 1px solid; border-radius: .4rem; }
td { padding: .15rem 1.5rem .15rem 0; vertical-align: top; }
</style>
</head>
<body>
<h1>subd</h1>
<p>Market data and indicators, computed once and delivered only to the connection that asked.</p>
<dl>
)";

constexpr std::string_view kEndpoints = R"(</dl>
<h2>Endpoints</h2>
<table>
<tr><td><code>/ws/indicators</code></td><td>WebSocket, one JSON object per message; needs a token</td></tr>
<tr><td><code>/ws/ticks</code></td><td>WebSocket, raw ticks by token or symbol; needs a token</td></tr>
<tr><td><code>/ws/market</code>, <code>/ws/foreign</code>, <code>/ws/index</code></td>
    <td>WebSocket, broadcast channels; needs their shared token where there is one</td></tr>
<tr><td><code>/kite/</code></td><td>WebSocket for clients of Kite's ticker, unchanged</td></tr>
<tr><td><code>/ws/signals</code>, <code>/api/v1/signals</code></td><td>signals, pushed or polled; needs a token</td></tr>
<tr><td><code>POST /api/auth/token</code></td><td>a token for an API key</td></tr>
<tr><td><code>/ws/ingest</code>, <code>POST /ingest/ticks</code></td>
    <td>market data in, where a feed is push; needs an API key of role publisher</td></tr>
<tr><td><code>POST /indicators/subscribe</code>, <code>GET /indicators/data/{symbol}</code></td>
    <td>the same streams for clients that poll; needs a token and X-Session-ID</td></tr>
<tr><td><code>/ws/stats</code>, <code>/ws/connections</code></td>
    <td>who is connected: to a user their own connections; needs a token</td></tr>
<tr><td><a href="/indicators/catalog"><code>/indicators/catalog</code></a></td>
    <td>every indicator with its parameters; needs a token</td></tr>
<tr><td><a href="/healthz"><code>/healthz</code></a></td><td>the process answers</td></tr>
<tr><td><a href="/readyz"><code>/readyz</code></a></td><td>clients may be sent here</td></tr>
<tr><td><code>/metrics</code></td><td>Prometheus text, for this host</td></tr>
</table>
<h2>First session</h2>
<p>Make a token on the server:</p>
<pre>subctl token issue --user alice@example.com --session tab1 --ttl 1h</pre>
<p>and use it in a browser:</p>
<pre>const ws = new WebSocket(`ws://${location.host}/ws/indicators`, ["subd.v1", "bearer." + token]);
ws.onmessage = event =&gt; console.log(JSON.parse(event.data));
ws.onopen = () =&gt; ws.send(JSON.stringify({
  type: "subscribe", symbol: "NIFTY50", timeframe: "1min",
  indicators: ["RSI_14", "MACD_12_26_9"], history: 50 }));</pre>
<p>The protocol is described in <code>man subd-protocol</code>.</p>
</body>
</html>
)";

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

void append_fact(std::string& out, std::string_view name, std::string_view value) {
  out += "<dt>";
  out += name;
  out += "</dt><dd><code>";
  append_escaped(out, value);
  out += "</code></dd>\n";
}

}  // namespace

std::string landing_page(const ServiceFacts& facts) {
  std::string page{kHead};
  append_fact(page, "Version", facts.version);
  append_fact(page, "Feed", facts.feed);
  append_fact(page, "Running since", base::time_text(facts.started_at));
  page += kEndpoints;
  return page;
}

}  // namespace subd::server
