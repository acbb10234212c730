#!/usr/bin/env bash
# Makes sure that there is an nginx for the tests of the service behind a proxy.
#
# Taken is what DIGITS_NGINX names, or an nginx on the PATH or in /usr/sbin. Where there is none, the system's package
# is installed. Without one this fails: the tests never skip.
set -euo pipefail

say() { echo "nginx: $*" >&2; }

there_is() { PATH=$PATH:/usr/sbin command -v "${DIGITS_NGINX:-nginx}"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_package() { # the system's own; quiet unless it fails. The tests start one themselves: none is for the machine.
  local log
  log=$(mktemp)
  {
    if command -v apt-get; then
      as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx-light
    elif command -v dnf; then as_root dnf install -y nginx-core || as_root dnf install -y nginx
    elif command -v apk; then as_root apk add nginx
    elif command -v pacman; then as_root pacman -Sy --noconfirm nginx
    elif command -v zypper; then as_root zypper --non-interactive install nginx
    elif command -v brew; then brew install nginx
    else false; fi
  } >"$log" 2>&1 || tail -n 5 "$log" >&2
  rm -f "$log"
}

server=$(there_is) && say "$server" && exit 0
if [ -z "${DIGITS_NGINX:-}" ]; then
  say "installing the system's package ..."
  install_package
  server=$(there_is) && say "$server" && exit 0
fi
say "there is no nginx, and none could be installed. Install nginx, or set DIGITS_NGINX to the executable of one, and"
say "try again."
exit 1
