# ruff: noqa: F821  (what makemanifest defines)
# What `make board` says to freeze, and what stands for a board's hardware modules, which are C there.
include("$(BOARD)/frozen.py")
for name in ("machine", "network", "esp32", "time"):
    module(name + ".py", base_path="../board/shims", opt=3)
module("start.py", base_path="../board", opt=3)
