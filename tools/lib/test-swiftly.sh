#!/bin/sh
# A machine without Swift, as far as tools/blip66 can tell: what it offers, and that it installs Swift with swiftly only when told to and
# only when the signature is valid. In the place of swiftly and of Swift stand scripts that say what they were asked.
set -eu

tools=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
for needed in gpg curl pkg-config; do
    command -v "$needed" >/dev/null 2>&1 || { echo "skipped: $needed is not installed"; exit 0; }
done
place=$(mktemp -d)
trap 'gpgconf --homedir "$place/keys" --kill all 2>/dev/null; rm -rf "$place"' EXIT

# The project, not built; and the commands of this machine, without Swift and without containers.
mkdir -p "$place/project/tools" "$place/project/Sources" "$place/commands" "$place/site"
cp -R "$tools/blip66" "$tools/lib" "$place/project/tools/"
: >"$place/project/Package.swift"
for command in sh cat chmod cksum cp curl dirname env find gpg gpg-agent gpgconf grep gzip head id ln mkdir mktemp mv pkg-config rm sed sort tail \
    tar uname xargs; do
    found=$(command -v "$command") && ln -s "$found" "$place/commands/$command"
done

# The stand-in: `init` and `install` make what the real ones make.
mkdir "$place/made"
cat >"$place/made/swiftly" <<'TEXT'
#!/bin/sh
bin="$HOME/.local/share/swiftly/bin"
echo "swiftly was asked: $*" >>"$HOME/asked"
case $1 in
    init) mkdir -p "$bin" && cp "$0" "$bin/swiftly" ;;
    install)
        cat >"$bin/swift" <<'SWIFT'
#!/bin/sh
echo "swift was asked: $*" >>"$HOME/asked"
[ "$1" = build ] || exit 0
mkdir -p .build/release
printf '#!/bin/sh\necho "the program runs: $*"\n' >.build/release/blip66
chmod +x .build/release/blip66
SWIFT
        chmod +x "$bin/swift"
        for option in "$@"; do
            case $option in --post-install-file=*) echo 'echo packages >>"$HOME/asked"' >"${option#*=}" ;; esac
        done ;;
esac
TEXT
chmod +x "$place/made/swiftly"
tar czf "$place/site/swiftly-$(uname -m).tar.gz" -C "$place/made" swiftly
mkdir -m 700 "$place/keys"
gpg --homedir "$place/keys" --batch --quiet --passphrase '' --quick-generate-key "Stand-in <swift@example.org>" ed25519 sign never 2>/dev/null
gpg --homedir "$place/keys" --batch --armor --export >"$place/site/keys.asc"
gpg --homedir "$place/keys" --batch --quiet --detach-sign "$place/site/swiftly-$(uname -m).tar.gz"

# run HOME [NAME=VALUE…] COMMAND… : writes what is said to $place/said; its exit status.
run() {
    mkdir -p "$place/$1"
    home="$place/$1"
    shift
    env -i HOME="$home" PATH="$place/commands" BLIP66_SWIFT="$place/nowhere" BLIP66_SWIFTLY="file://$place/site" \
        BLIP66_SWIFT_KEYS="file://$place/site/keys.asc" "$@" </dev/null >"$place/said" 2>&1
}

wrong=0
expect() {
    what=$1
    shift
    "$@" || { echo "FAIL $what; it said:"; sed 's/^/  /' "$place/said"; wrong=$((wrong + 1)); }
}
says() { grep -q -- "$1" "$place/said"; }
asked() { [ "$(cat "$home/asked" 2>/dev/null)" = "$1" ]; }

status=0
run nobody "$place/project/tools/blip66" check || status=$?
expect "without a terminal nothing is installed, exit 2" [ "$status" -eq 2 ]
expect "it says what it would do" says "verify its signature"
expect "and how to go on" says "tools/blip66 --yes check"
expect "nothing was run" asked ""

all="swiftly was asked: init --assume-yes --no-modify-profile --skip-install --quiet-shell-followup"
for how in --yes CI=true; do
    rm -rf "$place/project/.build"
    status=0
    case $how in
        --yes) run yes "$place/project/tools/blip66" --yes check --quiet || status=$? ;;
        *) run ci CI=true "$place/project/tools/blip66" check --quiet || status=$? ;;
    esac
    expect "$how: it goes on to the end" [ "$status" -eq 0 ]
    expect "$how: it says what it does" says "verify its signature"
    expect "$how: it says who signed" says 'its signature is valid: "Stand-in <swift@example.org>"$' 
    expect "$how: the program runs" says "the program runs: check --quiet"
    expect "$how: swiftly was asked for swiftly" grep -qx -- "$all" "$home/asked"
    expect "$how: and for Swift" grep -q "swiftly was asked: install latest --use --assume-yes" "$home/asked"
    expect "$how: packages were installed" grep -qx packages "$home/asked"
    expect "$how: Swift builds" grep -q "swift was asked: build -c release" "$home/asked"
done

echo more >>"$place/site/swiftly-$(uname -m).tar.gz"
status=0
run altered "$place/project/tools/blip66" --yes check || status=$?
expect "an altered archive is not run, exit 2" [ "$status" -eq 2 ]
expect "it says so" says "is not valid: nothing was run"
expect "nothing of it was run" asked ""

rm "$place/site/swiftly-$(uname -m).tar.gz.sig"
status=0
run unsigned "$place/project/tools/blip66" --yes check || status=$?
expect "without a signature nothing is run, exit 2" [ "$status" -eq 2 ]
expect "it says what is missing" says "could not be downloaded: .*\.sig"
expect "nothing of it was run" asked ""

[ "$wrong" -eq 0 ] && echo "a machine without Swift: all is well"
[ "$wrong" -eq 0 ]
