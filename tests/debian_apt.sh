# An apt of its own for Debian trixie under $DEST/apt, from the mirror that this machine uses; sourced, not run.
# Needs DEST (an absolute path) and ARCH; sets APT_CONFIG.  No root, and nothing of the system changes.
# the Debian mirror that this machine is configured for; before a first update apt knows it from its sources alone
MIRROR=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' | awk '$1=="Debian" && $2=="Debian" && $3=="main" {print $4; exit}')
[ -n "$MIRROR" ] || MIRROR=$(apt-get indextargets --format '$(COMPONENT) $(REPO_URI)' | awk '$1=="main" && $2 !~ /security/ {print $2; exit}')
[ -n "$MIRROR" ] || { echo "no Debian mirror in this machine's apt sources: needed to fetch what the tests run on" >&2; exit 1; }
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
A=$DEST/apt
mkdir -p "$A/lists/partial" "$A/cache/archives/partial" "$A/parts" "$A/log"
: > "$A/status"
cat > "$A/sources.list" <<EOF
deb [arch=$ARCH signed-by=$KEYRING] $MIRROR trixie main
deb-src [signed-by=$KEYRING] $MIRROR trixie main
EOF
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
