# Every target creates what it needs: a virtual environment in .venv, the test interpreters in .mpy and tests/mpy/node_modules.

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,\
  $(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q install
MICROPYTHON := .mpy/i386/micropython
FIRMWARE := .mpy/firmware/micropython
FROZEN := $(shell find aqsense firmware_bridge/board firmware_bridge/boardimage tests/firmware tests/board/shims -type f -name '*.[pmh]*' \
  -not -path '*/batch/*' -not -path '*/__pycache__/*')
WASM := tests/mpy/node_modules/.package-lock.json
MOSQUITTO := $(firstword $(shell PATH="$$PATH:/usr/sbin" command -v mosquitto) .mpy/mosquitto/mosquitto)
STUBS := .mpy/stubs/.installed
ADAPTERS := $(addprefix firmware_bridge/board/,clock.py flash.py main.py mqtt.py start.py tls.py uart.py wifi.py thin.py thin_mqtt.py \
  thin_usb.py)
JOBS ?= 3
PYTEST_ARGS ?=

.PHONY: help demo test soak firmware models bench evaluate lint board clean

help:
	@echo "make demo      live readings and an explained claim, no hardware, no broker"
	@echo "make test      lint, then every test"
	@echo "make soak      ten weeks of a board against CPython, 200 power cuts and damaged flashes, 70,000 messages"
	@echo "make bench     speed, recovery and memory, beside the other drivers of the field"
	@echo "make models    every model simulated, detected and read, as a table"
	@echo "make evaluate  claims against simulated homes whose truth is known"
	@echo "make lint      ruff, mypy, import contracts"
	@echo "make board     a directory to copy to an ESP32 or a Pico W, with sizes"
	@echo "make clean     remove what these targets made"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "aqsense needs Python 3.11 or newer: none found on PATH" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(PIP) -e '.[demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(PIP) -e '.[dev]'
	@touch $@

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	$(PIP) -e '.[dev,bench]'
	@touch $@

$(MICROPYTHON): tests/get_debian.sh
	sh tests/get_debian.sh .mpy/i386 micropython usr/bin/micropython i386
	@touch $@

# Apart from the virtual environment: they would lie in it under the names of other packages.
$(STUBS): | $(BIN)/python
	rm -rf $(@D)
	$(PIP) --target $(@D) 'micropython-rp2-stubs>=1.25'
	@touch $@

$(FIRMWARE): tests/get_firmware.sh tests/debian_apt.sh tests/board/start.py $(FROZEN) $(VENV)/.dev
	sh tests/get_firmware.sh $(@D) $(BIN)/python

.mpy/mosquitto/mosquitto: tests/get_debian.sh
	sh tests/get_debian.sh .mpy/mosquitto mosquitto usr/sbin/mosquitto
	@touch $@

$(WASM): tests/mpy/package-lock.json
	cd tests/mpy && npm ci --silent --no-audit --no-fund
	@touch $@

demo: $(VENV)/.demo
	$(BIN)/aqsense demo $(ARGS)

lint: $(VENV)/.dev $(STUBS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=.mpy/stubs $(BIN)/mypy --config-file firmware_bridge/board/mypy.ini --custom-typeshed-dir .mpy/stubs $(ADAPTERS)
	$(BIN)/lint-imports

test: lint $(MICROPYTHON) $(FIRMWARE) $(WASM) $(MOSQUITTO)
	PATH="$(abspath $(dir $(MOSQUITTO))):$$PATH" $(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup $(PYTEST_ARGS)

soak: $(VENV)/.dev $(FIRMWARE) $(MOSQUITTO)
	PATH="$(abspath $(dir $(MOSQUITTO))):$$PATH" $(BIN)/python -m pytest -q tests/board/soak_packet_ids.py tests/board/soak_same_as_cpython.py tests/board/soak_power_cuts.py

bench: $(VENV)/.bench
	$(BIN)/python -m tests.bench $(ARGS)

models: $(VENV)/.dev
	$(BIN)/python -m tests.models $(ARGS)

evaluate: $(VENV)/.dev
	$(BIN)/aqsense evaluate $(ARGS)

firmware: $(FIRMWARE)

board: $(VENV)/.dev
	$(BIN)/python -m firmware_bridge.boardimage $(ARGS)

clean:
	rm -rf $(VENV) .mpy tests/mpy/node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
