# Tests, checks, demo and benchmarks; part of the Makefile.
#
## make demo            start a simulated Aurora and log in to it, step by step
## make test            all tests that take minutes: unit, command line, real servers
## make check-all       test, and lint, sanitizers, valgrind, fuzzing, parity, Java clients
## make bench           ratios to /bin/true and to other tools
## make asan            unit and command-line tests under the sanitizers
## make lint            formatting, clang-tidy, cppcheck, -fanalyzer, shellcheck, mandoc
## make unit            unit tests only (TESTS="span buf" for some)

UNIT_SOURCES := $(sort $(wildcard tests/unit/*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%.t,$(UNIT_SOURCES))

$(BUILD)/tests/unit/%.t: tests/unit/%.c $(CORE_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) -Isrc -Itests $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $< \
	  $(CORE_ARCHIVES) $(CORE_LIBS)

.PHONY: unit
unit: $(if $(TESTS),$(patsubst %,$(BUILD)/tests/unit/%.t,$(TESTS)),$(UNIT_TESTS))
	prove -Q $^

# Stand-ins for our helpers, which are programs; and the helper itself.
$(BUILD)/tests/fakes/%: tests/fakes/%.c $(FETCH_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $< \
	  $(FETCH_ARCHIVES) $(CJSON_LIBS)

$(BUILD)/tests/unit/fetch.t: | $(BUILD)/tests/fakes/rdspass-fetch $(HELPERS)
