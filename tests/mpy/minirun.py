"""Runs the test_* functions of modules under MicroPython; exit 1 if any failed.

Prints one line a test, with the bytes it allocated.  micropython minirun.py MODULE...
"""

import gc
import sys

gc.collect()
base = gc.mem_alloc()
failed = 0
for name in sys.argv[1:]:
    try:
        module = __import__(name)
    except Exception as error:
        failed += 1
        print("FAIL", name, "import")
        sys.print_exception(error)
        continue
    gc.collect()
    print("#", name, "import keeps", gc.mem_alloc() - base, "bytes")
    for test in sorted(dir(module)):
        if not test.startswith("test_"):
            continue
        gc.collect()
        before = gc.mem_alloc()
        try:
            getattr(module, test)()
            print("ok", name + "." + test, gc.mem_alloc() - before)
        except Exception as error:
            failed += 1
            print("FAIL", name + "." + test)
            sys.print_exception(error)
sys.exit(1 if failed else 0)
