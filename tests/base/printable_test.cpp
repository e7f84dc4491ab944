#include "base/printable.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

TEST_CASE("what people write stays as it is") {
  CHECK(printable("writes stall for 2 s (etcd)") == "writes stall for 2 s (etcd)");
  CHECK(printable("Schreiben hängt für Sekunden") == "Schreiben hängt für Sekunden");
  CHECK(printable("a\tb\nc") == "a b c");
}

TEST_CASE("nothing that moves a cursor or turns the text round gets through") {
  CHECK(printable("\x1b[2J\x07") == "?[2J?");
  CHECK(printable("\xC2\x9B"
                  "31m") == "?31m");                      // CSI in one character
  CHECK(printable("a\xE2\x80\xAEgnp") == "a?gnp");        // right to left override
  CHECK(printable("\xFF\xFE\x80") == "???");              // no UTF-8
  CHECK(printable("\xC3") == "?");                        // torn
  CHECK(printable("e\xCC\x81") == "e?");                  // combining
  CHECK(printable("\xF0\x9F\x94\xA5 fire") == "? fire");  // two columns wide
  CHECK(printable(std::string("a\0b", 3)) == "a?b");
  CHECK(printable("\x7f") == "?");
}
