# Everything is done in .venv, made from requirements.lock; `make` alone lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SOURCES := pyproject.toml README.md LICENSE $(shell find analysis data/sample -type f -not -path '*/__pycache__/*')

.DEFAULT_GOAL := help
.PHONY: help demo test test-faults test-studies fuzz audit lint figures figure-hashes bench bench-corpus bench-runs bench-measures bench-scale bench-themes tidy lab docs lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

# What is imported is compiled then, once: with --no-compile pip does not compile all of the packages
# with one core, and where this is set each of the many processes of the tests would do it again.
unexport PYTHONDONTWRITEBYTECODE
$(VENV)/locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "topoi needs Python 3.11, 3.12 or 3.13; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes --no-deps -r requirements.lock
	@touch $@

$(VENV)/installed: $(VENV)/locked $(SOURCES)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --force-reinstall .
	@touch $@

demo: $(VENV)/installed ## install, then run the whole analysis on the bundled corpus
	$(BIN)/topoi run --source data/sample/documents --by source --out runs/demo

test: $(VENV)/installed ## install, then run the tests (but faults and studies) against the installed package
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/installed ## formatting, style, types, layers
	$(BIN)/ruff format --check analysis tests benchmarks data notebooks
	$(BIN)/ruff check analysis tests benchmarks data notebooks
	$(BIN)/mypy
	cd analysis && ../$(BIN)/lint-imports --config ../pyproject.toml

WHITE_HOUSE := ../shared/data/wh_migration_paragraphs_2021_2025.parquet

figures: $(VENV)/installed ## remake figures/: of the bundled corpus and, where its text is, of the White House
	$(BIN)/topoi figures
	@if test -f $(WHITE_HOUSE); then $(BIN)/topoi figures figures/white_house.toml; \
	else echo "figures/white_house/ stays as it is: its text, $(WHITE_HOUSE), is not on this machine"; fi
	$(BIN)/python benchmarks/figure_gallery.py --write docs/figures.md > /dev/null

figure-hashes: $(VENV)/installed ## make all figures twice, set up unlike, and write docs/figures.md (minutes)
	$(BIN)/python benchmarks/figure_hashes.py --write docs/figures.md

$(VENV)/peers: $(VENV)/locked requirements-bench.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-bench.lock
	@touch $@

bench: $(VENV)/installed $(VENV)/peers ## measure speed against other packages (hours; resumes)
	$(BIN)/python benchmarks/counting.py --write docs/benchmarks.md
	$(BIN)/python benchmarks/nmf.py --write docs/benchmarks.md
	$(BIN)/python benchmarks/engine.py --k 20 50 200
	$(BIN)/python benchmarks/scaling.py
	$(BIN)/python benchmarks/roofline.py
	$(BIN)/python benchmarks/start_up.py
	$(BIN)/python benchmarks/tables.py --write docs/benchmarks.md

THEMES_PAGE := --write docs/benchmarks-themes.md

bench-themes: $(VENV)/installed $(VENV)/peers ## measure themes against codes, beside other ways (an hour; resumes)
	$(BIN)/python benchmarks/themes.py $(THEMES_PAGE)
	$(BIN)/python benchmarks/theme_curve.py $(THEMES_PAGE)
	$(BIN)/python benchmarks/theme_trials.py $(THEMES_PAGE)
	$(BIN)/python benchmarks/theme_ways.py $(THEMES_PAGE)
	$(BIN)/python benchmarks/theme_periods.py $(THEMES_PAGE)
	$(BIN)/python benchmarks/theme_stability.py $(THEMES_PAGE)
	$(BIN)/python benchmarks/levels.py $(THEMES_PAGE)

CORPUS_PAGE := --write docs/benchmarks-corpus.md

bench-corpus: $(VENV)/installed $(VENV)/peers ## measure reading, cleaning, copies, sentences, words (minutes)
	@test -d ../shared/data || { echo 'bench-corpus needs the real corpora in ../shared/data'; exit 1; }
	$(BIN)/python benchmarks/reading.py $(CORPUS_PAGE)
	$(BIN)/python benchmarks/corpus_streaming.py $(CORPUS_PAGE)
	$(BIN)/python benchmarks/corpus_cleaning.py $(CORPUS_PAGE)
	$(BIN)/python benchmarks/corpus_duplicates.py $(CORPUS_PAGE)
	$(BIN)/python benchmarks/corpus_sentences.py $(CORPUS_PAGE)
	$(BIN)/python benchmarks/corpus_select.py $(CORPUS_PAGE)
	$(BIN)/python benchmarks/corpus_words.py $(CORPUS_PAGE)
	$(BIN)/python benchmarks/corpus_words.py --sensitivity $(CORPUS_PAGE)

MEASURES_PAGE := --write docs/benchmarks-measures.md

bench-measures: $(VENV)/installed ## measure coherence, the choice of K and intervals of effects (half an hour)
	$(BIN)/python benchmarks/measures.py $(MEASURES_PAGE)
	$(BIN)/python benchmarks/effects.py $(MEASURES_PAGE)

bench-runs: $(VENV)/installed ## measure what `topoi doctor` foresees and what keeping steps costs (minutes)
	$(BIN)/python benchmarks/doctor.py --write docs/storage.md
	$(BIN)/python benchmarks/keeping.py --write docs/faults.md

bench-scale: $(VENV)/installed ## from files to topics beyond memory, 4 to 400 million words; Dask (hours)
	$(BIN)/python benchmarks/scale.py --write docs/scale.md
	$(BIN)/python benchmarks/theme_scale.py --write docs/scale.md

test-faults: $(VENV)/installed ## kill, starve and cut off runs, and compare all bytes (20 minutes)
	$(BIN)/python -m pytest -q -m faults tests/test_faults.py tests/test_run_steps.py tests/test_scale_unfinished.py

test-studies: $(VENV)/installed ## compare what is written about the corpora in ../shared/data with them (two minutes)
	$(BIN)/python -m pytest -q -m studies tests

FUZZ := build/fuzzing

$(FUZZ)/made: requirements.lock
	$(PYTHON) -m venv $(FUZZ)
	$(FUZZ)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(FUZZ)/bin/python -m pip install --quiet atheris || echo 'No atheris for this Python: inputs are changed blindly.'
	@touch $@

fuzz: $(FUZZ)/made ## change inputs of all readers for ten minutes, look for faults
	PYTHONPATH=analysis $(FUZZ)/bin/python tests/own_expressions.py
	PYTHONPATH=analysis $(FUZZ)/bin/python tests/fuzz/run.py --seconds 620

audit: $(VENV)/locked ## ask about known holes in the locked packages (needs a network)
	$(PYTHON) -m venv build/auditing
	build/auditing/bin/python -m pip install --quiet pip-audit
	build/auditing/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

tidy: $(VENV)/locked ## format the code and strip the notebooks of results
	$(BIN)/ruff format analysis tests benchmarks data notebooks
	$(BIN)/python notebooks/tidy.py

lab: $(VENV)/installed ## open the notebooks
	$(BIN)/jupyter lab notebooks

docs: $(VENV)/installed ## rewrite the tables in docs/ of what is kept
	$(BIN)/python benchmarks/tables.py --write docs/benchmarks.md

lock: ## renew requirements.lock (needs uv)
	uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock
	uv pip compile --group pyproject.toml:bench --group pyproject.toml:bench-corpus -c requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  --no-emit-package numpy --no-emit-package pandas --no-emit-package scipy --no-emit-package python-dateutil \
	  --no-emit-package tzdata -o requirements-bench.lock

clean: ## remove the environment, runs and caches
	rm -rf $(VENV) runs build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
