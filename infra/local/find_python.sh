#!/bin/sh
# Prints the Python to make .venv with: the one given, or 3.13 (which Lambda runs) where there is one, or any from 3.11 on.
# Looks on PATH, then where pyenv and uv keep theirs: their commands on PATH may stand for versions that are not switched on.

pyenv_versions=${PYENV_ROOT:-$HOME/.pyenv}/versions
uv_versions=${UV_PYTHON_INSTALL_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/uv/python}
without_venv=

offer() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || return 0
    if "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        printf '%s\n' "$1"
        exit 0
    fi
    without_venv=${without_venv:-$1}
}

if [ -n "$1" ]; then
    offer "$1"
    echo "PYTHON=$1 is not a working Python 3.11 or newer with venv; give another one's path, or leave PYTHON out." >&2
    exit 1
fi

for version in 3.13 3.12 3.14 3.11; do
    for candidate in "python$version" "$pyenv_versions/$version".*/bin/python3 \
        "$uv_versions/cpython-$version"*/bin/python3; do
        offer "$candidate"
    done
done
offer python3
offer python

if [ -n "$without_venv" ]; then
    echo "$without_venv cannot make virtual environments; install its venv package (on Debian and Ubuntu: apt install python3-venv) and try again." >&2
else
    echo "No Python 3.11 or newer was found; install Python 3.13 and try again, or give its path: make run PYTHON=/path/to/python3." >&2
fi
exit 1
