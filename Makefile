# What people and CI run; `make` alone lists it.

.DEFAULT_GOAL := help
SHELL := /bin/bash

# Everything that can be compiled and tested; `make test` installs what these features need.
ALL_FEATURES := postgres,test-postgres,test-browser,test-gost
TOOLS := target/tools

.PHONY: demo
demo: ## Build and start everything on this machine: http://localhost:8080
	cargo run --locked -- demo

.PHONY: test
test: test-setup ## Install what the tests need, run all of them on both databases and in a browser
	cargo test --locked --features $(ALL_FEATURES)

.PHONY: test-setup
test-setup: ## Install what the tests need, and nothing else
	scripts/test-setup

.PHONY: lint
lint: ## Formatting and clippy, warnings as errors, in every set of features we ship
	cargo fmt --check
	cargo clippy --locked --all-targets --features $(ALL_FEATURES) -- -D warnings
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --no-default-features --features postgres -- -D warnings
	cargo clippy --locked --no-default-features --features sqlite -- -D warnings

.PHONY: production-check
production-check: ## Build the service without the stand and look for the stand's words in it
	scripts/check-production-binary

.PHONY: audit
audit: ## Licences, sources, bans and lowest versions of the dependencies; advisories where their database is at hand
	scripts/audit $(TOOLS)

.PHONY: bench
bench: test-setup ## Measure the parts and the journeys (docs/performance.md)
	cargo bench --locked --features test-postgres --bench parts --bench journeys

.PHONY: manual-pictures
manual-pictures: test-setup ## Take the pictures of docs/helpdesk.md anew, from the demo
	PRIVYAZKA_UPDATE=1 cargo test --locked --features $(ALL_FEATURES) --test browser_journeys pictures

.PHONY: soak
soak: test-setup ## The tests with their full counts: hours, not minutes
	PRIVYAZKA_SOAK=1 PROPTEST_CASES=1000000 cargo test --locked --release --features $(ALL_FEATURES)

.PHONY: ci
ci: ## What every change must pass
	.ci/run

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
