# What tools find in the sources without running them: `make lint`; part of tests/tests.mk.

C_FILES = $(shell find include src tests -name '*.[ch]' | sort)
SHELL_FILES = $(shell grep -rlE '^\#( shellcheck shell|!/(usr/)?bin/(env )?(ba)?sh)' \
  $(wildcard scripts tests .ci completions) | sort)
TIDY_FILES = $(sort $(wildcard src/*/*.c tests/unit/*.c tests/fuzz/*.c tests/fault/*.c))
# What base/banned.h, which comes later, forbids, mysql.h calls.
TIDY_FLAGS = -DRP_ALLOW_GETENV -DCORPUS='"."' $(MYSQL_CFLAGS) -include mysql.h $(POSTGRES_CFLAGS) \
  $(ALL_CPPFLAGS) $(CJSON_CFLAGS) -Isrc -Itests -std=gnu17

.PHONY: lint lint-format lint-tidy lint-cppcheck lint-analyzer lint-shell lint-man
lint: lint-format lint-tidy lint-cppcheck lint-analyzer lint-shell lint-man
	@echo "lint: nothing found"

lint-format:
	@echo "  LINT  layout of C"
	$(Q)clang-format --dry-run -Werror $(C_FILES)

# One file a run: with more, version 14 takes every va_list but the first for uninitialized.
lint-tidy:
	@echo "  LINT  clang-tidy"
	$(Q)printf '%s\n' $(TIDY_FILES) | xargs -P $(JOBS) -I FILE clang-tidy --quiet FILE -- \
	  $(TIDY_FLAGS) 2>/dev/null

# It takes the rp_status of a call for a thing that keeps the call's arguments.
lint-cppcheck:
	@echo "  LINT  cppcheck"
	$(Q)cppcheck --quiet --error-exitcode=1 --inline-suppr -j $(JOBS) --std=c11 \
	  --enable=warning,performance,portability --suppress=missingIncludeSystem \
	  --suppress=returnDanglingLifetime \
	  -D__linux__ -D__x86_64__ -Iinclude -Isrc src

# Version 12 loses sight of what is stored in a struct that came as an argument, and calls it leaked;
# sanitizers, valgrind and tests/fault see real leaks.
lint-analyzer:
	$(RUN_MAKE) FLAVOR=analyzer VARIANT=release CC=gcc DEVELOPER=1 all \
	  CFLAGS='$(CFLAGS) -fanalyzer -Wno-analyzer-malloc-leak'

lint-shell:
	@echo "  LINT  shellcheck"
	$(Q)shellcheck -x -P SCRIPTDIR:. $(SHELL_FILES)

lint-man:
	@echo "  LINT  manual pages"
	$(Q)mandoc -T lint -W warning docs/man/*.[157]
