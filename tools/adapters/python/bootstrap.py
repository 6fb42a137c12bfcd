"""Makes the virtual environment if it is not there, and becomes the adapter in it.

Standard input and output belong to the protocol: everything here writes to standard error."""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
REQUIREMENTS = HERE / "requirements.txt"
STAMP = ENVIRONMENT / "installed"


def wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def is_ready() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted()


def make_ready() -> None:
    ENVIRONMENT.mkdir(exist_ok=True)
    with open(ENVIRONMENT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another start may be at it
        if is_ready():
            return
        venv.create(ENVIRONMENT, with_pip=True)
        pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-r", str(REQUIREMENTS)], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        STAMP.write_text(wanted())


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or later wanted")
    if not is_ready():
        make_ready()
    os.execv(PYTHON, [str(PYTHON), str(HERE / "main.py"), *sys.argv[1:]])
