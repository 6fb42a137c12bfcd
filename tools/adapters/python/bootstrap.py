"""Makes the virtual environment that `run` starts the adapter in.

Standard input and output belong to the protocol: everything here writes to standard error."""

import fcntl
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
REQUIREMENTS = HERE / "requirements.txt"
# A copy of the requirements that are installed.
STAMP = ENVIRONMENT / "installed"


def is_ready() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_bytes() == REQUIREMENTS.read_bytes()


def make_ready() -> None:
    ENVIRONMENT.mkdir(exist_ok=True)
    with open(ENVIRONMENT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another start may be at it
        if is_ready():
            return
        venv.create(ENVIRONMENT, with_pip=True)
        pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-r", str(REQUIREMENTS)], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        STAMP.write_bytes(REQUIREMENTS.read_bytes())


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or later wanted")
    make_ready()
