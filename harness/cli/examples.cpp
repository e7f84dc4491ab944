// What people may want to type first.
#include "cli/command_line.hpp"

namespace hadrill::cli {

const std::vector<Example>& examples() {
  static const std::vector<Example> all{
      {"", "hadrill drill apiserver-kill", "from no cluster to a verdict, and no cluster again"},
      {"", "hadrill list scenarios", "what can be drilled"},
      {"", "hadrill judge runs/apiserver-kill/latest", "the verdict of a stored run again, without a cluster"},

      {"drill", "hadrill drill", "on a terminal: choose from a list, see what it would do, say what you expect, watch"},
      {"drill", "hadrill drill apiserver-kill", "a cluster of the scenario's first topology, one trial, a report"},
      {"drill", "hadrill drill etcd-leader-kill --topology external-etcd --keep",
       "on another topology; the cluster stays up"},
      {"drill", "hadrill drill known-bad --expect fail", "a control: exit code 0 only when the verdict is fail"},
      {"drill", "hadrill drill etcd-leader-kill --yes --expected-outage 8s",
       "asks nothing; at the end the hypothesis beside the result"},
      {"run", "hadrill run worker-kill --cluster mine", "one trial on a cluster made by `hadrill cluster up`"},
      {"run", "hadrill run apiserver-kill --seed 42 --pace 40",
       "the same targets as the run that printed seed 42, with 40 % of the load"},
      {"plan", "hadrill plan etcd-quorum-loss", "targets, what would be done and undone, quorum arithmetic"},

      {"suite", "hadrill suite smoke", "the two controls of the instrument and one fault"},
      {"suite", "hadrill suite nightly --shard 2/3 --runs runs", "the second of three machines' parts"},
      {"suite", "hadrill suite control-plane --trials 5", "every scenario five times, for `hadrill compare`"},

      {"cluster", "hadrill cluster status", "which conditions of full redundancy hold"},
      {"cluster up", "hadrill cluster up --topology nginx", "another load balancer in front of the API servers"},
      {"cluster down", "hadrill cluster down", "the cluster and everything it left"},
      {"cluster status", "hadrill cluster status --cluster mine", "exit code 0 when every condition holds"},

      {"heal", "hadrill heal", "after a run that was killed: undo what it left, on every cluster of ours"},
      {"calibrate", "hadrill calibrate", "about 70 seconds; every later report says how well this machine measures"},

      {"judge", "hadrill judge runs/apiserver-kill/latest", "verdict.json, junit.xml and report.html are written anew"},
      {"table", "hadrill table runs", "all stored runs, judged anew"},
      {"compare", "hadrill compare base/runs new/runs", "exit code 1 when an SLI became slower"},
      {"compare", "hadrill compare --against-history runs --last 5", "the newest five trials against those before"},
      {"export", "hadrill export runs/apiserver-kill/latest --csv --output samples.csv", "a line per request"},
      {"trials", "hadrill trials runs", "runs/trials.csv and runs/otava/"},
      {"metrics", "hadrill metrics runs --into /var/lib/prometheus/node-exporter",
       "for a textfile collector of a node exporter"},
      {"index", "hadrill index", "runs/index.html, which `run`, `drill` and `suite` renew as well"},
      {"index", "hadrill index history", "of the nights that lie below history"},
      {"bundle", "hadrill bundle runs/suite-smoke/latest", "one archive of a suite and its runs"},
      {"bundle", "hadrill bundle runs --without-samples --out night.tar.gz", "small enough to keep every night"},

      {"validate", "hadrill validate mine.yaml apiserver-kill smoke", "a file, a scenario and a suite by their names"},
      {"list", "hadrill list", "the names of everything"},
      {"list", "hadrill list faults process.kill", "one fault, its roles and its parameters"},
      {"list", "hadrill list slis --json", "for programs"},
      {"completion", "source <(hadrill completion bash)", "in this shell; a package brings it for all"},
      {"completion", "hadrill completion zsh > ~/.zfunc/_hadrill", "where fpath has ~/.zfunc"},
  };
  return all;
}

}  // namespace hadrill::cli
