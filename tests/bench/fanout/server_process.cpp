#include "fanout/server_process.hpp"

#include <sys/resource.h>
#include <sys/time.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "fanout/socket.hpp"
#include "probe/process.hpp"

namespace subd::bench {

double own_cpu_us() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

double cpu_us(const std::vector<int>& pids) {
  double sum = 0;
  for (const int pid : pids) {
    const auto used = probe::cpu_time(pid);
    if (!used) throw std::runtime_error{"no process " + std::to_string(pid)};
    sum += static_cast<double>(used->count());
  }
  return sum;
}

double resident_bytes(const std::vector<int>& pids) {
  double sum = 0;
  for (const int pid : pids) {
    std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
    std::string line;
    while (std::getline(status, line)) {
      if (line.starts_with("RssAnon:")) sum += 1024.0 * std::strtod(line.c_str() + 8, nullptr);
    }
  }
  return sum;
}

Metrics read_metrics(std::uint16_t port) {
  Metrics out;
  std::istringstream text{http_get(port, "/metrics")};
  std::string line;
  while (std::getline(text, line)) {
    const std::size_t space = line.rfind(' ');
    if (line.empty() || line.front() == '#' || space == std::string::npos) continue;
    out[line.substr(0, line.find_first_of("{ "))] += std::strtod(line.c_str() + space, nullptr);
  }
  return out;
}

}  // namespace subd::bench
