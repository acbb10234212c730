#!/usr/bin/env bash
# Runs uv, always the same version, from an environment of its own.
set -euo pipefail
venv=$(dirname "$0")/../.lock-venv
[ -x "$venv/bin/uv" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet 'uv==0.13.9'; }
exec "$venv/bin/uv" --no-config --quiet "$@"
