# SPDX-License-Identifier: Apache-2.0
# Builds, tests and installs weihu.
#
#   make            build/weihud (the service) and build/weihu (the command line), messages and man pages
#   make deps       install the Debian packages that are missing
#   make demo       a service with an organisation, and a day of its work; ONCE=1 ends it then, PORT=n, VAR=folder of the data
#   make test       everything that is tested; the last line is "N passed, N failed"
#   make unit       the C unit tests alone
#   make check      style, layers, headers, lint
#   make fuzz       feed each part that reads from outside with bytes of chance, MINUTES=n each (10)
#   make bench      measure against PostgreSQL itself (ROUNDS=5 SECONDS=3 TICKETS=400000 ROWS=100000 FIGURES="file read")
#   make hour       mixed work for an hour (DURATION=3600), then the record is checked
#   make install    PREFIX=/usr/local DESTDIR=
#   make clean      remove what was built
#   make help       this text
#
# VARIANT=san (address and undefined behaviour), tsan (threads) or cov (coverage) builds under build/VARIANT.

# Whole commands with V=1.
Q := $(if $(V),,@)
say = $(if $(V),,@echo '  $(1)')

VARIANT ?=
PREFIX ?= /usr/local
DESTDIR ?=
PYTHON ?= /usr/bin/python3

# One package a line, and what it is for.
define PACKAGES
gcc                        C compiler
libc6-dev                  C library
pkgconf                    finds the libraries
libevent-dev               event loop and HTTP
libcjson-dev               JSON
libyaml-dev                YAML
libpq-dev                  PostgreSQL, client side
postgresql-15              PostgreSQL, for the private cluster
libssl-dev                 TLS, hashes and signatures
libsodium-dev              Argon2id, for passwords
libldap-dev                LDAP directories
libcurl4-openssl-dev       HTTP, for the command line
libsmartcols-dev           tables on terminals
libxlsxwriter-dev          spreadsheets
libical-dev                iCalendar files
libminizip-dev             sees that a spreadsheet is whole
zlib1g-dev                 what the header of minizip includes
check                      unit tests
gettext                    message catalogs
scdoc                      man pages
python3-pytest             the other tests
python3-yaml               reads the API description in tests
python3-jsonschema         holds answers against it
python3-openpyxl           reads spreadsheets back, in tests
procps                     ps, in tests
curl                       in tests
golang-go                  the independent verifier, in tests
golang-golang-x-mod-dev    its library for signed notes and tiled logs
openssl                    a timestamping authority and certificates, in tests
slowhttptest               slow clients, in tests
slapd                      an LDAP directory, in tests
zsh                        its completion, in tests
fish                       its completion, in tests
ca-certificates            in tests
endef

define CHECK_PACKAGES
clang                      second compiler
clang-format               layout
clang-tidy                 lint
cppcheck                   lint
endef

define BENCH_PACKAGES
wrk                        HTTP load
valgrind                   counts instructions
endef

define FUZZ_PACKAGES
clang                      libFuzzer
endef

# Older builds have known holes.
LIBEVENT_LEAST := 2.1.12-stable-8+deb12u1

BUILD := $(if $(VARIANT),build/$(VARIANT),build)

LIBRARIES := libevent libevent_openssl libevent_pthreads libcjson yaml-0.1 libpq libssl libcrypto libsodium ldap libcurl smartcols xlsxwriter minizip libical
TEST_LIBRARIES := check

# The sanitizers make gcc see uninitialised and truncated values where there are none.
VARIANT_     := -O2 -D_FORTIFY_SOURCE=2
VARIANT_san  := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -Wno-format-truncation -Wno-maybe-uninitialized
VARIANT_tsan := -O1 -fsanitize=thread -fno-omit-frame-pointer -Wno-format-truncation -Wno-maybe-uninitialized
VARIANT_cov  := -O0 --coverage
# An arena's pieces stand apart, so that it is seen who reads beyond one. The last library is libFuzzer's.
VARIANT_fuzz := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DBLOCK_FIRST=64 -DBLOCK_LARGEST=64
VARIANT_FLAGS := $(or $(VARIANT_$(VARIANT)),$(error VARIANT is san, tsan, cov, fuzz or empty))

# Asked once, and not before something is compiled: on a bare system `make deps` has to come first.
LIBRARY_FLAGS = $(eval LIBRARY_FLAGS := $$(shell pkg-config --cflags $(LIBRARIES) $(TEST_LIBRARIES)))$(LIBRARY_FLAGS)
LIBRARY_LINKS = $(eval LIBRARY_LINKS := $$(shell pkg-config --libs $(LIBRARIES)))$(LIBRARY_LINKS)
TEST_LINKS = $(eval TEST_LINKS := $$(shell pkg-config --libs $(TEST_LIBRARIES)))$(TEST_LINKS)

DEFINES := -D_GNU_SOURCE \
	-DWEIHU_CONFIG_DIR='"$(PREFIX)/etc/weihu"' \
	-DWEIHU_SCHEMA_DIR='"$(PREFIX)/share/weihu/schema"' \
	-DWEIHU_DOCS_DIR='"$(PREFIX)/share/doc/weihu"' \
	-DWEIHU_LOCALE_DIR='"$(PREFIX)/share/locale"'

CFLAGS ?= -g
ALL_CFLAGS = -std=c11 -Wall -Wextra -Wno-missing-field-initializers -Werror -fstack-protector-strong -fPIE $(VARIANT_FLAGS) $(CFLAGS) \
	$(DEFINES) -Iserver $(LIBRARY_FLAGS) -MMD -MP
ALL_LDFLAGS = -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed $(VARIANT_FLAGS) $(LDFLAGS)

SERVER := $(wildcard server/*/*.c server/*.c)
CLIENT := $(wildcard client/cli/*.c)
SHARED := $(wildcard server/base/*.c server/domain/*.c server/audit/*.c) # what the client takes from the server's side
UNITS  := $(wildcard test/unit/*_test.c)
FUZZED := $(filter-out test/fuzz/replay.c,$(wildcard test/fuzz/*.c))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

# All but main.c as archives, so that each test program links what it needs.
SERVER_PARTS := $(BUILD)/server.a
CLIENT_PARTS := $(BUILD)/client.a
SHARED_PARTS := $(BUILD)/shared.a

PROGRAMS := $(if $(wildcard server/main.c),$(BUILD)/weihud) $(if $(wildcard client/cli/main.c),$(BUILD)/weihu)
TESTS    := $(patsubst test/unit/%.c,$(BUILD)/test/%,$(UNITS))
FUZZERS  := $(patsubst test/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZED))
MESSAGES := $(patsubst client/po/%.po,$(BUILD)/locale/%/LC_MESSAGES/weihu.mo,$(wildcard client/po/*.po))
MANUALS  := $(patsubst docs/man/%.scd,$(BUILD)/man/%,$(wildcard docs/man/*.scd))

# A program built here finds its data here; an installed one finds it under PREFIX.
HERE := WEIHU_BUILD='$(BUILD)' WEIHU_CONFIG_DIR='$(CURDIR)/config' WEIHU_SCHEMA_DIR='$(CURDIR)/schema' \
	WEIHU_DOCS_DIR='$(CURDIR)/docs' WEIHU_LOCALE_DIR='$(CURDIR)/$(BUILD)/locale'

.PHONY: all deps deps-check deps-fuzz deps-bench demo test test-run unit check fuzz fuzz-run bench hour install clean help
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

all: $(PROGRAMS) $(MESSAGES) $(MANUALS)

$(BUILD)/weihud: $(BUILD)/obj/server/main.o $(SERVER_PARTS)
	$(call say,link $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARY_LINKS) -lm

$(BUILD)/weihu: $(BUILD)/obj/client/cli/main.o $(CLIENT_PARTS) $(SHARED_PARTS)
	$(call say,link $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARY_LINKS) -lm

$(TESTS): $(BUILD)/test/%: $(BUILD)/obj/test/unit/%.o $(SERVER_PARTS) $(CLIENT_PARTS)
	@mkdir -p $(@D)
	$(call say,link $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(CLIENT_PARTS) $(SERVER_PARTS) $(LIBRARY_LINKS) $(TEST_LINKS) -lm

# By itself a fuzzed part replays the files that it is given.
FUZZ_MAIN := $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer,$(BUILD)/obj/test/fuzz/replay.o)

$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/obj/test/fuzz/%.o $(filter %.o,$(FUZZ_MAIN)) $(CLIENT_PARTS) $(SERVER_PARTS)
	@mkdir -p $(@D)
	$(call say,link $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(FUZZ_MAIN) $(CLIENT_PARTS) $(SERVER_PARTS) $(LIBRARY_LINKS) -lm

$(SERVER_PARTS): $(call objects,$(filter-out server/main.c,$(SERVER)))
$(CLIENT_PARTS): $(call objects,$(filter-out client/cli/main.c,$(CLIENT)))
$(SHARED_PARTS): $(call objects,$(SHARED))

$(SERVER_PARTS) $(CLIENT_PARTS) $(SHARED_PARTS):
	@rm -f $@
	$(Q)ar rcs $@ $^

$(BUILD)/obj/client/%.o $(BUILD)/obj/test/%.o: ALL_CFLAGS += -Iclient

# The completion scripts are carried in the program.
$(BUILD)/obj/client/cli/completion.o: $(wildcard client/completion/*)

$(BUILD)/obj/%.o: %.c Makefile $(BUILD)/prefix
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Another PREFIX is compiled into other paths.
ifneq ($(file <$(BUILD)/prefix),$(PREFIX))
.PHONY: $(BUILD)/prefix
endif
$(BUILD)/prefix:
	@mkdir -p $(@D)
	@echo '$(PREFIX)' > $@

$(BUILD)/locale/%/LC_MESSAGES/weihu.mo: client/po/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<

$(BUILD)/man/%: docs/man/%.scd
	@mkdir -p $(@D)
	$(Q)scdoc < $< > $@

-include $(patsubst %.o,%.d,$(call objects,$(SERVER) $(CLIENT) $(UNITS) $(FUZZED)))

# Packages first, then a make of its own, which sees them.
test: deps
	@$(MAKE) --no-print-directory test-run

test-run: all $(TESTS) $(FUZZERS)
	@$(HERE) $(PYTHON) test/run $(TESTS) -- test

unit: $(TESTS)
	@$(HERE) $(PYTHON) test/run $(TESTS)

demo: deps
	@$(MAKE) --no-print-directory all
	@$(HERE) $(PYTHON) config/demo/day $(if $(ONCE),--once) $(if $(PORT),--port '$(PORT)') -- '$(or $(VAR),var)'

fuzz: deps-fuzz
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang fuzz-run

fuzz-run: $(FUZZERS)
	@test/fuzz/run '$(or $(MINUTES),10)' $(FUZZERS)

bench: deps-bench
	@$(MAKE) --no-print-directory all
	@$(HERE) $(PYTHON) test/bench/run $(FIGURES)

hour: deps-bench
	@$(MAKE) --no-print-directory all
	@$(HERE) $(PYTHON) test/bench/hour

check: deps-check
	@CC='$(CC)' PYTHON='$(PYTHON)' test/check/run

export PACKAGES CHECK_PACKAGES BENCH_PACKAGES FUZZ_PACKAGES
deps:
	@echo "$$PACKAGES" | test/check/deps $(LIBEVENT_LEAST)

deps-check:
	@printf '%s\n%s\n' "$$PACKAGES" "$$CHECK_PACKAGES" | test/check/deps $(LIBEVENT_LEAST)

deps-fuzz:
	@printf '%s\n%s\n' "$$PACKAGES" "$$FUZZ_PACKAGES" | test/check/deps $(LIBEVENT_LEAST)

deps-bench:
	@printf '%s\n%s\n' "$$PACKAGES" "$$BENCH_PACKAGES" | test/check/deps $(LIBEVENT_LEAST)

install: all
	install -d -m 755 $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/etc/weihu/import
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	for file in config/*.yaml config/import/*.yaml; do \
		target=$(DESTDIR)$(PREFIX)/etc/weihu/$${file#config/}; \
		test -e $$target || install -m 644 $$file $$target || exit 1; \
	done
	for file in $$(find schema -type f); do \
		install -D -m 644 $$file $(DESTDIR)$(PREFIX)/share/weihu/$$file || exit 1; \
	done
	for file in $(patsubst $(BUILD)/%,%,$(MESSAGES)); do \
		install -D -m 644 $(BUILD)/$$file $(DESTDIR)$(PREFIX)/share/$$file || exit 1; \
	done
	for file in $(notdir $(MANUALS)); do \
		install -D -m 644 $(BUILD)/man/$$file $(DESTDIR)$(PREFIX)/share/man/man$${file##*.}/$$file || exit 1; \
	done
	for file in $(notdir $(wildcard docs/*.yaml docs/*.md)); do \
		install -D -m 644 docs/$$file $(DESTDIR)$(PREFIX)/share/doc/weihu/$$file || exit 1; \
	done
	$(call install_completion,weihu.bash,bash-completion/completions/weihu)
	$(call install_completion,weihu.zsh,zsh/site-functions/_weihu)
	$(call install_completion,weihu.fish,fish/vendor_completions.d/weihu.fish)

install_completion = $(if $(wildcard client/completion/$(1)),\
	install -D -m 644 client/completion/$(1) $(DESTDIR)$(PREFIX)/share/$(2),@:)

clean:
	rm -rf build

help:
	@sed -n '4,/^$$/s/^# \{0,1\}//p' Makefile
