"""Answers one case a line with dp_accounting's accountant of privacy-loss distributions. In: {releases, asked, grid}. Out: {value, cpuMs}."""

import json
import sys
import time

from dp_accounting import dp_event
from dp_accounting.pld import pld_privacy_accountant


def event(kind, *of):
    if kind == "gaussian":
        return dp_event.GaussianDpEvent(*of)
    if kind == "sampled-gaussian":
        return dp_event.PoissonSampledDpEvent(of[1], dp_event.GaussianDpEvent(of[0]))
    if kind == "sampled-laplace":
        noise = dp_event.LaplaceDpEvent(of[0])
        return noise if of[1] == 1 else dp_event.PoissonSampledDpEvent(of[1], noise)
    if kind == "mixture":
        return dp_event.MixtureOfGaussiansDpEvent(*of)
    return dp_event.TruncatedSubsampledGaussianDpEvent(*of)


for line in sys.stdin:
    case = json.loads(line)
    start = time.process_time()
    accountant = pld_privacy_accountant.PLDAccountant(value_discretization_interval=case["grid"])
    for release in case["releases"]:
        accountant.compose(event(*release["event"]), release["count"])
    asked = case["asked"]
    value = accountant.get_epsilon(asked["delta"]) if "delta" in asked else accountant.get_delta(asked["epsilon"])
    print(json.dumps({"value": value, "cpuMs": (time.process_time() - start) * 1000}), flush=True)
