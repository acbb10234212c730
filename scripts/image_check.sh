#!/usr/bin/env bash
# Builds the container image and runs it without a Docker engine, and asks it to read a drawing.
#
# The base is a Debian made by debootstrap (kept in the cache for the next time); buildah builds the Dockerfile on it
# and runs the result. Needs root on a Debian; installs the two tools where they are missing. PORT chooses the port;
# without it any free one is taken.
set -euo pipefail
cd "$(dirname "$0")/.."

base=localhost/digits-check-base
image=localhost/digits-check
port=${PORT:-$(python3 -c 'import socket; one = socket.create_server(("", 0)); print(one.getsockname()[1])')}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/digits-image-check
certificates=/etc/ssl/certs/ca-certificates.crt
log=$cache/log
container=

say() { echo "image-check: $*"; }

fail() {
  say "FAILED: $*" >&2
  tail -n 30 "$log" >&2
  exit 1
}

buildah() { command buildah --storage-driver vfs --root "$cache/storage" --runroot "$cache/run" "$@"; }

options=() # of what runs inside: by default as the user that the image names

inside() { buildah run --isolation chroot --env PORT="$port" "${options[@]}" "$container" -- "$@"; }

config() { # config KEY: the words of a list in the image's own configuration, one a line
  buildah inspect --type image "$image" | python3 -c '
import functools, json, sys
config = json.load(sys.stdin)["Docker"]["config"]
print("\n".join(functools.reduce(dict.__getitem__, sys.argv[1].split("."), config)))' "$1"
}

service_process() {
  local pid
  for pid in $(pgrep --full "digits serve"); do
    if grep --quiet --null-data --line-regexp "PORT=$port" "/proc/$pid/environ"; then echo "$pid"; fi
  done | tail -n 1
}

clean_up() {
  [ -n "$container" ] || return 0
  kill -KILL "$(service_process)" 2>/dev/null || true
  buildah rm "$container" >/dev/null 2>&1 || true
}
trap clean_up EXIT

install_tools() {
  [ "$(id -u)" = 0 ] || fail "this needs root"
  if command -v buildah && command -v debootstrap && command -v curl && command -v pgrep; then return; fi >/dev/null
  say "installing buildah and debootstrap ..."
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    buildah debootstrap curl procps; } \
    >"$log" 2>&1 || fail "they could not be installed"
}

make_base() {
  if buildah inspect --type image "$base" >/dev/null 2>&1; then return; fi
  say "making the base image ..."
  local mirror scratch
  # shellcheck disable=SC2016 # apt fills this in: the mirror that this machine takes its packages from
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Codename: bookworm' | head -n 1 || true)
  rm -rf "$cache/base"
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$cache/base" \
    ${mirror:+"$mirror"} >"$log" 2>&1 || fail "debootstrap made no base"
  scratch=$(buildah from scratch)
  buildah add --quiet "$scratch" "$cache/base" / >/dev/null
  buildah commit --quiet "$scratch" "$base" >/dev/null
  buildah rm "$scratch" >/dev/null
  rm -rf "$cache/base"
}

build_image() {
  say "building ..."
  # No layer is kept: this storage driver runs everywhere but copies the whole image for each, some gigabytes a build.
  buildah build --isolation chroot --format docker --build-arg BASE_IMAGE="$base" \
    --volume "$certificates:$certificates:ro" --tag "$image" . >"$log" 2>&1 || fail "the image does not build"
  buildah rmi --prune --force >/dev/null # the one before
  say "size: $(buildah images --json "$image" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["size"])')"
}

check_contents() {
  [ "$(inside id -u)" = 10001 ] || fail "it does not run as its own user"
  # shellcheck disable=SC2016 # the container's shell expands these
  inside sh -c 'for tool in gcc cc make pip; do if command -v "$tool"; then exit 1; fi; done' >"$log" 2>&1 ||
    fail "it carries build tools"
  inside find / -xdev "(" -name "*-ubyte*" -o -name "*.jsonl.gz" ")" -print 2>/dev/null | tee "$log" | grep -q . &&
    fail "it carries training data"
  return 0
}

run_service() {
  local words
  # As the engine would: the image's entrypoint and command.
  mapfile -t words < <(config Entrypoint && config Cmd)
  words+=("$@")
  say "running: ${words[*]}"
  inside "${words[@]}" >"$log" 2>&1 &
  runner=$!
  for _ in $(seq 100); do
    if curl --silent --fail --output /dev/null "http://127.0.0.1:$port/readyz"; then return; fi
    kill -0 "$runner" 2>/dev/null || fail "it ended at once"
    sleep 0.2
  done
  fail "it is not ready after 20 seconds"
}

check_answers() {
  python3 scripts/ask_service.py "http://127.0.0.1:$port" || fail "it does not answer as it should"
  local healthcheck
  mapfile -t healthcheck < <(config Healthcheck.Test | tail -n +2)
  inside "${healthcheck[@]}" || fail "its health check fails"
  say "the health check passes"
}

check_end() {
  kill -TERM "$(service_process)"
  local code=0
  timeout 10 tail --pid "$runner" -f /dev/null || fail "it does not end when it is told to"
  wait "$runner" || code=$?
  [ "$code" = 0 ] || fail "it ended with $code"
  say "it ends when it is told to"
}

# As OpenShift's restricted-v2 would, and read-only: any user, of group 0, who has no home and owns nothing.
as_anybody() {
  local nothing=$cache/nothing path
  mkdir -p "$nothing"
  options=(--user 123456:0 --env HOME=)
  for path in /tmp /var/tmp; do options+=(--volume "$nothing:$path:ro"); done
}

mkdir -p "$cache"
: >"$log"
install_tools
make_base
build_image
container=$(buildah from "$image")
check_contents
run_service
check_answers
check_end
as_anybody
run_service --workers 2
check_answers
check_end
say "passed"
