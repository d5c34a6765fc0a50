# Everything that a developer, an operator or the build server asks of this tree, by name.
# A target with a `##` comment is listed by `make help`.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

CARGO ?= cargo
NPM ?= npm
SPEC := openapi/openapi.json
CLIENTS := clients
LINTERS := tools/openapi-lint

# The build server gets its own nextest profile: no giving up at the first failure.
NEXTEST_PROFILE := $(if $(filter true 1,$(CI)),ci,default)

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build everything, tests too
	$(CARGO) build --workspace --all-targets --locked

.PHONY: run
run: ## Demo on 127.0.0.1:8080: own database, seeded, own tokens. Synthetic persons only
	$(CARGO) run --locked --bin samrad -- demo

.PHONY: serve
serve: ## The service as an operator runs it; settings from the environment
	$(CARGO) build --release --locked --bin samrad
	exec "$${CARGO_TARGET_DIR:-target}/release/samrad" serve

.PHONY: migrate
migrate: ## Bring the database of the environment up to date, as its owner
	$(CARGO) build --release --locked --bin samrad
	exec "$${CARGO_TARGET_DIR:-target}/release/samrad" migrate

.PHONY: test
test: build ## Every test, on SQLite and PostgreSQL. Narrow it: make test T=withdrawal
	scripts/with-postgres scripts/run-tests $(NEXTEST_PROFILE) $(T)

.PHONY: test-domain
test-domain: ## The rules alone: quick, no database
	$(CARGO) test --locked --package samrad-domain

.PHONY: bench
bench: ## Measure the release build beside a naive rival; writes docs/performance.md. BENCH_CASES=2000 and such for less
	scripts/bench

.PHONY: openapi
openapi: ## Write openapi/openapi.json from the code, and the TypeScript client from that
	@mkdir -p $(dir $(SPEC))
	$(CARGO) run --locked --bin samrad -- openapi > $(SPEC).new
	mv $(SPEC).new $(SPEC)
	@if command -v node >/dev/null && command -v $(NPM) >/dev/null; then $(MAKE) client-generate; \
	else echo "No node here: the TypeScript client was NOT made anew from $(SPEC)." >&2; fi

.PHONY: openapi-check
openapi-check: ## Fail if openapi/openapi.json is not what the code says
	@$(CARGO) run --locked --bin samrad -- openapi | diff -u $(SPEC) - \
		|| { echo "$(SPEC) has drifted from the code: run 'make openapi' and commit it." >&2; exit 1; }

.PHONY: examples
examples: ## Take the contract's examples anew from a running service, and write them into it
	$(CARGO) build --locked --bin samrad
	SAMRAD_TAKE_EXAMPLES=1 $(CARGO) nextest run --locked --package samrad-tests examples::sqlite
	$(MAKE) openapi

.PHONY: openapi-breaking
openapi-breaking: ## Fail if openapi/openapi.json breaks with the last release and its version doesn't say so
	$(CARGO) nextest run --locked --package samrad-tests released

.PHONY: fuzz
fuzz: ## Schemathesis against the running service on both databases, as every role; a good while
	$(CARGO) build --locked --bin samrad
	scripts/with-postgres scripts/fuzz full

.PHONY: fuzz-bounded
fuzz-bounded: ## The same, for a few minutes
	$(CARGO) build --locked --bin samrad
	scripts/with-postgres scripts/fuzz bounded

.PHONY: openapi-lint
openapi-lint: ## Read openapi/openapi.json with Spectral and Redocly: no error, no warning
	cd $(LINTERS) && $(NPM) ci --ignore-scripts --no-audit --no-fund && $(NPM) run check

# What the clients are made with, as their lock file says.
CLIENT_TOOLS := $(CLIENTS)/node_modules/.package-lock.json
$(CLIENT_TOOLS): $(CLIENTS)/package-lock.json $(wildcard $(CLIENTS)/*/package.json)
	cd $(CLIENTS) && $(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: client
client: $(CLIENT_TOOLS) ## The TypeScript client: is it what the contract gives, does it compile, do its tests pass
	cd $(CLIENTS)/typescript && $(NPM) run --silent check-drift && $(NPM) test

.PHONY: client-generate
client-generate: $(CLIENT_TOOLS) ## Make the TypeScript client anew from openapi/openapi.json
	cd $(CLIENTS)/typescript && $(NPM) run generate

# The page and the client that it uses, compiled.
.PHONY: example-build
example-build: $(CLIENT_TOOLS)
	cd $(CLIENTS)/typescript && $(NPM) run --silent build
	cd $(CLIENTS)/example && $(NPM) run --silent build

.PHONY: example
example: example-build ## The story of a consent in a browser, with 'make run' beside it: http://127.0.0.1:8081
	cd $(CLIENTS)/example && exec node serve.js

.PHONY: example-test
example-test: example-build ## Walk through that page in headless Chromium, against a demo of its own
	$(CARGO) build --locked --bin samrad
	cd $(CLIENTS)/example && $(NPM) test

# Where there is no node, or no browser, CI says so and goes on.
.PHONY: clients-if-node
clients-if-node:
	@if ! command -v node >/dev/null || ! command -v $(NPM) >/dev/null; then \
		echo "No node here: the document, the TypeScript client and its example were NOT checked." >&2; \
	else $(MAKE) openapi-lint client; \
		if [[ -n $${CHROMIUM:-} ]] || command -v chromium >/dev/null; then $(MAKE) example-test; \
		else echo "No Chromium here: the example page was NOT walked through." >&2; fi; \
	fi

.PHONY: outside
outside: build ## A running service's log, verified by code that was not written here
	scripts/with-postgres $(CARGO) nextest run --locked --profile $(NEXTEST_PROFILE) --package samrad-tests log_outside

.PHONY: deploy-test
deploy-test: ## What deploy/compose does, by hand: keys, roles, migration, the service as nobody on a read-only file system
	$(CARGO) build --locked --bin samrad
	scripts/try-deployment

.PHONY: lint
lint: ## Formatting and clippy, warnings are errors
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

.PHONY: ci
ci: ## All that must hold before a merge: lint, drift, tests, Schemathesis, deployment, clients
	$(MAKE) lint
	$(MAKE) openapi-check
	$(MAKE) test
	$(MAKE) fuzz-bounded
	$(MAKE) deploy-test
	$(MAKE) clients-if-node
