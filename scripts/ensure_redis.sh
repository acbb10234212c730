#!/usr/bin/env bash
# Makes sure that there is a Redis server for the tests of rate limits that several processes share.
#
# Taken is what DIGITS_REDIS_SERVER names, or a redis-server or valkey-server on the PATH. Where there is none, the
# system's package is installed. Without one this fails: the tests never skip.
set -euo pipefail

say() { echo "redis: $*" >&2; }

there_is() {
  command -v "${DIGITS_REDIS_SERVER:-redis-server}" || { [ -z "${DIGITS_REDIS_SERVER:-}" ] && command -v valkey-server; }
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_package() { # the system's own; quiet unless it fails
  local log
  log=$(mktemp)
  {
    if command -v apt-get; then
      as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server
    elif command -v dnf; then as_root dnf install -y valkey || as_root dnf install -y redis
    elif command -v apk; then as_root apk add redis
    elif command -v pacman; then as_root pacman -Sy --noconfirm valkey
    elif command -v zypper; then as_root zypper --non-interactive install valkey
    elif command -v brew; then brew install redis
    else false; fi
  } >"$log" 2>&1 || tail -n 5 "$log" >&2
  rm -f "$log"
}

server=$(there_is) && say "$server" && exit 0
if [ -z "${DIGITS_REDIS_SERVER:-}" ]; then
  say "installing the system's package ..."
  install_package
  server=$(there_is) && say "$server" && exit 0
fi
say "there is no Redis server, and none could be installed. Install Redis or Valkey, or set DIGITS_REDIS_SERVER to"
say "the executable of one, and try again."
exit 1
