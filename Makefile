# The two front doors are `make drill` and `make test`; every step of them can be run alone. `make help` lists them.
# Variables: KEEP=1 (drill leaves the cluster up), SCENARIO=name, SUITE=name, SEED=n, PRESET=release|dev|asan-ubsan|tsan, CLUSTER=name.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PRESET   ?= release
SCENARIO ?= apiserver-kill
SUITE    ?= smoke
CLUSTER  ?= hadrill
BUILD    := build/$(PRESET)
HADRILL  := $(BUILD)/bin/hadrill
# Labels of tests that need more than a compiler.
NO_UNIT  := ^(cluster|calibrate|browser|package)$$
# Percent of the probers' load: a machine of two CPUs has no room for all of it.
PACE     ?= $(shell [ "$$(nproc)" -ge 4 ] && echo 100 || echo 40)
DRILL_FLAGS := --pace $(PACE) --cluster $(CLUSTER) $(if $(KEEP),--keep) $(if $(SEED),--seed $(SEED))

.PHONY: help drill test nightly suite unit package package-test package-tools calibrate cluster-tests packages browser tools engine build program images cluster cluster-down plan format tidy shellcheck \
        sanitizers fuzz bench engine-restore clean

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

drill: program images ## everything from nothing to a verdict: cluster up, SCENARIO, report, cluster removed
	@$(HADRILL) drill $(SCENARIO) --yes $(DRILL_FLAGS) || { code=$$?; \
	  echo "the drill's exit code is $$code (GNU make itself ends with 2 for every failure)" >&2; exit $$code; }

test: build images browser ## unit tests, reports in a browser, and on real clusters the suite smoke and a scenario of every pillar
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error --label-exclude "^nightly$$"

nightly: build images package-tools ## what make test leaves out, once: with it every scenario, on other topologies where they differ; some hours
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error --label-regex "^nightly$$"

suite: program images ## all trials of SUITE, and a table of what they measured
	@$(HADRILL) suite $(SUITE) --pace $(PACE) --cluster $(CLUSTER) $(if $(SEED),--seed $(SEED)) || { code=$$?; \
	  echo "the suite's exit code is $$code (GNU make itself ends with 2 for every failure)" >&2; exit $$code; }

unit: build ## the fast tests: no engine, no network, no browser
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error --label-exclude "$(NO_UNIT)" --parallel 2

package: program ## a Debian package of hadrill, in the build tree
	@cmake --build $(BUILD) --target package

package-test: build package-tools ## the package on a Debian 12 that has nothing else; root, the mirrors of this machine, minutes
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error --label-regex "^package$$"

package-tools: packages
	@kind-configs/host/packages.sh package

calibrate: program ## how well the instrument measures on this machine; alone on it, about 70 s
	@$(HADRILL) calibrate

cluster-tests: build images ## only the tests on a real cluster
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error --label-regex "^cluster$$" --label-exclude "^nightly$$"

packages: ## install the Debian packages that are missing
	@kind-configs/host/packages.sh build

browser: packages ## install the browser that reports are tested in
	@kind-configs/host/packages.sh browser

tools: ## install the Debian packages that the checks below need
	@kind-configs/host/packages.sh tools

engine: packages ## check the container engine, repair what can be repaired
	@kind-configs/host/engine.sh check

build: packages ## compile everything, tests included
	@kind-configs/host/build.sh $(PRESET)

program: packages ## compile hadrill and what belongs beside it
	@kind-configs/host/build.sh $(PRESET) hadrill

images: packages engine ## kind, node image and load balancer image: found, pulled or built
	@kind-configs/images/prepare.sh

cluster: program images ## bring the cluster up and leave it
	@$(HADRILL) cluster up --cluster $(CLUSTER)

cluster-down: program ## remove the cluster
	@$(HADRILL) cluster down --cluster $(CLUSTER)

plan: program ## dry run of SCENARIO on the cluster that is up
	@$(HADRILL) plan $(SCENARIO) --cluster $(CLUSTER) $(if $(SEED),--seed $(SEED))

format: tools ## clang-format over all own code
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 -i

tidy: tools ## clang-tidy over all own code
	@[ -f build/tidy/compile_commands.json ] || cmake --preset tidy
	@git ls-files 'harness/*.cpp' | xargs -P 2 -n 4 clang-tidy-14 --quiet -p build/tidy

shellcheck: tools ## shellcheck over all shell
	@git ls-files '*.sh' ':!harness/cli/completion' .ci/run kind-configs/host/runc-without-sys-resource | xargs shellcheck -x -P SCRIPTDIR

sanitizers: packages ## unit tests under ASan+UBSan and under TSan
	@for preset in asan-ubsan tsan; do \
	  kind-configs/host/build.sh $$preset; \
	  ctest --test-dir build/$$preset --output-on-failure --no-tests=error --label-exclude "$(NO_UNIT)" --parallel 2; done

fuzz: tools ## every fuzz target for FUZZ_SECONDS (default 60)
	@kind-configs/host/build.sh fuzz fuzz_programs
	@for target in build/fuzz/bin/fuzz_*; do \
	  $$target -max_total_time=$${FUZZ_SECONDS:-60} -rss_limit_mb=4096 \
	    $$(mktemp -d) tests/fuzz/corpus/$${target##*fuzz_}; done

bench: ## measure hadrill itself (10 minutes on an idle machine); figures go to docs/benchmarks.md
	@kind-configs/host/packages.sh go
	@kind-configs/host/build.sh release hadrill bench_programs
	@bench/run.sh

engine-restore: ## take back the repair of the engine
	@kind-configs/host/engine.sh restore

clean: ## remove build trees and run directories
	@rm -rf build runs
