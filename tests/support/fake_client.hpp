// The HTTP door for single requests without a network: answers by method and path.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "http/client.hpp"

namespace hadrill::test {

class FakeClient final : public http::Client {
 public:
  using Answer = std::function<std::pair<int, std::string>()>;  ///< status and body

  /// Requests with this method whose URL ends with `path` are answered by `answer`; the newest rule first.
  void on(const std::string& method, const std::string& path, Answer answer) {
    rules_.insert(rules_.begin(), {method, path, std::move(answer)});
  }
  void on(const std::string& method, const std::string& path, int status, const std::string& body = "{}") {
    on(method, path, [=] { return std::pair{status, body}; });
  }

  /// Without a rule the connection is refused.
  http::Transfer send(const http::Request& request, const Interrupt& /*interrupt*/) override {
    sent.push_back(request);
    http::Transfer transfer;
    transfer.ending = http::Ending::refused;
    transfer.reason = "nothing answers " + request.method + " " + request.url;
    for (const Rule& rule : rules_) {
      if (rule.method != request.method || !request.url.ends_with(rule.path)) continue;
      std::tie(transfer.status, transfer.body) = rule.answer();
      transfer.ending = http::Ending::response;
      break;
    }
    return transfer;
  }

  std::vector<http::Request> sent;

 private:
  struct Rule {
    std::string method;
    std::string path;
    Answer answer;
  };
  std::vector<Rule> rules_;
};

}  // namespace hadrill::test
