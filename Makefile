# SPDX-License-Identifier: Apache-2.0
# make V=release|debug|asan|cov|fuzz   builds build/$(V)/mho
# make check | check-all | bench | demo | spice | validate | lint | install
V ?= release
B ?= build/$(V)
CC := gcc
MODE.release := -O3
MODE.debug   := -O0 -g
MODE.asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
MODE.cov     := -O0 -g --coverage
MODE.fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined
ifeq ($(V),fuzz)
CC := clang
endif
PREFIX ?= /usr/local
PKGS := yaml-0.1 gsl openblas jansson zlib sqlite3
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wundef -Wwrite-strings -Wcast-qual -Wdouble-promotion $(if $(CI),-Werror)
OMP.gcc := -fopenmp
OMP.clang := -Wno-source-uses-openmp
CPPFLAGS += -Isrc -MMD -MP -D_POSIX_C_SOURCE=200809L
CFLAGS   += -std=c11 -ffp-contract=off -fno-math-errno $(WARN) $(MODE.$(V)) $(OMP.$(CC)) \
            $(shell pkg-config --cflags $(PKGS))
# GSL finds its CBLAS in OpenBLAS; its own slow one must not stand before it
LDLIBS   += $(filter-out -lgslcblas,$(shell pkg-config --libs $(PKGS))) -lm
ISA.avx2   := -mavx2
ISA.avx512 := -mavx512f -mavx512bw -mavx512vl -mavx512dq -mprefer-vector-width=512
SRCS  := $(wildcard src/*/*.c)
LIB   := $(B)/libmho.a
UNITS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/unit/*.c tests/prop/*.c))
BENCH := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/bench/*.c))
FUZZERS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/fuzz/*.c))

all: $(B)/mho

$(B)/mho: $(B)/src/main.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@
# several machines on one training: Open MPI, as mpicc says; make MPI=1 makes that the mho
MPICC := $(shell command -v mpicc 2>/dev/null)
MPI_FLAGS = $(subst -I,-isystem ,$(shell mpicc --showme:compile))
$(B)/mho-mpi: $(B)/src/main.o src/train/ranks.c $(LIB)
	$(CC) $(CPPFLAGS) $(CFLAGS) -DMHO_MPI $(MPI_FLAGS) -c src/train/ranks.c -o $(B)/ranks_mpi.o
	$(CC) $(CFLAGS) $(LDFLAGS) $< $(B)/ranks_mpi.o $(LIB) $(LDLIBS) $(shell mpicc --showme:link) -o $@
ifdef MPI
all: $(B)/mho-mpi
	cp $(B)/mho-mpi $(B)/mho
endif
$(LIB): $(patsubst %.c,$(B)/%.o,$(SRCS))
	$(RM) $@ && $(AR) rcs $@ $^
$(B)/src/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(ISA.$(lastword $(subst _, ,$(basename $(notdir $<))))) -c $< -o $@
$(B)/tests/%.o: tests/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/support $(CFLAGS) -c $< -o $@
# what the program knows of the place it was built in and of its build
$(B)/src/base/path.o: CPPFLAGS += -DMHO_SOURCE_DIR='"$(CURDIR)"' -DMHO_SHARE_DIR='"$(PREFIX)/share/mho"'
$(B)/src/cmd/cmd_version.o: CPPFLAGS += -DMHO_BUILD='"$(V)"'
$(UNITS): $(B)/tests/%: $(B)/tests/%.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) $^ $(shell pkg-config --libs check) $(LDLIBS) -o $@
$(BENCH): %: %.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@
# a fuzzer replays files when it is not built for fuzzing
$(FUZZERS): $(B)/tests/%: $(B)/tests/%.o $(if $(filter fuzz,$(V)),,$(B)/tests/support/replay.o) $(LIB)
	$(CC) $(CFLAGS) $(if $(filter fuzz,$(V)),-fsanitize=fuzzer) $(LDFLAGS) $^ $(LDLIBS) -o $@

check: $(B)/mho $(if $(MPICC),$(B)/mho-mpi) $(UNITS) $(FUZZERS) lint
	tests/run.sh $(B)
check-all: check
	MHO_DRAWS=1e7 $(B)/tests/unit/check_stats
	$(MAKE) V=asan check-asan
	$(MAKE) fit-trials
check-asan: $(B)/mho $(UNITS) $(FUZZERS)
	MHO_DRAWS=1e5 CK_FORK=no CK_DEFAULT_TIMEOUT=0 tests/run.sh $(B)
fuzz:
	$(MAKE) V=fuzz fuzzers
fuzzers: $(FUZZERS)
bench: $(B)/mho $(BENCH)
	tests/bench/bench.sh $(B)
demo: $(B)/mho
	tools/demo.sh $(B)
# what mho device says of the cells we have
gallery: $(B)/mho
	tools/gallery.sh $(B)/mho doc/cells
	tools/gallery.sh $(B)/mho >$(B)/cells.md && mv $(B)/cells.md doc/cells.md
# 200 synthetic measurements of each sort; remakes tests/ref/fit-trials.csv, some ten minutes
fit-trials: $(B)/tests/unit/check_fit
	$(RM) tests/ref/fit-trials.csv
	MHO_TRIALS=200 MHO_TRIALS_CSV=tests/ref/fit-trials.csv $<
golden: $(B)/mho
	tests/golden/run.sh $(B) bless
	git diff --stat tests/golden
# published macros: remakes tests/ref/validation*.csv, doc/validation-tables.md and .svg, prints the comparison
validate: $(B)/mho
	tools/validate.sh $(B)
# in ngspice: remakes tests/ref/spice-*.csv; PTM_DIR names the folder of the model cards
spice:
	tools/spice/ladder.sh
	tools/spice/run.sh
lint:
	tools/layers.sh
	tools/cites.sh
	tools/banned.sh
	tools/headers.sh
install: $(B)/mho
	install -D $(B)/mho $(DESTDIR)$(PREFIX)/bin/mho
	for d in techfiles designs networks recipes validate; do \
		install -d $(DESTDIR)$(PREFIX)/share/mho/$$d && \
		install -m 644 $$d/*.yaml $(DESTDIR)$(PREFIX)/share/mho/$$d; done
	for f in datasets/*/*; do install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/mho/$$f; done
	for s in reports/*/*.yaml; do install -D -m 644 $$s $(DESTDIR)$(PREFIX)/share/mho/$$s; done
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 doc/*.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 doc/*.5
	install -D -m 644 doc/references.bib $(DESTDIR)$(PREFIX)/share/mho/references.bib
clean:
	$(RM) -r build
.PHONY: all check check-all check-asan fuzz fuzzers bench demo gallery fit-trials golden spice validate lint install clean
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
