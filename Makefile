# What people and .ci/run do with this repository. `make help` lists it.

SHELL := /bin/bash
MVN ?= mvn -B
DIST := driver/target/dist
SPINDLE := $(DIST)/bin/spindle

# Everything whose change makes the distribution stale.
SOURCES := pom.xml $(shell find */pom.xml */src/main -type f 2>/dev/null)

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: $(SPINDLE) ## Build the distribution into driver/target/dist

$(SPINDLE): $(SOURCES)
	@scripts/check-tools build
	$(MVN) -DskipTests -pl driver -am package
	@touch $@

.PHONY: test
test: ## Build everything and run every test that needs no virtual machine, on loop devices too (needs root)
	@scripts/install-packages
	@scripts/check-tools test
	rm -rf */target/proof
	$(MVN) verify
	@scripts/show-proof

.PHONY: test-deep
test-deep: ## Run every test without the bounds that keep `make test` short: for hours
	@scripts/install-packages
	@scripts/check-tools test
	rm -rf */target/proof
	$(MVN) -Ddeep=true verify
	@scripts/show-proof

.PHONY: test-crash
test-crash: ## Look again at a disk that a crash test has kept: IMAGE=FILE
	$(MVN) -pl disks -am -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtest='CrashExplorationTest#aDiskThatWasKeptIsCheckedAgain' -Dcrash.image=$(abspath $(IMAGE)) test

.PHONY: test-vm
test-vm: ## Run the driver in a virtual machine whose disks are pulled, cut off and broken (needs root)
	@scripts/install-packages test-vm
	@scripts/check-tools test-vm
	vm/make-guest
	rm -rf */target/proof
	$(MVN) -DskipTests -Dvm.tests.skip=false -pl vm -am verify
	@scripts/show-proof

.PHONY: demo
demo: demo-tools $(SPINDLE) ## Take two volumes through their lives on throw-away loop disks (needs root)
	$(SPINDLE) demo

# Before the build, which takes a while: nobody shall wait for it and then learn what is missing.
.PHONY: demo-tools
demo-tools:
	@scripts/install-packages demo
	@scripts/check-tools demo

.PHONY: archive
archive: $(SPINDLE) ## Add a class-data archive to the distribution: a quicker start with this Java
	scripts/make-archive $(DIST)

.PHONY: format
format: ## Format every Java file
	$(MVN) -q spotless:apply

.PHONY: clean
clean: ## Remove everything that was built
	$(MVN) -q clean
