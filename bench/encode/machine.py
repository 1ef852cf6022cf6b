"""The machine: its line, and the speed of one core's products in this run."""

import json
import os
import platform
import subprocess

SETS = ["avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8", "amx_bf16"]


def describe():
    text = open("/proc/cpuinfo", encoding="utf-8").read()
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    flags = set(fields.get("flags", "").split())
    return {
        "cpu": fields.get("model name", platform.machine()),
        "cores": os.cpu_count(),
        "instructions": [name for name in SETS if name in flags],
        "load": round(os.getloadavg()[0], 2),
    }


def line(machine):
    return (f"machine: {machine['cpu']}, {machine['cores']} cores, {' '.join(machine['instructions'])}; "
            f"load when the bench began {machine['load']}")


class Products:
    """bench/product_speed.cpp, run again and again; the medians at the end."""

    def __init__(self, program, core, amx):
        self.command = ["taskset", "-c", str(core), program]
        self.limits = {"": {}} | ({"without AMX": {"DNNL_MAX_CPU_ISA": "AVX512_CORE_BF16"}} if amx else {})
        self.runs = {limit: [] for limit in self.limits}

    def measure(self):
        for limit, setting in self.limits.items():
            environment = os.environ | {"OMP_NUM_THREADS": "1"} | setting
            answer = subprocess.run(self.command, env=environment, stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, check=True).stdout
            self.runs[limit].append(json.loads(answer))

    def medians(self):
        """{"": {"f32": {"implementation": .., "cold": {"11": ..}, "warm": .., "best": ..}}, "without AMX": ..}"""
        return {limit: {precision: self.merge([run[precision] for run in runs]) for precision in runs[0]}
                for limit, runs in self.runs.items()}

    @staticmethod
    def merge(runs):
        out = {"implementation": runs[0]["implementation"]}
        for state in ("cold", "warm"):
            out[state] = {rows: median([run[state][rows] for run in runs]) for rows in runs[0][state]}
        out["best"] = max(out["warm"].values())
        return out


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
