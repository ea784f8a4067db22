#!/bin/sh
# Puts one program of Debian trixie under DEST without touching the system: an apt with its own lists and sources,
# packages unpacked (never installed), run through trixie's own loader.  Needs apt-get and dpkg-deb; no root.
#   get_debian.sh DEST PACKAGE PROGRAM [ARCH]      PROGRAM: its path in the package, such as usr/bin/micropython
set -eu
DEST=$1; PACKAGE=$2; PROGRAM=$3; ARCH=${4:-$(dpkg --print-architecture)}
mkdir -p "$DEST/debs" "$DEST/root"; DEST=$(cd "$DEST" && pwd); R=$DEST/root
. "$(dirname "$0")/debian_apt.sh"
cd "$DEST/debs"
# the package and everything it links, resolved by apt itself
NEEDED=$(apt-get -s -q -o APT::Install-Recommends=0 install "$PACKAGE" | sed -n 's/^Inst \([^ ]*\) .*/\1/p' | sed 's/:.*//')
# shellcheck disable=SC2086  # a list of packages
apt-get -q download $NEEDED
for d in *.deb; do dpkg-deb -x "$d" "$R"; done
case $ARCH in i386) T=i386-linux-gnu L=ld-linux.so.2;; amd64) T=x86_64-linux-gnu L=ld-linux-x86-64.so.2;;
 arm64) T=aarch64-linux-gnu L=ld-linux-aarch64.so.1;; armhf) T=arm-linux-gnueabihf L=ld-linux-armhf.so.3;; esac
NAME=$(basename "$PROGRAM")
cat > "$DEST/$NAME" <<EOF
#!/bin/sh
exec "$R/usr/lib/$T/$L" --library-path "$R/usr/lib/$T" "$R/$PROGRAM" "\$@"
EOF
chmod +x "$DEST/$NAME"
rm -rf "$A" "$DEST/debs"
echo "$DEST/$NAME"
