// A cluster is recovered when every spare has been back for long enough.
#include "run/recovery.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("recovered: every look held for as long as a kubelet may tell old things") {
  const Instant start{5'000'000'000};
  Recovery recovery;
  CHECK_FALSE(recovery.holds());
  for (Duration at = 0s; at < Recovery::kHold; at += 1s) {
    recovery.see(start + at, true);
    CHECK(recovery.holds());
    CHECK_FALSE(recovery.proven());
  }
  recovery.see(start + Recovery::kHold, true);
  CHECK(recovery.proven());
}

TEST_CASE("one look that fails begins the wait anew") {
  const Instant start{5'000'000'000};
  Recovery recovery;
  recovery.see(start, true);
  recovery.see(start + Duration(9s), false);  // what the kubelet told late
  CHECK_FALSE(recovery.holds());
  recovery.see(start + Duration(12s), true);
  CHECK_FALSE(recovery.proven());
  recovery.see(start + Duration(12s) + Recovery::kHold, true);
  CHECK(recovery.proven());
}
