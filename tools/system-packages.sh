#!/usr/bin/env bash
# Install the system packages that a group needs and this machine lacks (Debian, Ubuntu).
#
#   tools/system-packages.sh display    what Qt, OpenGL and a virtual screen need
#   tools/system-packages.sh python     Python with venv
#
# Installs only what is missing, as root or with passwordless sudo, and is silent where nothing is. Where it may not, it prints
# the one line that does, and leaves with status 1.
set -euo pipefail

# package=probe: a command, a shared library's name (also true under another package's name, as libglib2.0-0t64), or "dpkg".
display=(
    xvfb=Xvfb xauth=xauth
    libgl1=libGL.so.1 libegl1=libEGL.so.1 libgl1-mesa-dri=dpkg libglib2.0-0=libgthread-2.0.so.0
    libdbus-1-3=libdbus-1.so.3 libfontconfig1=libfontconfig.so.1
    libxkbcommon0=libxkbcommon.so.0 libxkbcommon-x11-0=libxkbcommon-x11.so.0 libx11-xcb1=libX11-xcb.so.1
    libxcb-cursor0=libxcb-cursor.so.0 libxcb-icccm4=libxcb-icccm.so.4 libxcb-image0=libxcb-image.so.0
    libxcb-keysyms1=libxcb-keysyms.so.1 libxcb-randr0=libxcb-randr.so.0 libxcb-render0=libxcb-render.so.0
    libxcb-render-util0=libxcb-render-util.so.0 libxcb-shape0=libxcb-shape.so.0 libxcb-shm0=libxcb-shm.so.0
    libxcb-sync1=libxcb-sync.so.1 libxcb-xfixes0=libxcb-xfixes.so.0 libxcb-xinerama0=libxcb-xinerama.so.0
    libxcb-xkb1=libxcb-xkb.so.1
)
python=(python3=dpkg python3-venv=dpkg)

is_there() {  # package probe
    case "$2" in
        dpkg) [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
        *.so.*) grep -qF "$2 " <<<"$libraries" ;;
        *) command -v "$2" >/dev/null ;;
    esac
}

case "${1:-}" in
    display) wanted=("${display[@]}") ;;
    python) wanted=("${python[@]}") ;;
    *) echo "Say which packages: $0 display|python" >&2; exit 2 ;;
esac

[ "$(uname -s)" = Linux ] || exit 0
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is neither Debian nor Ubuntu: if something is missing, install what these packages hold: ${wanted[*]%%=*}" >&2
    exit 0
fi

libraries="$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)"
missing=()
for entry in "${wanted[@]}"; do
    is_there "${entry%%=*}" "${entry#*=}" || missing+=("${entry%%=*}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
    root=(env)
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    root=(sudo -n env)
else
    echo "System packages are missing; install them with: sudo sh -c '$line'" >&2
    exit 1
fi
echo "Installing ${#missing[@]} system packages (a few MB each): ${missing[*]}"
"${root[@]}" DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
