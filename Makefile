# The front door; meson does the work. `make help` says what there is.
#
# Every target installs what it is missing from Debian (tools/packages/*.txt) and
# touches no network when nothing is missing.

BUILD   = build
JOBS    = $(shell nproc)
DESTDIR =
PREFIX  = /usr/local
SECONDS = 60
PROGRAM = $(BUILD)/tlsunset
SETUP   = test -f $(BUILD)/build.ninja || meson setup --prefix=$(PREFIX) --libdir=lib $(BUILD)

.PHONY: help build demo check bench lab fuzz install fmt clean

help:
	@echo "make build            the program, at $(PROGRAM)"
	@echo "make demo             builds, watches examples/, says who breaks at TLS 1.2"
	@echo "make check            builds and runs all tests"
	@echo "make bench            measures against the peers (bench/)"
	@echo "make lab              records captures of real stacks (tools/make-captures)"
	@echo "make fuzz SECONDS=60  runs the fuzz targets for that long in all"
	@echo "make install DESTDIR= PREFIX=/usr/local"
	@echo "make fmt              formats the C sources"
	@echo "make clean            removes $(BUILD)"

build:
	@tools/install-packages build
	@$(SETUP)
	ninja -C $(BUILD) -j $(JOBS) tlsunset

demo: build
	@tools/demo $(PROGRAM)

check:
	@tools/install-packages build check
	@$(SETUP)
	meson configure $(BUILD) -Dtests=enabled
	ninja -C $(BUILD) -j $(JOBS)
	meson test -C $(BUILD) --no-rebuild --num-processes $(JOBS) --print-errorlogs

bench: build
	@tools/install-packages bench
	bench/watch

lab: build
	@tools/install-packages lab
	tools/lab-fetch
	tools/make-captures

fuzz:
	@tools/install-packages build check
	JOBS=$(JOBS) tools/fuzz $(SECONDS)

install:
	@tools/install-packages build
	@$(SETUP)
	meson configure $(BUILD) --prefix=$(PREFIX) --libdir=lib -Dtests=disabled
	ninja -C $(BUILD) -j $(JOBS)
	DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild --quiet

fmt:
	clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf $(BUILD)
