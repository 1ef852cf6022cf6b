"""Seconds that a process spent on its core: other processes take turns there, and the wall clock would count theirs."""
import os
import time


def on_core(process):
    """So far; of a backend exact when it sleeps, as it does that has answered."""
    with open(f"/proc/{process}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e9


def timed(process, action):
    """(what the action returns, seconds on the core, seconds of the wall clock)"""
    core, wall = on_core(process), time.perf_counter()
    result = action()
    wall = time.perf_counter() - wall
    if process != os.getpid():
        time.sleep(0.001)  # the backend goes to sleep
    return result, on_core(process) - core, wall
