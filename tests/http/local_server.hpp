// A small HTTP/1.1 server on loopback that misbehaves on request: what a door to the network has to be tested against.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/loopback_listener.hpp"

namespace hadrill::test {

enum class Manner {
  answer,         ///< 200 with a body, connection kept
  cut_body,       ///< announces more body than it sends, then closes
  close_at_once,  ///< accepts and closes without a word
  silent,         ///< accepts, reads, never answers
  answer_once,    ///< answers the first request of a connection, resets it at the second
  early_hint,     ///< an interim response, then the answer
  much_header,    ///< a header of 8 MiB in short lines
  long_header,    ///< a header of 8 MiB in one line
};

class LocalServer {
 public:
  explicit LocalServer(Manner manner) : manner_(manner) {
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~LocalServer() {
    thread_.request_stop();
    thread_.join();
    for (const int client : clients_) close(client);
  }
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_.port()) + "/"; }
  int accepted() const { return accepted_; }

 private:
  void serve(const std::stop_token& stop) {
    constexpr int kLookAgainMs = 5;
    while (!stop.stop_requested()) {
      std::vector<pollfd> entries{{listener_.get(), POLLIN, 0}};
      for (const int client : clients_) entries.push_back({client, POLLIN, 0});
      poll(entries.data(), entries.size(), kLookAgainMs);
      for (std::size_t i = 1; i < entries.size(); ++i) {
        if (entries[i].revents != 0) talk(entries[i].fd);
      }
      if ((entries[0].revents & POLLIN) != 0) {
        const int client = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        ++accepted_;
        if (manner_ == Manner::close_at_once) {
          close(client);
        } else {
          clients_.push_back(client);
        }
      }
    }
  }

  void talk(int client) {
    char buffer[4096];
    const ssize_t size = read(client, buffer, sizeof buffer);
    if (size <= 0) return drop(client);
    if (manner_ == Manner::silent) return;
    if (manner_ == Manner::answer_once && ++requests_ > 1) {
      const linger hard{1, 0};  // close with a reset
      setsockopt(client, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
      return drop(client);
    }
    if (manner_ == Manner::early_hint) say(client, "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n");
    if (manner_ == Manner::much_header || manner_ == Manner::long_header) {
      constexpr int kLines = 8 * 1024;
      say(client, "HTTP/1.1 200 OK\r\nX: ");
      const std::string line = std::string(1000, 'x') + (manner_ == Manner::much_header ? "\r\nX: " : "");
      int lines = 0;
      while (++lines < kLines && say(client, line)) {
      }
      return drop(client);
    }
    const std::string answer = manner_ == Manner::cut_body ? "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
                                                           : "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
    if (!say(client, answer) || manner_ == Manner::cut_body) drop(client);
  }

  static bool say(int client, const std::string& text) {
    return send(client, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  void drop(int client) {
    close(client);
    std::erase(clients_, client);
  }

  Manner manner_;
  LoopbackListener listener_{16};
  std::vector<int> clients_;
  int requests_ = 0;
  std::atomic<int> accepted_{0};
  std::jthread thread_;
};

}  // namespace hadrill::test
