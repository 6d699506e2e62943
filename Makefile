# flowtap: build, test, measure. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

NODE_PREFIX := $(shell node -p "require('node:path').dirname(require('node:path').dirname(process.execPath))")
CXX ?= g++
CXXFLAGS := -std=c++20 -Wall -Wextra -Werror -fno-exceptions -fno-rtti -Inative
# A comma that $(call) does not take for its own.
, := ,
SANITIZE := -O1 -g -fsanitize=address$(,)undefined -fno-sanitize-recover=undefined
CORE := $(wildcard native/source/*.cc native/decode/*.cc native/flow/*.cc native/text/*.cc native/host/*.cc native/receive/*.cc)
HEADERS := $(wildcard native/*.h native/*/*.h)
CAPTURE := pcaps/office.pcap

# Headers and tools that a source build needs, by the file that shows they are there.
NEEDED := g++:/usr/bin/g++ python3:/usr/bin/python3 libpcap-dev:/usr/include/pcap/pcap.h zlib1g-dev:/usr/include/zlib.h libzstd-dev:/usr/include/zstd.h
# What the tests compare with.
PEERS := nfdump:/usr/bin/nfcapd tshark:/usr/bin/tshark pmacct:/usr/sbin/nfacctd zstd:/usr/bin/zstd openssl:/usr/bin/openssl prometheus:/usr/bin/promtool tcpreplay:/usr/bin/tcpreplay iproute2:/usr/sbin/ip mandoc:/usr/bin/mandoc zsh:/usr/bin/zsh fish:/usr/bin/fish
LINTERS := clang-format-19:/usr/bin/clang-format-19
FUZZERS = clang:/usr/bin/clang++ libclang-rt-dev:$(firstword $(wildcard $(shell clang++ -print-runtime-dir 2>/dev/null)/libclang_rt.fuzzer*.a))
# The kernel-side programs: compiler, headers, loader, and what their tests make interfaces with.
KERNEL := clang:/usr/bin/clang libbpf-dev:/usr/include/bpf/bpf_helpers.h libbpf1:/usr/lib/$(shell $(CXX) -print-multiarch)/libbpf.so.1 iproute2:/usr/sbin/ip ethtool:/usr/sbin/ethtool
SOFTFLOWD := softflowd:/usr/sbin/softflowd time:/usr/bin/time

# $(call apt,LIST): installs the packages of LIST whose file is missing, and says so.
define apt
missing=""; for each in $(1); do [ -e "$${each#*:}" ] || [ -e "/usr/local$${each#*:/usr}" ] || missing="$$missing $${each%%:*}"; done; \
if [ -n "$$missing" ]; then \
  echo "installing with apt:$$missing"; \
  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
fi
endef

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "%-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## install, build, meter a capture and print its flows
	@node dist/cli.js meter -r $(CAPTURE) -o text:-

# ---- build

# Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms. No install scripts are run:
# nothing here needs one (`cap` would build its live capture, of which only the plain JavaScript decoders are used).
node_modules/.package-lock.json: package.json package-lock.json
	npm install --no-save --ignore-scripts --no-fund --no-audit
	@touch $@

.PHONY: system
system:
	@$(call apt,$(NEEDED))

build/Release/flowtap.node: binding.gyp $(CORE) $(HEADERS) $(wildcard native/addon*.cc) native/meter.cc | system node_modules/.package-lock.json
	@npx node-gyp configure build --nodedir=$(NODE_PREFIX) -j 2 --silent >build.log 2>&1 || { cat build.log; exit 1; }
	@rm -f build.log

dist/cli.js: $(shell find src -type f 2>/dev/null) tsconfig.json tsconfig.build.json | node_modules/.package-lock.json
	@rm -rf dist && npx tsc -p tsconfig.build.json && cp -R src/completion/scripts dist/completion/ && chmod +x dist/cli.js

# Every command under the name that SiLK's users type, for PATH.
dist/silk/.links: dist/cli.js
	@node dist/cli/links.js dist/silk ../cli.js && touch $@

# Programs that live capture loads into the kernel (bpf/). Without compiler or headers the meter does the same in user
# space. -mcpu=v3 is the first with atomic operations that return a value.
build/bpf/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h)
	@mkdir -p $(@D) && clang -O2 -g -mcpu=v3 -Wall -Wextra -Werror -target bpf -I/usr/include/$$($(CXX) -print-multiarch) -c $< -o $@

.PHONY: kernel
kernel:
	@$(call apt,$(KERNEL))

.PHONY: kernel-programs
kernel-programs: $(if $(filter test,$(MAKECMDGOALS)),kernel)
	@if command -v clang >/dev/null && [ -e /usr/include/bpf/bpf_helpers.h ]; then \
	  $(MAKE) --no-print-directory -s $(patsubst bpf/%.c,build/bpf/%.o,$(wildcard bpf/*.bpf.c)); \
	else \
	  echo "kernel-side programs are left out: they need clang and libbpf-dev"; \
	fi

# Manual pages from the tables of switches, with the sessions of docs/examples.
dist/man/.pages: dist/cli.js $(wildcard docs/examples/*.txt)
	@rm -rf dist/man && node dist/manual/write.js dist/man docs/examples && touch $@

.PHONY: build
build: build/Release/flowtap.node dist/cli.js dist/silk/.links dist/man/.pages kernel-programs ## build the addon, the program, links with SiLK's names in dist/silk, manual pages in dist/man

# ---- install

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
LIBRARY := $(PREFIX)/lib/flowtap
MANUAL := $(PREFIX)/share/man
# Where the shells look for completions by the name of the command.
BASH_COMPLETIONS := share/bash-completion/completions
ZSH_COMPLETIONS := share/zsh/site-functions
FISH_COMPLETIONS := share/fish/vendor_completions.d
UNITS := $(wildcard packaging/systemd/*.service)

.PHONY: install
install: install-files ## install below PREFIX (/usr/local), with units; SiLK's names only where no SiLK is
	@cp package-lock.json $(DESTDIR)$(LIBRARY)/
	@cd $(DESTDIR)$(LIBRARY) && npm install --omit=dev --no-save --ignore-scripts --no-fund --no-audit --silent && rm package-lock.json
	@echo "installed $(PREFIX)/bin/flowtap; for the service: edit $(SYSCONFDIR)/flowtap/flowtap.yaml, then"
	@echo "  systemd-sysusers && systemctl daemon-reload && systemctl enable --now flowtap"

# All but the packages of npm.
.PHONY: install-files
install-files: build
	@install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBRARY)/build/Release
	@rm -rf $(DESTDIR)$(LIBRARY)/dist $(DESTDIR)$(LIBRARY)/node_modules
	@cp -R dist package.json README.md CHANGELOG.md $(DESTDIR)$(LIBRARY)/
	@install -m 755 build/Release/flowtap.node $(DESTDIR)$(LIBRARY)/build/Release/
	@if [ -e build/bpf/capture.bpf.o ]; then install -D -m 644 -t $(DESTDIR)$(LIBRARY)/build/bpf build/bpf/capture.bpf.o; fi
	@ln -sf ../lib/flowtap/dist/cli.js $(DESTDIR)$(PREFIX)/bin/flowtap
	@node dist/cli/links.js $(DESTDIR)$(PREFIX)/bin ../lib/flowtap/dist/cli.js --beside-silk
	@install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/flowtap docs/*.md
	@for section in 1 5 7; do install -D -m 644 -t $(DESTDIR)$(MANUAL)/man$$section dist/man/man$$section/flowtap*; done
	@install -d $(addprefix $(DESTDIR)$(PREFIX)/,$(BASH_COMPLETIONS) $(ZSH_COMPLETIONS) $(FISH_COMPLETIONS))
	@$(DESTDIR)$(PREFIX)/bin/flowtap completion bash >$(DESTDIR)$(PREFIX)/$(BASH_COMPLETIONS)/flowtap
	@$(DESTDIR)$(PREFIX)/bin/flowtap completion zsh >$(DESTDIR)$(PREFIX)/$(ZSH_COMPLETIONS)/_flowtap
	@$(DESTDIR)$(PREFIX)/bin/flowtap completion fish >$(DESTDIR)$(PREFIX)/$(FISH_COMPLETIONS)/flowtap.fish
	@for name in $$(find $(DESTDIR)$(PREFIX)/bin -maxdepth 1 -type l -lname '*/lib/flowtap/dist/cli.js' ! -name flowtap -printf '%f '); do \
	  cp -P dist/man/man1/$$name.1 $(DESTDIR)$(MANUAL)/man1/; \
	  ln -sf flowtap $(DESTDIR)$(PREFIX)/$(BASH_COMPLETIONS)/$$name; \
	  ln -sf flowtap.fish $(DESTDIR)$(PREFIX)/$(FISH_COMPLETIONS)/$$name.fish; \
	done
	@install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/flowtap packaging/flowtap.yaml packaging/grafana/flowtap.json packaging/prometheus/alerts.yaml
	@install -D -m 644 packaging/systemd/flowtap.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/flowtap.conf
	@install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	@for unit in $(UNITS); do \
	  sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@SYSCONFDIR@|$(SYSCONFDIR)|g' $$unit >$(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/}; \
	done
	@[ -e $(DESTDIR)$(SYSCONFDIR)/flowtap/flowtap.yaml ] || install -D -m 644 packaging/flowtap.yaml $(DESTDIR)$(SYSCONFDIR)/flowtap/flowtap.yaml

.PHONY: uninstall
uninstall: ## remove what install has put below PREFIX; configuration and flows stay
	@find $(DESTDIR)$(PREFIX)/bin -maxdepth 1 -type l -lname '*/lib/flowtap/dist/cli.js' -delete
	@rm -rf $(DESTDIR)$(LIBRARY) $(DESTDIR)$(PREFIX)/share/doc/flowtap $(DESTDIR)$(PREFIX)/share/flowtap
	@rm -f $(DESTDIR)$(MANUAL)/man[157]/flowtap[.-]* $(DESTDIR)$(PREFIX)/$(ZSH_COMPLETIONS)/_flowtap
	@[ ! -d $(DESTDIR)$(MANUAL)/man1 ] || find $(DESTDIR)$(MANUAL)/man1 -type l -lname 'flowtap-*' -delete
	@for folder in $(BASH_COMPLETIONS) $(FISH_COMPLETIONS); do \
	  [ ! -d $(DESTDIR)$(PREFIX)/$$folder ] || find $(DESTDIR)$(PREFIX)/$$folder \( -name flowtap -o -name flowtap.fish -o -lname flowtap -o -lname flowtap.fish \) -delete; \
	done
	@rm -f $(addprefix $(DESTDIR)$(PREFIX)/lib/systemd/system/,$(notdir $(UNITS))) $(DESTDIR)$(PREFIX)/lib/sysusers.d/flowtap.conf

# ---- native drivers for tests: the core without Node

NATIVE := $(CORE) native/meter.cc
DRIVERS := $(wildcard test/native/*/*.cc)
FUZZ_TARGETS := $(wildcard native/fuzz/*.cc)
SENDER := bench/send.cc
vpath %.cc $(sort $(dir $(DRIVERS) $(FUZZ_TARGETS) $(SENDER)))

# $(eval $(call programs,FOLDER,SOURCES,COMPILER,FLAGS)): FOLDER/NAME of each NAME.cc, linked with the whole core.
define programs
$(addprefix $(1)/,$(notdir $(2:.cc=))): $(1)/%: $(1)/obj/%.o $(addprefix $(1)/obj/,$(NATIVE:.cc=.o))
	@$(3) $(4) $$^ -o $$@ -ldl -lpthread -Wl,--as-needed -lpcap

$(1)/obj/%.o: %.cc | system
	@mkdir -p $$(@D) && $(3) $$(CXXFLAGS) -Itest/native $(4) -MMD -MP -c $$< -o $$@
endef

$(eval $(call programs,build/native,$(DRIVERS) $(SENDER),$$(CXX),-O2))
$(eval $(call programs,build/asan,$(DRIVERS),$$(CXX),$(SANITIZE)))
$(eval $(call programs,build/tsan,$(DRIVERS),$$(CXX),-O1 -g -fsanitize=thread))
$(eval $(call programs,build/fuzz,$(FUZZ_TARGETS),clang++,-O1 -g -fsanitize=fuzzer$(,)address$(,)undefined -fno-sanitize-recover=undefined))
-include $(shell find build/native build/asan build/tsan build/fuzz -name '*.d' 2>/dev/null)

build/native/generate: bench/generate.cc
	@mkdir -p build/native && $(CXX) -std=c++20 -O2 -Wall -Wextra -Werror $< -o $@

# ---- test

# Those that need nothing but the core; sanitizers run them, too.
CORE_TESTS := decode_test sampled_headers_test table_test packet_flows_test text_test sampler_test block_codec_test \
  datagram_ring_test reassembly_test capture_datagrams_test udp_receiver_test
# Those with two threads.
THREAD_TESTS := datagram_ring_test udp_receiver_test
NATIVE_TESTS := $(addprefix build/native/,$(CORE_TESTS) kernel_programs_test kernel_selection_test kernel_sockets_test)

.PHONY: test
test: build peers $(NATIVE_TESTS) build/native/packets build/native/summaries build/native/send build/native/pipeline ## install, build, run every test
	@for each in $(filter-out %/kernel_programs_test,$(NATIVE_TESTS)); do $$each; done
	@build/native/kernel_programs_test $(CAPTURES)
	@rm -rf build/js && npx tsc -p tsconfig.json
	@npx ava

# Captures that sanitizers and fuzzers are fed with; they may be missing.
FIXTURES := ../shared/fixtures
CAPTURES = $(sort $(wildcard $(foreach folder,captures community-id export,$(FIXTURES)/$(folder)/*.pcap $(FIXTURES)/$(folder)/*.pcapng $(FIXTURES)/$(folder)/*.cap)))
SANITIZED := $(addprefix build/asan/,$(CORE_TESTS) packets pipeline) $(addprefix build/tsan/,$(THREAD_TESTS) pipeline)

# $(call whole,PROGRAM AND OPTIONS): all captures, one after the other through one flow table.
whole = echo "$(1)"; $(1) $(CAPTURES)
# $(call truncated,PROGRAM AND OPTIONS): every capture at many lengths, two processes at a time.
truncated = echo "$(1) --truncations"; printf '%s\n' $(CAPTURES) | xargs -P 2 -n 4 $(1) --truncations \
  | awk -F'[:}]' '{cuts += $$3} END {print cuts " truncations add up"}'

.PHONY: test-sanitize
test-sanitize: build build/native/send ## the native tests and all captures, whole and cut off, under sanitizers
	@$(MAKE) --no-print-directory -j 2 $(SANITIZED)
	@for each in $(addprefix build/asan/,$(CORE_TESTS)) $(addprefix build/tsan/,$(THREAD_TESTS)); do echo "$$each"; $$each; done
	@rm -rf build/js && npx tsc -p tsconfig.json
	@for each in build/asan/pipeline build/tsan/pipeline; do echo "$$each --interface"; test/native/meter/live.sh $$each --stats --ring 1024 --kernel-programs build/bpf/capture.bpf.o; done
	@FLOWTAP_PACKETS=build/asan/packets npx ava 'build/js/test/native/source/*.test.js'
ifneq ($(CAPTURES),)
	@$(call whole,build/asan/pipeline)
	@$(call whole,build/asan/pipeline --stats --decapsulate)
	@$(call whole,build/asan/pipeline --stats --decapsulate --max-flows 16 --ring 16)
	@$(call whole,build/asan/pipeline --uniflow --key --max-flows 1)
	@$(call whole,build/tsan/pipeline)
	@$(call whole,build/tsan/pipeline --stats --decapsulate --max-flows 16 --ring 16)
	@$(call truncated,build/asan/pipeline --max-flows 1000)
	@$(call truncated,build/asan/pipeline --stats --decapsulate --max-flows 16 --ring 16)
else
	@echo "*** SKIPPED: $(FIXTURES) has no captures, so sanitizers saw none ***" >&2
endif

FUZZ_SECONDS ?= 60

.PHONY: fuzz
fuzz: build ## fuzz decoders, sources, pipeline and readers, each FUZZ_SECONDS (60)
	@$(call apt,$(FUZZERS))
	@$(MAKE) --no-print-directory -j 2 $(addprefix build/fuzz/,$(notdir $(FUZZ_TARGETS:.cc=)))
	@$(if $(CAPTURES),,echo "*** $(FIXTURES) has no captures: the fuzzers start from nothing ***" >&2)
	@for target in $(notdir $(FUZZ_TARGETS:.cc=)); do \
	  mkdir -p build/fuzz/corpus/$$target build/fuzz/artifacts; \
	  echo "$$target for $(FUZZ_SECONDS) s"; \
	  build/fuzz/$$target build/fuzz/corpus/$$target $(addprefix $(FIXTURES)/,$(if $(CAPTURES),captures community-id export)) \
	    -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
	    -artifact_prefix=build/fuzz/artifacts/$$target- -print_final_stats=1 -verbosity=0 -print_funcs=0; \
	done
	@npx tsc -p tsconfig.json && node build/js/test/fuzz/fuzz.js

.PHONY: peers
peers:
	@$(call apt,$(PEERS))

.PHONY: lint
lint: node_modules/.package-lock.json ## formatting, lint, types, unused code
	@$(call apt,$(LINTERS))
	clang-format-19 --dry-run --Werror $$(git ls-files 'native/*.cc' 'native/*.h' 'test/*.cc' 'bench/*.cc' 'bench/*.h' 'bpf/*.c' 'bpf/*.h')
	npx biome check
	npx tsc -p tsconfig.json --noEmit
	npx knip --include files,dependencies,unlisted,duplicates

# ---- measure

.PHONY: bench
bench: build build/native/generate ## time the meter beside Debian's softflowd and nfpcapd
	@$(call apt,$(PEERS) $(SOFTFLOWD))
	@npx tsc -p tsconfig.json && node build/js/bench/meter.js

.PHONY: bench-query
bench-query: build ## time questions to a store beside Debian's nfdump (FLOWS=50000000)
	@$(call apt,$(PEERS) $(SOFTFLOWD))
	@npx tsc -p tsconfig.json && node build/js/bench/query.js

.PHONY: bench-collect
bench-collect: build ## time the collector beside Debian's nfcapd and nfacctd (RECORDS=6000000, RATE=200000)
	@$(call apt,$(PEERS))
	@npx tsc -p tsconfig.json && node build/js/bench/collect.js

.PHONY: soak
soak: build build/native/send ## flood the sensor for MINUTES=10 and watch its memory (root)
	@npx tsc -p tsconfig.json && node build/js/bench/soak.js

.PHONY: bench-live
bench-live: build build/native/send ## time live capture beside Debian's softflowd and nfpcapd (root, SECONDS=15)
	@$(call apt,$(PEERS) $(SOFTFLOWD) ethtool:/usr/sbin/ethtool)
	@npx tsc -p tsconfig.json && node build/js/bench/live.js

.PHONY: docs
docs: build ## write what documentation derives from code again
	@npx tsc -p tsconfig.json && node build/js/src/record/document.js > docs/fields.md && node build/js/src/metrics/document.js > docs/metrics.md && node build/js/src/config/document.js > docs/configuration.md && node build/js/docs/picture.js && node build/js/docs/sessions.js

.PHONY: pcaps
pcaps: node_modules/.package-lock.json ## write the captures of pcaps/ again
	@npx tsc -p tsconfig.json && node build/js/pcaps/make.js pcaps

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build dist
