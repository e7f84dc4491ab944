// Owns what is to be done at which instant. From any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "base/clock.hpp"

namespace hadrill::server {

template <typename... Arguments>
class Agenda {
 public:
  using Task = std::function<void(Arguments...)>;

  void add(Instant at, Task task) {
    const std::lock_guard lock(mutex_);
    tasks_.emplace(at, std::move(task));
  }
  /// When the next one is due.
  std::optional<Instant> next() const {
    const std::lock_guard lock(mutex_);
    return tasks_.empty() ? std::nullopt : std::optional(tasks_.begin()->first);
  }
  /// Takes the one that is due first; of equal ones, that which was added first. nullptr: none is due by `now`.
  Task take(Instant now) {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty() || tasks_.begin()->first > now) return nullptr;
    Task task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    return task;
  }

 private:
  mutable std::mutex mutex_;
  std::multimap<Instant, Task> tasks_;
};

}  // namespace hadrill::server
