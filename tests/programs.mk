# How the programs among the tests are built; part of tests/tests.mk, whose head lists the kinds.

tests_of = $(patsubst tests/$(1)/%.c,$(BUILD)/tests/$(1)/%.t,$(sort $(wildcard tests/$(1)/$(2))))

UNIT_TESTS := $(call tests_of,unit,*.c)
FUZZ_TESTS := $(call tests_of,fuzz,fuzz_*.c)
FAULT_TESTS := $(call tests_of,fault,*.c)
TEST_PROGRAMS := $(UNIT_TESTS) $(FUZZ_TESTS) $(FAULT_TESTS)

compile_test = $(CC) $(ALL_CPPFLAGS) -Isrc -Itests $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $<

# What a test of the core links; src/wire is the gate's, and knows no program.
TEST_ARCHIVES := $(call archive,wire) $(CORE_ARCHIVES)

$(BUILD)/tests/unit/%.t: tests/unit/%.c $(TEST_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(TEST_ARCHIVES) $(CORE_LIBS)

# tests/unit/gate_NAME.c and tests/fuzz/fuzz_gate_NAME.c test the modules of rdspass-gate.
TEST_GATE = $(filter-out %/main.o,$(GATE_OBJECTS))

$(BUILD)/tests/unit/gate_%.t: tests/unit/gate_%.c $(TEST_GATE) $(GATE_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(SSL_CFLAGS) $(TEST_GATE) $(GATE_ARCHIVES) $(GATE_LIBS)

$(BUILD)/tests/fuzz/fuzz_gate_%.t: tests/fuzz/fuzz_gate_%.c tests/fuzz/replay.c $(TEST_GATE) \
  $(GATE_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(SSL_CFLAGS) -DCORPUS='"tests/fuzz/corpus/gate_$*"' tests/fuzz/replay.c \
	  $(TEST_GATE) $(GATE_ARCHIVES) $(GATE_LIBS)

$(BUILD)/fuzz/gate_%: tests/fuzz/fuzz_gate_%.c $(TEST_GATE) $(GATE_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(SSL_CFLAGS) -fsanitize=fuzzer $(TEST_GATE) $(GATE_ARCHIVES) $(GATE_LIBS)

# tests/fuzz/fuzz_fetch_NAME.c tests the modules of rdspass-fetch.
TEST_FETCH = $(filter-out %/main.o,$(FETCH_OBJECTS))

$(BUILD)/tests/fuzz/fuzz_fetch_%.t: tests/fuzz/fuzz_fetch_%.c tests/fuzz/replay.c $(TEST_FETCH) \
  $(FETCH_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(SSL_CFLAGS) -DCORPUS='"tests/fuzz/corpus/fetch_$*"' tests/fuzz/replay.c \
	  $(TEST_FETCH) $(FETCH_ARCHIVES) $(FETCH_LIBS)

$(BUILD)/fuzz/fetch_%: tests/fuzz/fuzz_fetch_%.c $(TEST_FETCH) $(FETCH_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(SSL_CFLAGS) -fsanitize=fuzzer $(TEST_FETCH) $(FETCH_ARCHIVES) $(FETCH_LIBS)

# tests/unit/client_NAME.c and tests/fuzz/fuzz_client_NAME.c test what needs no database. From an
# archive each takes the modules that it uses, and not those that call the drivers.
TEST_CLIENT := $(BUILD)/tests/libclient.a

$(TEST_CLIENT): $(filter-out %/main.o,$(CLIENT_OBJECTS)) src/client
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcsD $@ $(filter %.o,$^)

$(BUILD)/tests/unit/client_%.t: tests/unit/client_%.c $(TEST_CLIENT) $(CLIENT_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(TEST_CLIENT) $(CLIENT_ARCHIVES) $(CJSON_LIBS)

$(BUILD)/tests/fuzz/fuzz_client_%.t: tests/fuzz/fuzz_client_%.c tests/fuzz/replay.c $(TEST_CLIENT) \
  $(CLIENT_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) -DCORPUS='"tests/fuzz/corpus/client_$*"' tests/fuzz/replay.c \
	  $(TEST_CLIENT) $(CLIENT_ARCHIVES) $(CJSON_LIBS)

$(BUILD)/fuzz/client_%: tests/fuzz/fuzz_client_%.c $(TEST_CLIENT) $(CLIENT_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) -fsanitize=fuzzer $(TEST_CLIENT) $(CLIENT_ARCHIVES) $(CJSON_LIBS)

# The commands for tests: main() of rdspass is rdspass_main() there.
TEST_COMMANDS = $(filter-out %/main.o,$(CORE_OBJECTS)) $(BUILD)/tests/main.o

$(BUILD)/tests/main.o: src/cmd/main.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) -Dmain=rdspass_main $(ALL_CFLAGS) -Wno-missing-prototypes -MMD -MP -c \
	  -o $@ $<

# tests/unit/cmd_NAME.c test the modules of the commands.
$(BUILD)/tests/unit/cmd_%.t: tests/unit/cmd_%.c $(TEST_COMMANDS) $(CORE_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(TEST_COMMANDS) $(CORE_ARCHIVES) $(CORE_LIBS)

$(BUILD)/tests/fuzz/%.t: tests/fuzz/%.c tests/fuzz/replay.c $(TEST_COMMANDS) $(TEST_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) -DCORPUS='"tests/fuzz/corpus/$(*:fuzz_%=%)"' tests/fuzz/replay.c \
	  $(TEST_COMMANDS) $(TEST_ARCHIVES) $(CORE_LIBS)

$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(TEST_COMMANDS) $(TEST_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) -fsanitize=fuzzer $(TEST_COMMANDS) $(TEST_ARCHIVES) $(CORE_LIBS)

# Each of these calls goes through tests/fault/calls.h, which can make it fail.
WRAPPED := malloc calloc open __open_2 read write fsync rename mkostemp mkdir fchmod unlinkat lstat \
  stat fstat time

$(BUILD)/tests/fault/%.t: tests/fault/%.c tests/fault/calls.h $(TEST_COMMANDS) $(CORE_ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(WRAPPED:%=-Wl,--wrap=%) $(TEST_COMMANDS) $(CORE_ARCHIVES) $(CORE_LIBS)

# Stand-ins for our helpers, which are programs; and the helper itself.
$(BUILD)/tests/fakes/%: tests/fakes/%.c $(TEST_ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile_test) $(TEST_ARCHIVES) $(CORE_LIBS)

$(BUILD)/tests/unit/fetch.t: | $(BUILD)/tests/fakes/rdspass-fetch $(HELPERS)
$(BUILD)/tests/unit/ipc_helper_gate.t: | $(BUILD)/tests/fakes/rdspass-gate $(HELPERS)
$(BUILD)/tests/unit/ipc_helper_look.t: | $(HELPERS)

.PHONY: test-programs
test-programs: $(TEST_PROGRAMS) $(BUILD)/tests/fakes/told-gate
