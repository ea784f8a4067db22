"""What an import costs in a fresh process."""

import json
import subprocess
import sys

from tests.project.tree import ROOT

MEASURE = """
import json, sys, time
def rss_kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
before, start = rss_kib(), time.perf_counter()
{imports}
spent = time.perf_counter() - start
print(json.dumps({{"ms": spent * 1000, "kib": rss_kib() - before, "modules": sorted(sys.modules)}}))
"""


def cost(imports: str, runs: int = 5) -> dict:
    """The cheapest of several fresh processes: the import itself, not what else the machine was doing."""
    seen = []
    for _ in range(runs):
        command = [sys.executable, "-c", MEASURE.format(imports=imports)]
        seen.append(json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout))
    return {**seen[0], "ms": min(s["ms"] for s in seen), "kib": min(s["kib"] for s in seen)}
