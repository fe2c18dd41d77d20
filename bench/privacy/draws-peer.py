# The same noise by OpenDP, on vectors of whole numbers so that one call makes many draws. Prints a key and nanoseconds of CPU time a draw.
import statistics
import sys
import time
from importlib.metadata import version

import opendp.prelude as dp

SIZE = 20_000
repetitions = int(sys.argv[1])
dp.enable_features("contrib")
domain = dp.vector_domain(dp.atom_domain(T=int), size=SIZE)
zeros = [0] * SIZE


def measure(key, mechanism):
    mechanism(zeros)
    times = []
    for _ in range(repetitions):
        before = time.process_time()
        mechanism(zeros)
        times.append((time.process_time() - before) / SIZE * 1e9)
    print(f"{key}\t{statistics.median(times):.0f}")


print("version", version("opendp"), sep="\t")
for variance in ("1", "100", "10000", "100000000"):
    measure(
        f"gaussian {variance}",
        dp.m.make_gaussian(domain, dp.l2_distance(T=float), scale=float(variance) ** 0.5),
    )
for scale in ("1", "10", "100", "10000"):
    measure(f"laplace {scale}", dp.m.make_laplace(domain, dp.l1_distance(T=int), scale=float(scale)))
