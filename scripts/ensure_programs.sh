#!/usr/bin/env bash
# Makes sure that there is what the tests run beside Python and Chromium: a Redis server, an nginx, a JDK, curl, and two
# more engines of browsers: Firefox, and WebKit's driver with its small browser and a screen in memory. Or of the
# programs that are named: npm is what the checks of the page's modules come with.
#
# Taken is what DIGITS_REDIS_SERVER, DIGITS_NGINX, DIGITS_JAVA, DIGITS_FIREFOX and DIGITS_WEBKIT_DRIVER name, or what is
# on the PATH. Where there is none, the system's package is installed. Without one this fails: the tests never skip.
set -euo pipefail
PATH=$PATH:/usr/sbin

find_redis() { command -v "${DIGITS_REDIS_SERVER:-redis-server}" || { [ -z "${DIGITS_REDIS_SERVER:-}" ] && command -v valkey-server; }; }
find_nginx() { command -v "${DIGITS_NGINX:-nginx}"; }
find_firefox() { command -v "${DIGITS_FIREFOX:-firefox-esr}" || { [ -z "${DIGITS_FIREFOX:-}" ] && command -v firefox; }; }
find_webkit() { command -v "${DIGITS_WEBKIT_DRIVER:-WebKitWebDriver}"; }
find_xvfb() { command -v Xvfb; }
find_curl() { command -v curl; }
find_npm() { command -v npm; }
find_java() { # one that runs a source file
  local java=${DIGITS_JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/java}}
  java=$(command -v "${java:-java}") && "$java" --list-modules 2>/dev/null | grep -q '^jdk.compiler@' && echo "$java"
}

packages() { # of a program, by the system's package manager; several are tried one after the other
  case $1-$2 in
    redis-apt-get) echo redis-server ;;
    redis-dnf) echo valkey redis ;;
    redis-apk | redis-brew) echo redis ;;
    redis-*) echo valkey ;;
    nginx-apt-get) echo nginx-light nginx ;;
    nginx-dnf) echo nginx-core nginx ;;
    java-apt-get) echo default-jdk-headless ;;
    java-dnf) echo java-latest-openjdk-devel ;;
    java-apk) echo openjdk17-jdk ;;
    java-pacman) echo jdk-openjdk ;;
    npm-zypper) echo npm-default ;;
    java-zypper) echo java-17-openjdk-devel ;;
    java-brew) echo openjdk ;;
    firefox-apt-get) echo firefox-esr firefox ;;
    firefox-pacman | firefox-dnf | firefox-brew) echo firefox ;;
    firefox-*) echo firefox-esr firefox MozillaFirefox ;;
    webkit-apt-get) echo webkit2gtk-driver ;;
    webkit-dnf) echo webkit2gtk4.1 ;;
    webkit-zypper) echo webkit2gtk-4_1-minibrowser ;;
    webkit-*) echo webkit2gtk-4.1 ;;
    xvfb-dnf | xvfb-zypper) echo xorg-x11-server-Xvfb xorg-x11-server ;;
    xvfb-pacman) echo xorg-server-xvfb ;;
    *) echo "$1" ;;
  esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

is_updated=
update_once() { # the list of packages, for all that are installed
  [ -n "$is_updated" ] || as_root apt-get update
  is_updated=yes
}

install_package() { # MANAGER PACKAGE
  case $1 in
    apt-get) update_once && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2" ;;
    dnf) as_root dnf install -y "$2" ;;
    apk) as_root apk add "$2" ;;
    pacman) as_root pacman -Sy --noconfirm "$2" ;;
    zypper) as_root zypper --non-interactive install "$2" ;;
    brew) brew install "$2" ;;
  esac
}

install() { # the system's own; quiet unless it fails
  local log manager package
  log=$(mktemp)
  for manager in apt-get dnf apk pacman zypper brew; do
    command -v "$manager" >/dev/null || continue
    for package in $(packages "$1" "$manager"); do
      install_package "$manager" "$package" >"$log" 2>&1 && break 2
    done
    tail -n 5 "$log" >&2
    break
  done
  rm -f "$log"
}

[ $# -gt 0 ] || set -- redis nginx java curl firefox webkit xvfb
for program; do
  if ! found=$("find_$program"); then
    echo "$program: installing the system's package ..." >&2
    install "$program"
    found=$("find_$program") || {
      echo "$program: there is none, and none could be installed. Install it and try again; $0 says how it is found." >&2
      exit 1
    }
  fi
  echo "$program: $found" >&2
done
