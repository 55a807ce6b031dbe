# Groq Workbench. Each of these sets up what it needs; `ARGS="..."` passes arguments on.

.PHONY: help run test check bench mutants format pins clean
bin := .venv/bin
ARGS ?=
BENCH ?= *

# One line for a step that is well, all of its output for one that is not.
step = @printf '%-10s' $(1); if said=$$($(2) 2>&1); then echo ok; else echo failed; echo "$$said"; exit 1; fi

help: ## Say what can be done here
	@sed -n 's/^\([a-z]*\): ## /  make \1\t/p' Makefile

run: ## Open the workbench (ARGS="--demo")
	@.ci/environment run
	@$(bin)/groq-workbench $(ARGS)

test: ## Run the tests (ARGS="tests/client -k stream")
	@.ci/environment test
	@$(bin)/pytest --numprocesses=auto --dist=loadfile $(ARGS)

check: ## Check format, lint, types and import contracts, then test with no skip allowed
	@.ci/environment test
	$(call step,format,$(bin)/ruff format --check)
	$(call step,lint,$(bin)/ruff check)
	$(call step,types,$(bin)/mypy)
	$(call step,contracts,$(bin)/lint-imports)
	@$(MAKE) --no-print-directory test ARGS="--no-skips $(ARGS)"

bench: ## Run the benchmarks, or one (BENCH=transcript)
	@.ci/environment test
	@for file in tests/benchmarks/bench_$(BENCH).py; do echo "$$file" && $(bin)/python "$$file" $(ARGS) || exit; done

mutants: ## Change the client's core in small ways: which changes does no test notice?
	@.ci/environment test
	@$(bin)/python -c 'import mutmut' 2>/dev/null || $(bin)/python -m pip install --quiet mutmut
	@HYPOTHESIS_PROFILE=mutants $(bin)/mutmut run $(ARGS)
	@$(bin)/mutmut results

format: ## Rewrite the code in the common format
	@.ci/environment test
	@$(bin)/ruff check --quiet --fix-only
	@$(bin)/ruff format

pins: ## Pin the newest versions of every package in .constraints.txt
	@.ci/environment test
	@$(bin)/python .ci/pins >.constraints.new && mv .constraints.new .constraints.txt

clean: ## Remove .venv, caches and builds
	@rm -rf .venv .*_cache .hypothesis dist build mutants snapshot_report.html
	@find client workbench tests -name __pycache__ -prune -exec rm -rf {} +
