#!/usr/bin/env bash
# Makes sure that there is a Chromium which Playwright can drive, and writes where it is.
#
#   scripts/ensure_browser.sh PYTHON FILE     PYTHON has Playwright; FILE receives the path of the executable
#
# Taken is, in this order, what DIGITS_CHROMIUM names, a Chromium or Chrome on the PATH (its headless shell first: the
# same engine, which takes a fifth less of the machine), and Playwright's own. Where
# there is none it is installed: Playwright's own download or, if that is refused, the system's package. A browser
# counts only once it has been started and has run a script. Without one this fails: the browser tests never skip.
set -euo pipefail

python=$1
file=$2

say() { echo "browser: $*" >&2; }

found() { # found PATH: the browser is good; remember it and be done
  echo "$1" >"$file"
  say "$1"
  exit 0
}

works() { # works PATH: it starts without a screen and runs a script
  [ -n "$1" ] && [ -x "$1" ] && timeout 60 "$python" - "$1" >/dev/null 2>&1 <<'PYTHON'
import sys
from playwright.sync_api import sync_playwright

flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=flags)
    assert browser.new_page().evaluate("1 + 1") == 2
    browser.close()
PYTHON
}

on_path() { # the first working browser on the PATH
  local name path
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    path=$(command -v "$name" || true)
    if works "$path"; then echo "$path" && return; fi
  done
}

of_playwright() { # where Playwright keeps its own, whether or not it is there yet
  "$python" -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as playwright: print(playwright.chromium.executable_path)'
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_package() { # the system's own package, and a library that Playwright's driver needs; quiet unless it fails
  local log
  log=$(mktemp)
  {
    if command -v apt-get; then
      as_root apt-get update &&
        for package in chromium-headless-shell chromium; do
          as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" fonts-liberation libatomic1 && break
        done
    elif command -v dnf; then as_root dnf install -y chromium libatomic
    elif command -v apk; then as_root apk add chromium
    elif command -v pacman; then as_root pacman -Sy --noconfirm chromium
    elif command -v zypper; then as_root zypper --non-interactive install chromium libatomic1
    elif command -v brew; then brew install --cask chromium
    else false; fi
  } >"$log" 2>&1 || tail -n 5 "$log" >&2
  rm -f "$log"
}

if [ -n "${DIGITS_CHROMIUM:-}" ]; then
  works "$DIGITS_CHROMIUM" && found "$DIGITS_CHROMIUM"
  say "DIGITS_CHROMIUM is '$DIGITS_CHROMIUM', which does not start"
  exit 1
fi

path=$(on_path) && [ -n "$path" ] && found "$path"
own=$(of_playwright 2>/dev/null) || own=
works "$own" && found "$own"

if [ -n "$own" ]; then
  say "none here; asking Playwright for its own ..."
  timeout 300 "$python" -m playwright install chromium >/dev/null 2>&1 || say "its download is refused"
  works "$own" && found "$own"
fi

say "installing the system's package ..."
install_package
path=$(on_path) && [ -n "$path" ] && found "$path"

say "there is no Chromium that starts, and none could be installed. Install Chromium or Chrome, or set"
say "DIGITS_CHROMIUM to its executable, and try again."
exit 1
