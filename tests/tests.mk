# Tests, checks, demo and benchmarks; part of the Makefile.
#
# Tests are programs that speak TAP, run by prove(1):
#
#   tests/unit/NAME.c           a test program, linked with the layers
#   tests/fuzz/fuzz_NAME.c      a fuzzer; here it replays tests/fuzz/corpus/NAME
#   tests/fault/NAME.c          a test program, linked with the commands, whose calls can fail
#   tests/arch/NAME.t           the shape of the sources and of what is built
#   tests/cli/NAME.t            the command line, with no servers
#   tests/integration/NAME.t    real servers and clients
#   tests/check/NAME.t          what takes longer: run by `make check-all` only
#
# Scripts find in the environment, as absolute paths,
#   RP_BUILD            the folder of the release build, which has `rdspass` and `ca/`
#   RP_TEST_BUILD_DIR   the same of the test variant, whose clock RP_TEST_CLOCK_OFFSET moves
#   RP_VARIANT          release, or what RP_BUILD is instead: asan
#
## make demo            start a simulated Aurora and log in to it, step by step
## make test            all tests that take minutes: unit, command line, real servers
## make check-all       test, and lint, sanitizers, valgrind, fuzzing, parity, drivers
## make bench           ratios to /bin/true and to other tools
## make unit            unit tests only (TESTS="span buf" for some)
## make cli             tests of the command line (TESTS="tests/cli/token.t" for some)
## make integration     tests on real servers (TESTS as for cli)
## make arch            layers, libraries, headers, hardening, words
## make asan            unit, fault and command-line tests, and those of exec and doctor, under the sanitizers
## make valgrind        unit tests and some of the command line under valgrind
## make fuzz            every fuzzer for FUZZ_SECONDS (10) from FUZZ_SEED (1; 0: a new one)
## make lint            formatting, clang-tidy, cppcheck, -fanalyzer, shellcheck, mandoc

JOBS := $(shell nproc 2>/dev/null || echo 2)
PROVE ?= prove
# Another make, parallel unless this one says how.
RUN_MAKE = +$(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))

include tests/programs.mk

# --- the parts of `make test` ------------------------------------------------

TEST_ENV = RP_BUILD='$(CURDIR)/build/release' RP_TEST_BUILD_DIR='$(CURDIR)/build/test' \
  RP_VARIANT=release
SCRIPTS = $(sort $(wildcard tests/$(1)/*.t))

# `make unit` builds in the test variant; inside it, and with VARIANT=…, it runs the programs.
.PHONY: unit cli integration arch
ifeq ($(VARIANT),release)
unit:
	$(RUN_MAKE) VARIANT=test unit
else
unit: $(if $(TESTS),$(patsubst %,$(BUILD)/tests/unit/%.t,$(TESTS)),$(TEST_PROGRAMS))
	$(PROVE) -j $(JOBS) $^
endif

.PHONY: build-for-tests
build-for-tests:
	$(RUN_MAKE) VARIANT=release all
	$(RUN_MAKE) VARIANT=test all test-programs

cli integration arch: build-for-tests
	$(TEST_ENV) $(PROVE) -j $(JOBS) $(or $(TESTS),$(call SCRIPTS,$@))

.PHONY: test check-all checks
test:
	scripts/packages build test
	$(RUN_MAKE) build-for-tests
	$(TEST_ENV) $(PROVE) -j $(JOBS) $(call TEST_PROGRAMS_OF,test) $(call SCRIPTS,arch) \
	  $(call SCRIPTS,cli) $(call SCRIPTS,integration)

TEST_PROGRAMS_OF = $(patsubst $(BUILD)/%,build/$(1)/%,$(TEST_PROGRAMS))

# --- the rest of `make check-all` --------------------------------------------

check-all:
	$(RUN_MAKE) test
	$(RUN_MAKE) checks

checks:
	scripts/packages build test check
	$(RUN_MAKE) lint
	$(RUN_MAKE) asan
	$(RUN_MAKE) valgrind
	$(RUN_MAKE) fuzz
	$(RUN_MAKE) other-builds
	$(RUN_MAKE) build-for-tests
	$(TEST_ENV) $(PROVE) -j $(JOBS) $(filter-out %/valgrind.t,$(call SCRIPTS,check))
	@echo "check-all: all checks passed"

# Sanitizers stop with a code that rdspass never exits with.
SANITIZER_ENV = ASAN_OPTIONS=exitcode=99:detect_stack_use_after_return=1 \
  UBSAN_OPTIONS=print_stacktrace=1:exitcode=99
# $(1): the folder of a variant below build/, $(2): its name
ONE_BUILD_ENV = RP_BUILD='$(CURDIR)/build/$(1)' RP_TEST_BUILD_DIR='$(CURDIR)/build/$(1)' RP_VARIANT=$(2)

.PHONY: asan valgrind fuzz other-builds
asan:
	$(RUN_MAKE) VARIANT=asan all test-programs
	$(SANITIZER_ENV) $(call ONE_BUILD_ENV,asan,asan) $(PROVE) -j $(JOBS) \
	  $(call TEST_PROGRAMS_OF,asan) $(call SCRIPTS,cli) $(ASAN_INTEGRATION)

ASAN_INTEGRATION := $(wildcard tests/integration/exec_*.t) tests/integration/gate_hostile.t \
                    $(wildcard tests/integration/doctor*.t)

# The command line under valgrind is tests/check/valgrind.t. Under it no signal stops a process.
VALGRIND := valgrind -q --error-exitcode=99 --leak-check=full \
  --errors-for-leak-kinds=definite,indirect,possible

valgrind:
	$(RUN_MAKE) VARIANT=valgrind all test-programs
	$(PROVE) -j $(JOBS) --exec '$(VALGRIND)' \
	  $(filter-out %/fault/commands.t %/unit/job.t %/unit/terminal.t,$(call TEST_PROGRAMS_OF,valgrind))
	$(PROVE) tests/check/valgrind.t

# What is found new goes to build/fuzz/found: copy what is worth it to tests/fuzz/corpus.
# The same seed finds the same: a check that failed can be run again, and one that passed does
# not fail for what nobody changed. To find more, give it time and a new seed.
FUZZ_SECONDS ?= 10
FUZZ_SEED ?= 1
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

.PHONY: fuzzers
fuzzers: $(FUZZERS:%=$(BUILD)/fuzz/%)

fuzz: # the replay of the corpora is among the test programs
	$(RUN_MAKE) VARIANT=fuzz fuzzers
	@for name in $(FUZZERS); do \
	  mkdir -p build/fuzz/found/$$name && \
	  build/fuzz/fuzz/$$name -seed=$(FUZZ_SEED) -max_total_time=$(FUZZ_SECONDS) -timeout=5 \
	    -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 -artifact_prefix=build/fuzz/$$name- \
	    build/fuzz/found/$$name tests/fuzz/corpus/$$name >build/fuzz/$$name.log 2>&1 || \
	    { cat build/fuzz/$$name.log; exit 1; }; \
	  sed -n "s/^stat::number_of_executed_units: */fuzz $$name: inputs tried: /p" build/fuzz/$$name.log; \
	done

# The other way to have hashes, and the other compiler: no warnings, same tests.
other-builds:
	$(RUN_MAKE) FLAVOR=shared CRYPTO=shared VARIANT=release DEVELOPER=1 all
	$(RUN_MAKE) FLAVOR=shared CRYPTO=shared VARIANT=test DEVELOPER=1 all test-programs
	RP_BUILD='$(CURDIR)/build/release-shared' RP_TEST_BUILD_DIR='$(CURDIR)/build/test-shared' \
	  RP_VARIANT=release $(PROVE) -j $(JOBS) $(call TEST_PROGRAMS_OF,test-shared) \
	  $(call SCRIPTS,arch) $(call SCRIPTS,cli)
	$(RUN_MAKE) FLAVOR=clang CC=clang VARIANT=test DEVELOPER=1 all test-programs
	$(PROVE) -j $(JOBS) $(call TEST_PROGRAMS_OF,test-clang)

include tests/lint.mk

# --- demo, benchmarks --------------------------------------------------------

.PHONY: demo bench
demo:
	scripts/packages build demo
	$(RUN_MAKE) all
	tests/aurora/demo

bench:
	scripts/packages build bench
	$(RUN_MAKE) VARIANT=release all
	$(RUN_MAKE) VARIANT=release CRYPTO=shared FLAVOR=shared all
	tests/bench/run
	tests/bench/gate
	tests/bench/connect
