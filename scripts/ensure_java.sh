#!/usr/bin/env bash
# Makes sure that there is a JDK for the test that asks the service with Java's own HTTP client.
#
# Taken is what DIGITS_JAVA names, or JAVA_HOME, or a java on the PATH, if it runs a source file. Where there is none,
# the system's headless package is installed. Without one this fails: the tests never skip.
set -euo pipefail

say() { echo "java: $*" >&2; }

there_is() {
  local java=${DIGITS_JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/java}}
  java=$(command -v "${java:-java}") && "$java" --list-modules 2>/dev/null | grep -q '^jdk.compiler@' && echo "$java"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_package() { # the system's own; quiet unless it fails
  local log
  log=$(mktemp)
  {
    if command -v apt-get; then
      as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends default-jdk-headless
    elif command -v dnf; then as_root dnf install -y java-latest-openjdk-devel
    elif command -v apk; then as_root apk add openjdk17-jdk
    elif command -v pacman; then as_root pacman -Sy --noconfirm jdk-openjdk
    elif command -v zypper; then as_root zypper --non-interactive install java-17-openjdk-devel
    elif command -v brew; then brew install openjdk
    else false; fi
  } >"$log" 2>&1 || tail -n 5 "$log" >&2
  rm -f "$log"
}

java=$(there_is) && say "$java" && exit 0
if [ -z "${DIGITS_JAVA:-}" ]; then
  say "installing the system's package ..."
  install_package
  java=$(there_is) && say "$java" && exit 0
fi
say "there is no JDK of Java 11 or newer, and none could be installed. Install one, or set DIGITS_JAVA to its java, and"
say "try again."
exit 1
