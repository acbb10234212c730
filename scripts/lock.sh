#!/usr/bin/env bash
# Resolves the dependencies anew: exact versions with hashes, for every platform and Python we support.
#   runtime.txt  what the service needs        build.txt  what builds the package
#   train.txt    that, and what draws the reports of training
#   dev.txt      runtime, build, training and test tools together: one consistent set
#   js           what checks the page's modules; package.json has the versions
set -euo pipefail
cd "$(dirname "$0")/.."

compile() { # compile OUTPUT ARGUMENT...
  local output=$1
  shift
  scripts/uv.sh pip compile --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
    --output-file "$output" "$@" "${upgrade[@]}"
}

upgrade=("$@") # e.g. --upgrade, or --upgrade-package numpy
compile requirements/dev.txt --extra dev pyproject.toml requirements/build.in
upgrade=()
compile requirements/runtime.txt --constraints requirements/dev.txt pyproject.toml
compile requirements/train.txt --constraints requirements/dev.txt --extra train pyproject.toml
compile requirements/build.txt --constraints requirements/dev.txt requirements/build.in
npm install --prefix requirements/js --package-lock-only --omit-lockfile-registry-resolved --silent
