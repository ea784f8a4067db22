#!/bin/sh
# Puts one program of Debian trixie under DEST without touching the system: an apt with its own lists and sources,
# packages unpacked (never installed), run through trixie's own loader.  Needs apt-get and dpkg-deb; no root.
#   get_debian.sh DEST PACKAGE PROGRAM [ARCH]      PROGRAM: its path in the package, such as usr/bin/micropython
set -eu
DEST=$1; PACKAGE=$2; PROGRAM=$3; ARCH=${4:-$(dpkg --print-architecture)}
# the Debian mirror that this machine is configured for; before a first update apt knows it from its sources alone
MIRROR=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' | awk '$1=="Debian" && $2=="Debian" && $3=="main" {print $4; exit}')
[ -n "$MIRROR" ] || MIRROR=$(apt-get indextargets --format '$(COMPONENT) $(REPO_URI)' | awk '$1=="main" && $2 !~ /security/ {print $2; exit}')
[ -n "$MIRROR" ] || { echo "no Debian mirror in this machine's apt sources: needed to fetch $PACKAGE for the tests" >&2; exit 1; }
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$DEST"; DEST=$(cd "$DEST" && pwd); A=$DEST/apt; R=$DEST/root
mkdir -p "$A/lists/partial" "$A/cache/archives/partial" "$A/parts" "$A/log" "$DEST/debs" "$R"
: > "$A/status"
echo "deb [arch=$ARCH signed-by=$KEYRING] $MIRROR trixie main" > "$A/sources.list"
cat > "$A/apt.conf" <<EOF
Dir::Etc::sourcelist "$A/sources.list";
Dir::Etc::sourceparts "$A/parts";
Dir::Etc::preferences "$A/none";
Dir::Etc::preferencesparts "$A/parts";
Dir::State "$A";
Dir::State::lists "$A/lists";
Dir::State::status "$A/status";
Dir::Cache "$A/cache";
Dir::Log "$A/log";
APT::Architecture "$ARCH";
APT::Architectures { "$ARCH"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
EOF
export APT_CONFIG="$A/apt.conf"
apt-get -q update
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
