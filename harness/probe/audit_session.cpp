#include "probe/audit_session.hpp"

#include <algorithm>

namespace hadrill {
namespace {

std::uint16_t server_behind(const AuditPlan& plan, const std::string& endpoint) {
  const auto found = std::find_if(plan.servers.begin(), plan.servers.end(),
                                  [&](const AuditedServer& server) { return server.name == endpoint; });
  return found == plan.servers.end() ? 0 : static_cast<std::uint16_t>(found - plan.servers.begin() + 1);
}

std::uint16_t first_final(const AuditPlan& plan) {
  return static_cast<std::uint16_t>(plan.probers.size() + plan.watchers.size());
}

std::uint16_t recovery_vantage(const AuditPlan& plan) {
  return static_cast<std::uint16_t>(first_final(plan) + plan.servers.size());
}

ServerTable table_of(const AuditPlan& plan) {
  std::vector<std::string> serials;
  for (const AuditedServer& server : plan.servers) serials.push_back(server.certificate_serial);
  return ServerTable(std::move(serials));
}

}  // namespace

OperationHeader audit_header(const AuditPlan& plan) {
  OperationHeader header;
  header.run = plan.run;
  header.name_space = plan.name_space;
  header.listed = std::min(AuditSession::kListed, plan.ring);
  for (const AuditedServer& server : plan.servers) header.servers.push_back(server.name);
  const auto add = [&](const std::string& name, const std::string& endpoint, bool watches = false) {
    header.vantages.push_back({name, endpoint, server_behind(plan, endpoint), watches});
  };
  for (const AuditedVantage& prober : plan.probers) add(prober.name, prober.endpoint);
  for (const AuditedVantage& watcher : plan.watchers) add(watcher.name, watcher.endpoint, true);
  for (const AuditedServer& server : plan.servers) add("final." + server.name, server.name);
  add("recovery", plan.write_endpoint);
  return header;
}

AuditSession::AuditSession(const AuditPlan& plan, OperationWriter log, Clock& clock)
    : plan_(plan), registers_(plan.ring), log_(std::move(log)), servers_(table_of(plan)), clock_(clock) {
  const OperationHeader header = audit_header(plan);
  place_ = {header.run, header.name_space, header.listed};
  recovery_ = std::make_unique<RecoveryReader>(plan.write_base, recovery_vantage(plan), access());
  for (std::size_t i = 0; i < plan.watchers.size(); ++i) {
    const auto vantage = static_cast<std::uint16_t>(plan.probers.size() + i);
    watchers_.push_back(std::make_unique<Watcher>(plan.watchers[i].base, vantage, access()));
  }
}

Result<std::unique_ptr<AuditSession>> AuditSession::open(const std::filesystem::path& path, const AuditPlan& plan,
                                                         Clock& clock) {
  auto log = OperationWriter::create(path, clock.now(), audit_header(plan));
  if (!log.ok()) return log.error();
  return std::unique_ptr<AuditSession>(new AuditSession(plan, std::move(*log), clock));
}

Status AuditSession::set_up(http::Client& client, const Interrupt& interrupt) {
  return make_registers(client, plan_.write_base, recovery_vantage(plan_), access(), interrupt);
}

std::vector<Companion*> AuditSession::companions() {
  std::vector<Companion*> companions{recovery_.get()};
  for (const auto& watcher : watchers_) companions.push_back(watcher.get());
  return companions;
}

Result<std::size_t> AuditSession::read_back(http::Client& client, Duration longest, const Interrupt& interrupt) {
  std::vector<FinalVantage> vantages;
  for (const AuditedServer& server : plan_.servers) {
    vantages.push_back({server.base, static_cast<std::uint16_t>(first_final(plan_) + vantages.size())});
  }
  return hadrill::read_back(client, vantages, access(), clock_.now() + longest, interrupt);
}

}  // namespace hadrill
