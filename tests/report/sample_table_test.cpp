// Exported samples, line by line, as docs/history-format.md shows them.
#include "report/sample_table.hpp"

#include <catch2/catch.hpp>

#include "base/json.hpp"

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

SampleHeader header_of_two() {
  SampleHeader header;
  header.probers.push_back({"api.read.new", "lb", "load-balancer", "new", 100ms, 1s, 10s});
  header.probers.push_back({"odd, \"name\"", "cp1", "each-api-server", "reused", 100ms, 1s, 10s, "write"});
  header.servers = {{"cp1", "1"}, {"cp,2", "2"}};
  return header;
}

Sample answered() {
  Sample sample;
  sample.sequence = 7;
  sample.outcome = Outcome::slow;
  sample.opened_connection = true;
  sample.http_status = 200;
  sample.server = 1;
  sample.scheduled = {1000};
  sample.sent = {1010};
  sample.first_byte = {1500};
  sample.done = {1700};
  return sample;
}

Sample never_sent() {
  Sample sample;
  sample.prober = 1;
  sample.scheduled = {5000};
  return sample;
}

std::string line(TableFormat format, const Sample& sample, const std::map<std::uint16_t, std::string>& seen = {}) {
  const SampleHeader header = header_of_two();
  std::string out;
  SampleTable(header, format, seen).append(sample, out);
  return out;
}

}  // namespace

TEST_CASE("CSV: a line of names, then a line per sample") {
  const SampleHeader header = header_of_two();
  CHECK(SampleTable(header, TableFormat::csv).head() ==
        "prober,endpoint,through,connection,operation,sequence,outcome,http_status,server,opened_connection,"
        "scheduled_ns,sent_ns,first_byte_ns,done_ns,latency_ns\n");
  CHECK(line(TableFormat::csv, answered()) ==
        "api.read.new,lb,load-balancer,new,read,7,slow,200,cp1,true,1000,1010,1500,1700,700\n");
  CHECK(line(TableFormat::csv, never_sent()) ==
        "\"odd, \"\"name\"\"\",cp1,each-api-server,reused,write,0,unsent,,,false,5000,,,,\n");
}

TEST_CASE("JSONL: an object per sample, null where there is nothing") {
  const SampleHeader header = header_of_two();
  CHECK(SampleTable(header, TableFormat::jsonl).head().empty());
  CHECK(line(TableFormat::jsonl, answered()) ==
        R"({"prober":"api.read.new","endpoint":"lb","through":"load-balancer","connection":"new","operation":"read",)"
        R"("sequence":7,"outcome":"slow","http_status":200,"server":"cp1","opened_connection":true,)"
        R"("scheduled_ns":1000,"sent_ns":1010,"first_byte_ns":1500,"done_ns":1700,"latency_ns":700})"
        "\n");
  const auto parsed = parse_json(line(TableFormat::jsonl, never_sent()), "t");
  REQUIRE(parsed.ok());
  CHECK(parsed->at("prober") == "odd, \"name\"");
  for (const char* name : {"http_status", "server", "sent_ns", "first_byte_ns", "done_ns", "latency_ns"})
    CHECK(parsed->at(name).is_null());
}

TEST_CASE("servers: quoted where needed, and one that is not in the table is told as such") {
  Sample sample = answered();
  sample.server = 2;
  CHECK(line(TableFormat::csv, sample).find(",200,\"cp,2\",true,") != std::string::npos);
  sample.server = 9;
  CHECK(line(TableFormat::csv, sample).find(",200,?9,true,") != std::string::npos);
  CHECK(parse_json(line(TableFormat::jsonl, sample), "t")->at("server") == "?9");
}

TEST_CASE("a server that was met on the way has the name that the events tell; without them it has its number") {
  Sample sample = answered();
  sample.server = 3;
  CHECK(line(TableFormat::csv, sample).find(",200,?3,") != std::string::npos);
  CHECK(line(TableFormat::csv, sample, {{3, "web-0 on worker"}}).find(",200,web-0 on worker,") != std::string::npos);
  CHECK(line(TableFormat::jsonl, sample, {{3, "web-0"}}).find(R"("server":"web-0")") != std::string::npos);
  // The header's own servers keep their names.
  CHECK(line(TableFormat::csv, answered(), {{1, "other"}}).find(",200,cp1,") != std::string::npos);
}
