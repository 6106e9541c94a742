# rdspass: build, install, test.  `make help` lists what there is.
#
# One makefile for all. Each variant of the build has a directory of its own,
# build/VARIANT (or build/VARIANT-FLAVOR), and changed flags rebuild it:
#
#   release   what is installed
#   test      with the tests' clock, for tests/cli and tests/integration
#   asan      test with the address and undefined-behaviour sanitizers
#   fuzz      test with clang's libFuzzer
#   valgrind  test as valgrind likes it
#
# CRYPTO=static|shared   where hashes come from (src/crypto); see below
# WITH_MYSQL=no WITH_POSTGRES=no   without a built-in client: see src/client/client.mk
# DEVELOPER=1            warnings are errors
# CC AR CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR V=1   as usual

VERSION := 0.1.0

PREFIX      ?= /usr/local
BINDIR      ?= $(PREFIX)/bin
DATADIR     ?= $(PREFIX)/share
# The helpers; rdspass looks for them at ../libexec/rdspass from where it is itself.
LIBEXECDIR  ?= $(PREFIX)/libexec
MANDIR      ?= $(DATADIR)/man
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR  ?= $(DATADIR)/zsh/site-functions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d

# From the command line of make only: other tools have such variables, too.
VARIANT    := release
FLAVOR     :=
BUILD      := build/$(VARIANT)$(addprefix -,$(FLAVOR))
PKG_CONFIG ?= pkg-config
INSTALL    ?= install
Q          := $(if $(V),,@)
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# Goals that compile nothing in this make (they may call another) need no compiler yet:
# `make test` on a fresh machine installs it first.
GOALS := $(or $(MAKECMDGOALS),all)
COMPILES := $(filter-out help clean uninstall test check-all checks demo bench,$(GOALS))

ifeq ($(VARIANT),fuzz)
CC := clang
endif
ifneq ($(COMPILES),)
IS_CLANG := $(findstring clang,$(shell $(CC) --version))
MACHINE  := $(shell $(CC) -dumpmachine)

# Where the compiler finds no static libcrypto, the shared one serves.
HAVE_STATIC_CRYPTO := $(filter /%,$(shell $(CC) -print-file-name=libcrypto.a))
ifeq ($(origin CRYPTO),undefined)
CRYPTO := $(if $(HAVE_STATIC_CRYPTO),static,shared)
$(if $(HAVE_STATIC_CRYPTO),,$(info make: no libcrypto.a here: CRYPTO=shared))
else ifeq ($(CRYPTO)$(HAVE_STATIC_CRYPTO),static)
$(error CRYPTO=static: the compiler finds no libcrypto.a; install it or use CRYPTO=shared)
else ifeq ($(filter static shared,$(CRYPTO)),)
$(error CRYPTO is "static" or "shared", not "$(CRYPTO)")
endif
endif

# --- flags -------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wformat=2 -Wshadow -Wconversion -Wsign-conversion \
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wcast-qual \
  -Wwrite-strings -Wpointer-arith -Wundef -Wvla -Walloca \
  -Wimplicit-fallthrough -Wnull-dereference -Wswitch-enum -Wframe-larger-than=32768
GCC_WARNINGS := -Wcast-align=strict -Wduplicated-cond -Wduplicated-branches -Wlogical-op
WARNINGS += $(if $(IS_CLANG),-Wcast-align,$(GCC_WARNINGS)) $(if $(DEVELOPER),-Werror)

# Some compilers fortify by default, hence the -U.
HARDENING := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
  -fstack-clash-protection -fno-delete-null-pointer-checks \
  $(if $(filter x86_64%,$(MACHINE)),-fcf-protection=full) \
  $(if $(filter aarch64%,$(MACHINE)),-mbranch-protection=standard) \
  $(if $(IS_CLANG),,-ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr)
OPTIMIZE := -O2 -g
SANITIZE :=

DEFINES := $(if $(filter-out release,$(VARIANT)),-DRP_TEST_BUILD)
ifeq ($(VARIANT),asan)
HARDENING := -fstack-protector-strong
OPTIMIZE := -O1 -g -fno-omit-frame-pointer
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($(VARIANT),fuzz)
HARDENING :=
OPTIMIZE := -O1 -g -fno-omit-frame-pointer
SANITIZE := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
else ifeq ($(VARIANT),valgrind)
# Zeroed variables would hide the very bugs that valgrind finds.
HARDENING := -fstack-protector-strong
OPTIMIZE := -O1 -g
DEFINES += -DRP_UNDER_VALGRIND
endif

ALL_CPPFLAGS = -D_GNU_SOURCE -DRP_VERSION='"$(VERSION)"' $(DEFINES) -Iinclude \
  -include src/base/banned.h $(CPPFLAGS)
# The prefix map makes the same program of the same sources in any folder.
ALL_CFLAGS = -std=gnu17 $(OPTIMIZE) $(WARNINGS) $(HARDENING) $(SANITIZE) -fvisibility=hidden \
  -ffunction-sections -fdata-sections -fPIE -ffile-prefix-map=$(CURDIR)=. $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code \
  -Wl,--as-needed,--gc-sections,--fatal-warnings $(SANITIZE) $(LDFLAGS)

ifneq ($(COMPILES),)
CJSON_CFLAGS := $(shell $(PKG_CONFIG) --cflags libcjson 2>/dev/null)
CJSON_LIBS   := $(shell $(PKG_CONFIG) --libs libcjson 2>/dev/null || echo -lcjson)
CURL_CFLAGS  := $(shell $(PKG_CONFIG) --cflags libcurl 2>/dev/null)
CURL_LIBS    := $(shell $(PKG_CONFIG) --libs libcurl 2>/dev/null || echo -lcurl)
SSL_CFLAGS   := $(shell $(PKG_CONFIG) --cflags libssl 2>/dev/null)
SSL_LIBS     := $(shell $(PKG_CONFIG) --libs libssl 2>/dev/null || echo -lssl) -lcrypto
endif
CRYPTO_LIBS  := $(if $(filter static,$(CRYPTO)),-l:libcrypto.a,-lcrypto)

# --- layers and programs: these lists are the architecture -------------------

# From the bottom up; a layer may use what stands before it (src/LAYERS, tests/arch).
LAYERS := base codec crypto sigv4 aws rds ipc wire

sources_of = $(sort $(wildcard src/$(1)/*.c))
CRYPTO_SOURCES := src/crypto/hash_$(CRYPTO).c
objects_of = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(if $(filter crypto,$(1)),\
  $(CRYPTO_SOURCES),$(call sources_of,$(1))))
archive = $(BUILD)/lib/lib$(1).a

CORE_OBJECTS := $(call objects_of,cmd)
CORE_ARCHIVES := $(foreach l,ipc rds aws sigv4 crypto codec base,$(call archive,$(l)))
CORE_LIBS := $(CJSON_LIBS) $(CRYPTO_LIBS)

FETCH_OBJECTS := $(call objects_of,fetch)
FETCH_ARCHIVES := $(foreach l,ipc aws codec base,$(call archive,$(l)))
FETCH_LIBS := $(CURL_LIBS) $(CJSON_LIBS) -lcrypto

GATE_OBJECTS := $(call objects_of,gate)
GATE_ARCHIVES := $(foreach l,wire ipc rds aws codec base,$(call archive,$(l)))
GATE_LIBS := $(SSL_LIBS) $(CJSON_LIBS)

include src/client/client.mk

HELPERS := $(BUILD)/rdspass-fetch $(BUILD)/rdspass-gate $(CLIENTS)
PROGRAMS := $(BUILD)/rdspass $(HELPERS)

.PHONY: all
all: $(PROGRAMS) $(BUILD)/ca/.done

# A folder changes when a source comes or goes, hence src/LAYER among the prerequisites.
$(BUILD)/rdspass: $(CORE_OBJECTS) $(CORE_ARCHIVES) src/cmd
	@echo "  LINK  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(CORE_OBJECTS) $(CORE_ARCHIVES) $(CORE_LIBS)

$(BUILD)/rdspass-fetch: $(FETCH_OBJECTS) $(FETCH_ARCHIVES)
	@echo "  LINK  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(FETCH_OBJECTS) $(FETCH_ARCHIVES) $(FETCH_LIBS)

$(BUILD)/rdspass-gate: $(GATE_OBJECTS) $(GATE_ARCHIVES)
	@echo "  LINK  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(GATE_OBJECTS) $(GATE_ARCHIVES) $(GATE_LIBS)

define layer_rules
$(call archive,$(1)): $(call objects_of,$(1)) $(if $(filter rds,$(1)),$(BUILD)/obj/rds/roots_der.o) src/$(1)
	@mkdir -p $$(@D)
	$(Q)rm -f $$@ && $(AR) rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rules,$(l))))

# Flags that changed are a reason to compile again.
ifneq ($(COMPILES),)
FLAGS := $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(CRYPTO) $(CORE_LIBS) $(FETCH_LIBS) $(GATE_LIBS) \
  $(CLIENT_FLAGS)
ifneq ($(FLAGS),$(shell cat $(BUILD)/flags 2>/dev/null))
$(shell mkdir -p $(BUILD))
$(file >$(BUILD)/flags,$(FLAGS))
endif
endif

# base/context.c alone may ask the process for its environment.
$(BUILD)/obj/base/context.o: DEFINES += -DRP_ALLOW_GETENV
$(BUILD)/obj/codec/json.o $(BUILD)/obj/codec/json_read.o: DEFINES += $(CJSON_CFLAGS)
$(FETCH_OBJECTS): DEFINES += $(CURL_CFLAGS) $(SSL_CFLAGS)
$(GATE_OBJECTS): DEFINES += $(SSL_CFLAGS)
$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The roots: PEM in src/rds/roots, DER in the program, PEM again for other clients.
ROOTS := $(sort $(wildcard src/rds/roots/*.pem))

$(BUILD)/gen/roots_der.c: scripts/embed-roots $(ROOTS) src/rds/roots/roots.tsv
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)scripts/embed-roots src/rds/roots >$@.tmp && mv $@.tmp $@

$(BUILD)/obj/rds/roots_der.o: $(BUILD)/gen/roots_der.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) -Isrc $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/ca/.done: scripts/install-roots $(ROOTS)
	@mkdir -p $(@D)
	$(Q)scripts/install-roots src/rds/roots $(@D) && touch $@

ifneq ($(COMPILES),)
-include $(shell find $(BUILD)/obj $(BUILD)/tests -name '*.d' 2>/dev/null)
endif

# --- install -----------------------------------------------------------------

.PHONY: install uninstall
install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR)/rdspass/ca $(DESTDIR)$(MANDIR)/man1 \
	  $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(BASHCOMPDIR) \
	  $(DESTDIR)$(ZSHCOMPDIR) $(DESTDIR)$(FISHCOMPDIR)
	$(INSTALL) -m 755 $(BUILD)/rdspass $(DESTDIR)$(BINDIR)/rdspass
	$(INSTALL) -d $(DESTDIR)$(LIBEXECDIR)/rdspass
	$(INSTALL) -m 755 $(HELPERS) $(DESTDIR)$(LIBEXECDIR)/rdspass/
	$(INSTALL) -m 644 $(BUILD)/ca/*.pem $(DESTDIR)$(DATADIR)/rdspass/ca/
	for page in docs/man/*.[157]; do \
	  $(INSTALL) -m 644 $$page $(DESTDIR)$(MANDIR)/man$${page##*.}/ || exit 1; done
	$(INSTALL) -m 644 completions/rdspass.bash $(DESTDIR)$(BASHCOMPDIR)/rdspass
	$(INSTALL) -m 644 completions/_rdspass $(DESTDIR)$(ZSHCOMPDIR)/_rdspass
	$(INSTALL) -m 644 completions/rdspass.fish $(DESTDIR)$(FISHCOMPDIR)/rdspass.fish

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/rdspass $(DESTDIR)$(BASHCOMPDIR)/rdspass \
	  $(DESTDIR)$(ZSHCOMPDIR)/_rdspass $(DESTDIR)$(FISHCOMPDIR)/rdspass.fish
	for page in docs/man/*.[157]; do \
	  rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}; done
	rm -rf $(DESTDIR)$(DATADIR)/rdspass $(DESTDIR)$(LIBEXECDIR)/rdspass

# --- tests -------------------------------------------------------------------

include tests/tests.mk

.PHONY: clean help
clean:
	rm -rf build

help:
	@sed -n 's/^## //p' Makefile tests/tests.mk
## make                 build build/release/rdspass
## make install         install to PREFIX (/usr/local), below DESTDIR
## make uninstall       take it away again
## make clean           remove build/
