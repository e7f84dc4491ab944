#include "agent/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "agent/files.hpp"

namespace hadrill::agent {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kLongestId = 64;
constexpr const char* kSuffix = ".json";

Status sync_path(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return system_trouble("open " + path);
  const bool synced = fsync(file) == 0;
  Status status = synced ? Status(Ok{}) : Status(system_trouble("fsync " + path));
  close(file);
  return status;
}

Status write_file(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return system_trouble("open " + path);
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t size = ::write(file, text.data() + done, text.size() - done);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) break;
    done += static_cast<std::size_t>(size);
  }
  Status status = Ok{};
  if (done < text.size() || fsync(file) != 0) status = system_trouble("write " + path);
  close(file);
  return status;
}

std::optional<JournalEntry> parse_entry(const std::string& text) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return std::nullopt;
  try {
    if (document.at("version").get<int>() != kVersion) return std::nullopt;
    JournalEntry entry;
    entry.id = document.at("id").get<std::string>();
    entry.effect = document.at("effect").get<std::string>();
    entry.undo = document.at("undo");
    entry.deadline_ns = document.at("deadlineNs").get<std::int64_t>();
    entry.owner = document.at("owner").get<pid_t>();
    entry.owner_start = document.at("ownerStart").get<std::uint64_t>();
    if (!is_fault_id(entry.id)) return std::nullopt;
    return entry;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

bool is_fault_id(const std::string& id) {
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Journal Journal::of_this_node() {
  const char* told = std::getenv("HADRILL_AGENT_STATE");  // NOLINT(concurrency-mt-unsafe): the agent has one thread
  return Journal(std::filesystem::path(told != nullptr ? told : "/var/lib/hadrill") / "journal");
}

Status Journal::write(const JournalEntry& entry) const {
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed) return trouble("cannot make " + folder_.string() + ": " + failed.message());
  const Json document = {{"version", kVersion},
                         {"id", entry.id},
                         {"effect", entry.effect},
                         {"undo", entry.undo},
                         {"deadlineNs", entry.deadline_ns},
                         {"owner", entry.owner},
                         {"ownerStart", entry.owner_start}};
  const std::string path = (folder_ / (entry.id + kSuffix)).string();
  const std::string unfinished = path + ".part";
  if (Status written = write_file(unfinished, document.dump(-1, ' ', false, Json::error_handler_t::replace));
      !written.ok()) {
    std::filesystem::remove(unfinished, failed);
    return written;
  }
  if (rename(unfinished.c_str(), path.c_str()) != 0) return system_trouble("rename " + unfinished);
  return sync_path(folder_.string(), O_RDONLY | O_DIRECTORY);
}

Status Journal::remove(const std::string& id) const {
  const std::string path = (folder_ / (id + kSuffix)).string();
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return system_trouble("unlink " + path);
  std::error_code none;
  if (!std::filesystem::exists(folder_, none)) return Ok{};
  return sync_path(folder_.string(), O_RDONLY | O_DIRECTORY);
}

std::vector<JournalEntry> Journal::read(std::vector<std::string>& unreadable) const {
  std::vector<JournalEntry> entries;
  std::error_code failed;
  for (const auto& file : std::filesystem::directory_iterator(folder_, failed)) {
    if (file.path().extension() != kSuffix) continue;  // ".part": never finished, so nothing was changed after it
    auto entry = parse_entry(content_of(file.path()));
    if (entry) {
      entries.push_back(std::move(*entry));
    } else {
      unreadable.push_back(file.path().string());
    }
  }
  std::sort(entries.begin(), entries.end(), [](const JournalEntry& a, const JournalEntry& b) { return a.id < b.id; });
  return entries;
}

}  // namespace hadrill::agent
