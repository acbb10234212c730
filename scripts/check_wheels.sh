#!/usr/bin/env bash
# Makes sure that what the service needs is there as wheels, of the hashes that are pinned, for the platforms that
# people have: arm64 as well. They are fetched and unpacked, not run.
#   scripts/check_wheels.sh PYTHON [LOCK]
set -euo pipefail
cd "$(dirname "$0")/.."
lock=${2:-requirements/runtime.txt}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for platform in x86_64-manylinux_2_28 aarch64-manylinux_2_28 aarch64-apple-darwin windows; do
  scripts/uv.sh pip install --python "$1" --python-platform "$platform" --python-version 3.13 --target "$scratch/$platform" \
    --no-deps --only-binary :all: --require-hashes --requirements "$lock" ||
    { echo "wheels: $lock cannot be installed from wheels on $platform" >&2 && exit 1; }
  rm -rf "${scratch:?}/$platform"
done
