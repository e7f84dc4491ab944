// The API that calibration audits keeps its promises, but for the one lie it is told to tell.
#include "calibrate/config_maps.hpp"

#include <catch2/catch.hpp>

#include "probe/register_object.hpp"

using namespace hadrill;
using namespace hadrill::calibrate;

namespace {

const RegisterPlace kPlace{"r1", "hadrill-audit-r1", 2};

class Api {
 public:
  explicit Api(Lie lie = Lie::none) : api_(lie) {}

  std::optional<RegisterState> write(ObjectNumber object, WriteId id, Version precondition) {
    const bool create = precondition == 0;
    const auto response = api_.handle({create ? "POST" : "PUT", create ? kPlace.collection() : kPlace.object(object),
                                       register_body(kPlace, object, id, precondition)});
    status = response.status;
    return read_register(response.body, "r1");
  }
  std::optional<RegisterState> read(ObjectNumber object) {
    const auto response = api_.handle({"GET", kPlace.object(object), ""});
    status = response.status;
    return read_register(response.body, "r1");
  }
  std::optional<RegisterList> list(const std::string& path) {
    return read_register_list(api_.handle({"GET", path, ""}).body, "r1");
  }
  std::unique_ptr<server::Source> watch(Version from) {
    return api_.handle({"GET", kPlace.watch_path(from), ""}).source;
  }
  void lose_newest() { api_.lose_newest(); }

  int status = 0;

 private:
  ConfigMaps api_;
};

/// Write ids of the events that have come.
std::vector<WriteId> told(server::Source& source) {
  std::vector<WriteId> ids;
  const std::string lines = source.take();
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    const auto line = read_watch_line(lines.substr(at, end - at), "r1");
    REQUIRE((line && line->kind == WatchLine::Kind::event));
    ids.push_back(line->state.id);
    at = end + 1;
  }
  return ids;
}

/// Twelve writes of one object; their ids as watched.
std::vector<WriteId> watch_twelve(Lie lie) {
  Api api(lie);
  const auto source = api.watch(api.list(kPlace.version_path())->version);
  Version version = 0;
  std::vector<WriteId> ids;
  for (WriteId id = 1; id <= 12; ++id) {
    version = api.write(0, id, version)->version;
    for (const WriteId one : told(*source)) ids.push_back(one);
  }
  return ids;
}

}  // namespace

TEST_CASE("objects are created once, replaced on their newest version only, and versions grow") {
  Api api;
  CHECK_FALSE(api.read(0).has_value());
  CHECK(api.status == 404);
  const auto first = api.write(0, 1, 0);
  REQUIRE(first);
  CHECK(api.status == 201);
  CHECK_FALSE(api.write(0, 2, 0).has_value());
  CHECK(api.status == 409);
  const auto second = api.write(0, 3, first->version);
  REQUIRE(second);
  CHECK(second->version > first->version);
  CHECK_FALSE(api.write(0, 4, first->version).has_value());
  CHECK(api.status == 409);
  CHECK_FALSE(api.write(1, 5, 7).has_value());
  CHECK(api.status == 404);
  CHECK(api.read(0) == second);
}

TEST_CASE("lists hold what they are asked for") {
  Api api;
  for (ObjectNumber object = 0; object < 4; ++object) api.write(object, object + 1, 0);
  const auto listed = api.list(kPlace.list_path());
  REQUIRE(listed);
  CHECK(listed->items.size() == 2);
  CHECK(listed->version == api.read(3)->version);
  CHECK(api.list(kPlace.version_path())->items.size() == 1);
}

TEST_CASE("a watch tells everything after its version, in order") {
  CHECK(watch_twelve(Lie::none) == std::vector<WriteId>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  Api api;
  const Version first = api.write(0, 1, 0)->version;
  api.write(1, 2, 0);
  CHECK(told(*api.watch(first)) == std::vector<WriteId>{2});
  CHECK(told(*api.watch(0)) == std::vector<WriteId>{1, 2});
}

TEST_CASE("each lie is told once") {
  CHECK(watch_twelve(Lie::miss_event) == std::vector<WriteId>{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12});
  CHECK(watch_twelve(Lie::swap_events) == std::vector<WriteId>{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 10, 12});
  Api api(Lie::lose_write);
  const auto kept = api.write(0, 1, 0);
  api.write(0, 2, kept->version);
  api.lose_newest();
  CHECK(api.read(0) == kept);
}
