#include "probe/registers.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace hadrill;

TEST_CASE("the ring is written around, with the version that was acknowledged as the next precondition") {
  Registers registers(3);
  for (Version round = 0; round < 4; ++round) {
    for (ObjectNumber object = 0; object < 3; ++object) {
      const auto ticket = registers.next_write();
      REQUIRE(ticket);
      CHECK(ticket->object == object);
      CHECK(ticket->id == round * 3 + object + 1);
      CHECK(ticket->precondition == (round == 0 ? 0 : (round - 1) * 100 + object + 1));
      registers.acknowledged(*ticket, round * 100 + object + 1);
    }
  }
  CHECK(registers.count() == 3);
  CHECK(registers.present() == 3);
  CHECK(registers.newest() == 303);
}

TEST_CASE("no object is ever written twice at a time, and a new one is made when none is free") {
  Registers registers(2);
  std::set<ObjectNumber> written;
  for (ObjectNumber i = 0; i < Registers::kMost; ++i) {
    const auto ticket = registers.next_write();
    REQUIRE(ticket);
    CHECK(written.insert(ticket->object).second);
    CHECK(ticket->precondition == 0);
  }
  CHECK_FALSE(registers.next_write());
  CHECK(registers.count() == Registers::kMost);
}

TEST_CASE("an object in doubt is not written before it was read") {
  Registers registers(2);
  const auto first = *registers.next_write();
  registers.indeterminate(first);
  const auto second = *registers.next_write();
  registers.acknowledged(second, 10);
  CHECK(registers.has_doubtful());
  // The other one is free, so nobody has to wait.
  const auto third = *registers.next_write();
  CHECK(third.object == second.object);
  CHECK(third.precondition == 10);
  CHECK(*registers.next_doubtful() == first.object);
  CHECK_FALSE(registers.next_doubtful());
  registers.still_doubtful(first.object);
  CHECK(*registers.next_doubtful() == first.object);
  registers.found(first.object, 12);
  CHECK_FALSE(registers.has_doubtful());
  const auto fourth = *registers.next_write();
  CHECK(fourth.object == first.object);
  CHECK(fourth.precondition == 12);
}

TEST_CASE("a refused write leaves its object as it was, unless the refusal is a surprise") {
  Registers registers(1);
  registers.acknowledged(*registers.next_write(), 7);
  registers.refused(*registers.next_write(), false);
  const auto again = *registers.next_write();
  CHECK(again.precondition == 7);
  registers.refused(again, true);
  CHECK(*registers.next_doubtful() == 0);
  registers.found(0, 0);
  CHECK(registers.present() == 0);
  CHECK(registers.next_write()->precondition == 0);
}
