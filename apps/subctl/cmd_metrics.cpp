#include "subctl/commands.hpp"

namespace subd::subctl {

void add_metrics(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("metrics", "Print the metrics as Prometheus text");
  verb->callback([&invocation] {
    invocation.action = [&invocation] {
      const std::string text = invocation.read_text("/v1/metrics");
      if (invocation.json) {
        print_json(Json{{"metrics", text}});
      } else {
        print(text);
      }
      return cli::ExitCode::Ok;
    };
  });
}

}  // namespace subd::subctl
