#include "live/keys.hpp"

#include <catch2/catch.hpp>

using namespace hadrill::live;

namespace {

std::vector<Key> read(std::string_view bytes) { return KeyReader().read(bytes); }

}  // namespace

TEST_CASE("letters are keys, small or capital") {
  CHECK(read("ahe?\x0c") == std::vector<Key>{Key::abort, Key::heal, Key::errors, Key::help, Key::redraw});
  CHECK(read("AH") == std::vector<Key>{Key::abort, Key::heal});
  CHECK(read("qx") == std::vector<Key>{Key::other, Key::other});
  CHECK(read("").empty());
}

TEST_CASE("letters within an escape sequence are no keys: nobody aborts by an arrow") {
  CHECK(read("\x1b[A") == std::vector<Key>{Key::other});
  CHECK(read("\x1bOA") == std::vector<Key>{Key::other});
  CHECK(read("\x1b"
             "a") == std::vector<Key>{Key::other});
  CHECK(read("\x1b[1;5H") == std::vector<Key>{Key::other});
  CHECK(read("\x1b[<0;1;1M"
             "a") == std::vector<Key>{Key::other, Key::abort});
}

TEST_CASE("a sequence may come in two pieces; the escape key alone is none") {
  KeyReader keys;
  CHECK(keys.read("\x1b[").empty());
  CHECK(keys.read("Aa") == std::vector<Key>{Key::other, Key::abort});
  CHECK(keys.read("\x1b").empty());
  CHECK(keys.read("a") == std::vector<Key>{Key::abort});
}

TEST_CASE("what is pasted is no keys") {
  CHECK(read("\x1b[200~aah\x1b[201~e") == std::vector<Key>{Key::other, Key::other, Key::errors});
}
