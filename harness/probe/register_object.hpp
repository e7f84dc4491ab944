// Owns what our own objects look like in the API: ConfigMaps whose data name the write they come from. Pure: bytes to
// values and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/operation.hpp"

namespace hadrill {

/// Where the objects of a run lie.
struct RegisterPlace {
  std::string run;          ///< in every object
  std::string name_space;   ///< of this run alone
  ObjectNumber listed = 0;  ///< objects below this carry the label that list_path asks for

  /// Path of the collection.
  std::string collection() const;
  std::string object(ObjectNumber number) const;
  /// A consistent list of the objects below `listed`.
  std::string list_path() const;
  /// The shortest consistent list of objects of ours: what it is for is its resourceVersion.
  std::string version_path() const;
  /// A watch of all objects from `version` on, with bookmarks.
  std::string watch_path(Version version) const;
};

/// The object as `id` writes it. `precondition` 0: as it is created.
std::string register_body(const RegisterPlace& place, ObjectNumber number, WriteId id, Version precondition);

/// What an answer says about one of our objects. `id` is 0 when it was not written by this run.
struct RegisterState {
  ObjectNumber object = 0;
  Version version = 0;
  WriteId id = 0;

  friend bool operator==(const RegisterState&, const RegisterState&) = default;
};

/// nullopt: not one of our objects, whole.
std::optional<RegisterState> read_register(std::string_view body, const std::string& run);

struct RegisterList {
  Version version = 0;
  std::vector<RegisterState> items;
};
/// nullopt: not a list, or something in it is not one of our objects.
std::optional<RegisterList> read_register_list(std::string_view body, const std::string& run);

/// One line of a watch.
struct WatchLine {
  enum class Kind { event, bookmark, expired, failed };
  Kind kind = Kind::event;
  WatchStep step = WatchStep::added;  ///< of an event
  RegisterState state;                ///< of an event; of a bookmark its version only
  std::string reason;                 ///< of failed: what the server says
};
/// nullopt: not an event about one of our objects, nor any other line a watch may have.
std::optional<WatchLine> read_watch_line(std::string_view line, const std::string& run);

}  // namespace hadrill
