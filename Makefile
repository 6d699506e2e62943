# flowtap: build, test, measure. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

NODE_PREFIX := $(shell node -p "require('node:path').dirname(require('node:path').dirname(process.execPath))")
CXX ?= g++
CXXFLAGS := -std=c++20 -Wall -Wextra -Werror -fno-exceptions -fno-rtti -Inative
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
CORE := $(wildcard native/source/*.cc native/decode/*.cc native/flow/*.cc)
HEADERS := $(wildcard native/*.h native/*/*.h)
CAPTURE := pcaps/office.pcap

# Headers and tools that a source build needs, by the file that shows they are there.
NEEDED := g++:/usr/bin/g++ python3:/usr/bin/python3 libpcap-dev:/usr/include/pcap/pcap.h zlib1g-dev:/usr/include/zlib.h libzstd-dev:/usr/include/zstd.h
# What the tests compare with.
PEERS := nfdump:/usr/bin/nfcapd tshark:/usr/bin/tshark pmacct:/usr/sbin/nfacctd zstd:/usr/bin/zstd
LINTERS := clang-format-19:/usr/bin/clang-format-19
FUZZERS := clang:/usr/bin/clang++ libclang-rt-14-dev:/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a
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

build/Release/flowtap.node: binding.gyp $(CORE) $(HEADERS) native/addon.cc native/meter.cc | system node_modules/.package-lock.json
	@npx node-gyp configure build --nodedir=$(NODE_PREFIX) -j 2 --silent >build.log 2>&1 || { cat build.log; exit 1; }
	@rm -f build.log

dist/cli.js: $(shell find src -name '*.ts' 2>/dev/null) tsconfig.json tsconfig.build.json | node_modules/.package-lock.json
	@rm -rf dist && npx tsc -p tsconfig.build.json && chmod +x dist/cli.js

.PHONY: build
build: build/Release/flowtap.node dist/cli.js ## build the addon and the program

# ---- native drivers for tests: the sources and the decoder without Node

build/native/%: test/native/source/%.cc $(CORE) $(HEADERS) | system
	@mkdir -p build/native && $(CXX) $(CXXFLAGS) -O2 $< $(CORE) -o $@ -ldl -lpthread

build/native/%: test/native/decode/%.cc $(CORE) $(HEADERS) | system
	@mkdir -p build/native && $(CXX) $(CXXFLAGS) -O2 $< $(CORE) -o $@ -ldl -lpthread -lpcap

build/native/%: test/native/flow/%.cc $(CORE) $(HEADERS) | system
	@mkdir -p build/native && $(CXX) $(CXXFLAGS) -O2 $< $(CORE) -o $@ -ldl -lpthread

build/native/generate: bench/generate.cc
	@mkdir -p build/native && $(CXX) -std=c++20 -O2 -Wall -Wextra -Werror $< -o $@

# ---- test

.PHONY: test
test: build peers build/native/packets build/native/summaries build/native/decode_test build/native/table_test ## install, build, run every test
	@build/native/decode_test
	@build/native/table_test
	@rm -rf build/js && npx tsc -p tsconfig.json
	@npx ava

.PHONY: peers
peers:
	@$(call apt,$(PEERS))

.PHONY: lint
lint: node_modules/.package-lock.json ## formatting, lint, types, unused code
	@$(call apt,$(LINTERS))
	clang-format-19 --dry-run --Werror $$(git ls-files 'native/*.cc' 'native/*.h' 'test/*.cc' 'bench/*.cc')
	npx biome check
	npx tsc -p tsconfig.json --noEmit
	npx knip --include files,dependencies,unlisted,unresolved,duplicates

# ---- measure

.PHONY: bench
bench: build build/native/generate ## time the meter beside Debian's softflowd and nfpcapd
	@$(call apt,$(PEERS) $(SOFTFLOWD))
	@npx tsc -p tsconfig.json && node build/js/bench/meter.js

.PHONY: docs
docs: build ## write what documentation derives from code again
	@npx tsc -p tsconfig.json && node build/js/src/record/document.js > docs/fields.md && node build/js/docs/picture.js

.PHONY: pcaps
pcaps: node_modules/.package-lock.json ## write the captures of pcaps/ again
	@npx tsc -p tsconfig.json && node build/js/pcaps/make.js pcaps

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build dist
