#include "fault/host_journal.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/journal.hpp"
#include "agent/proc.hpp"
#include "base/descriptor.hpp"
#include "base/file.hpp"

namespace hadrill {
namespace {

namespace fs = std::filesystem;

constexpr int kVersion = 1;
constexpr const char* kSuffix = ".json";

/// That a file was made or removed is on disk only once its folder is.
Status sync_folder(const fs::path& folder) {
  const Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.open() && fsync(descriptor.get()) == 0) return Ok{};
  return infrastructure_error(folder.string(), std::string("cannot be synced: ") + std::strerror(errno));
}

constexpr const char* kWhole = "running, not paused";
constexpr const char* kSchedulable = "schedulable";

Json undo_json(const HostEntry& entry) {
  if (entry.undo == HostUndo::uncordon) return {{"state", kSchedulable}, {"controlPlanes", entry.control_planes}};
  return {{"state", kWhole}, {"network", entry.network}, {"address", entry.address}};
}

/// Throws what nlohmann::json throws when something is missing.
void read_undo(const Json& undo, HostEntry& entry) {
  if (undo.at("state") == kSchedulable) {
    entry.undo = HostUndo::uncordon;
    entry.control_planes = undo.at("controlPlanes").get<std::vector<std::string>>();
    return;
  }
  entry.network = undo.at("network").get<std::string>();
  entry.address = undo.at("address").get<std::string>();
}

std::optional<HostEntry> parse_entry(const std::string& text) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return std::nullopt;
  try {
    if (document.at("version").get<int>() != kVersion) return std::nullopt;
    HostEntry entry;
    entry.id = document.at("id").get<std::string>();
    entry.fault = document.at("fault").get<std::string>();
    entry.container_id = document.at("containerId").get<std::string>();
    entry.container = document.at("container").get<std::string>();
    read_undo(document.at("undo"), entry);
    entry.started_at = document.at("startedAt").get<std::string>();
    entry.deadline.ns = document.at("deadlineNs").get<std::int64_t>();
    entry.owner.pid = document.at("owner").get<pid_t>();
    entry.owner.start_ticks = document.at("ownerStart").get<std::uint64_t>();
    if (!agent::is_fault_id(entry.id) || entry.container_id.empty()) return std::nullopt;
    return entry;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

Json to_json(const HostEntry& entry) {
  return {{"version", kVersion},           {"id", entry.id},
          {"fault", entry.fault},          {"containerId", entry.container_id},
          {"container", entry.container},  {"undo", undo_json(entry)},
          {"startedAt", entry.started_at}, {"deadlineNs", entry.deadline.ns},
          {"owner", entry.owner.pid},      {"ownerStart", entry.owner.start_ticks}};
}

std::optional<std::uint32_t> number_of(const std::string& address) {
  in_addr parsed{};
  if (inet_pton(AF_INET, address.c_str(), &parsed) != 1) return std::nullopt;
  return ntohl(parsed.s_addr);
}

}  // namespace

ProcessName ProcessName::self() { return of(getpid()); }

ProcessName ProcessName::of(pid_t pid) {
  const auto stat = agent::stat_of(pid);
  return {pid, stat && !stat->dead() ? stat->start_ticks : 0};
}

Status HostJournal::write(const HostEntry& entry) const {
  if (!agent::is_fault_id(entry.id))
    return usage_error("journal", "an id is 1 to 64 lower-case letters, digits and '-'");
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) return infrastructure_error(folder_.string(), "cannot be made: " + failed.message());
  const std::string text = to_json(entry).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  if (Status written = write_file(folder_ / (entry.id + kSuffix), text, FileAccess::owner_only); !written.ok())
    return written;
  // The folder itself may be new.
  if (Status synced = sync_folder(folder_.parent_path()); !synced.ok()) return synced;
  return sync_folder(folder_);
}

Status HostJournal::remove(const std::string& id) const {
  const std::string path = (folder_ / (id + kSuffix)).string();
  if (unlink(path.c_str()) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return Ok{};
    return infrastructure_error(path, std::string("cannot be removed: ") + std::strerror(errno));
  }
  return sync_folder(folder_);
}

std::optional<HostEntry> HostJournal::find(const std::string& id) const {
  const auto text = read_file(folder_ / (id + kSuffix));
  return text.ok() ? parse_entry(*text) : std::nullopt;
}

std::vector<HostEntry> HostJournal::read(std::vector<std::string>* unreadable) const {
  std::vector<HostEntry> entries;
  std::error_code none;
  for (const auto& file : fs::directory_iterator(folder_, none)) {
    if (file.path().extension() != kSuffix) continue;  // ".part": never finished, so nothing was changed after it
    const auto text = read_file(file.path());
    if (!text.ok() && !fs::exists(file.path(), none)) continue;  // removed since the folder was read
    auto entry = text.ok() ? parse_entry(*text) : std::nullopt;
    if (entry) {
      entries.push_back(std::move(*entry));
    } else if (unreadable != nullptr) {
      unreadable->push_back(file.path().string());
    }
  }
  std::sort(entries.begin(), entries.end(), [](const HostEntry& a, const HostEntry& b) {
    return a.address != b.address ? address_before(a.address, b.address) : a.id < b.id;
  });
  return entries;
}

bool address_before(const std::string& a, const std::string& b) {
  const auto first = number_of(a);
  const auto second = number_of(b);
  if (first && second) return *first < *second;
  return first.has_value() && !second.has_value();
}

}  // namespace hadrill
