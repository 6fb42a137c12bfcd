# Shared by tools/blip66 and tools/test: finds the project, installs what is missing, builds. Everything that it says goes to
# standard error, so that the program's own output stays clean. To be sourced, with $0 in tools/.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$*"
    exit 2
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@" >&2
    elif command -v sudo >/dev/null 2>&1; then
        say "sudo is needed for: $*"
        sudo "$@" >&2
    else
        stop "not root and no sudo: run this yourself, then start again: $*"
    fi
}

# install APT-PACKAGES BREW-PACKAGES
install() {
    if command -v apt-get >/dev/null 2>&1; then
        say "installing with apt-get: $1"
        # shellcheck disable=SC2086
        { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1; } ||
            stop "apt-get could not install: $1"
    elif command -v brew >/dev/null 2>&1; then
        say "installing with brew: $2"
        # shellcheck disable=SC2086
        brew install -q $2 >&2 || stop "brew could not install: $2"
    else
        stop "neither apt-get nor brew is here. Install by hand, then start again: $1"
    fi
}

ensure_libraries() {
    if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists libsecp256k1 libsodium jansson; then return; fi
    install "libsecp256k1-dev libsodium-dev libjansson-dev pkg-config" "libsecp256k1 libsodium jansson pkgconf"
    pkg-config --exists libsecp256k1 libsodium jansson || stop "pkg-config still does not find libsecp256k1, libsodium and jansson"
}

container_engine() {
    for engine in podman docker; do
        if command -v "$engine" >/dev/null 2>&1 && "$engine" info >/dev/null 2>&1; then
            printf '%s' "$engine"
            return
        fi
    done
}

# Where Swift may be besides PATH.
swift_places() {
    printf '%s\n' "${SWIFTLY_BIN_DIR:-$HOME/.local/share/swiftly/bin}" "$HOME/.swiftly/bin" \
        "${BLIP66_SWIFT:-/opt/swift/usr/bin}" /usr/libexec/swift/bin
}

# use_swift : puts Swift into PATH if it is on this machine.
use_swift() {
    if command -v swift >/dev/null 2>&1; then return; fi
    while IFS= read -r place; do
        if [ -x "$place/swift" ]; then
            PATH="$place:$PATH"
            export PATH
            return
        fi
    done <<TEXT
$(swift_places)
TEXT
    return 1
}

# Swift itself cannot be installed from Debian's packages: use it where it is, else run in its official image, else offer to install it.
ensure_swift() {
    if use_swift; then return; fi
    engine=$(container_engine)
    if [ -n "$engine" ] && [ -z "${BLIP66_IN_CONTAINER:-}" ]; then
        say "swift is not here; running in its official image with $engine (tools/Containerfile)"
        "$engine" build -q -t blip66-swift -f "$root/tools/Containerfile" "$root/tools" >&2 || stop "the image could not be built"
        exec "$engine" run --rm -i -v "$root:$root" -w "$(pwd)" -e BLIP66_IN_CONTAINER=1 blip66-swift "$0" "$@"
    fi
    [ "$(uname -s)" = Linux ] || stop "Swift 6.2 or later is needed and was not found. Get it from https://www.swift.org/install/ , then start
again. With podman or docker running, this script uses the official Swift image instead."
    offer_swiftly
    install_swiftly
    use_swift || stop "swiftly ended well, but there is no swift in $(swift_places | head -n 1)"
}

# Where swiftly comes from: another place for a mirror, or for a test.
swiftly_archive="${BLIP66_SWIFTLY:-https://download.swift.org/swiftly/linux}/swiftly-$(uname -m).tar.gz"
swift_keys=${BLIP66_SWIFT_KEYS:-https://www.swift.org/keys/all-keys.asc}

# offer_swiftly : says what would be done, and goes on when told to: by an answer, by --yes (BLIP66_YES), or under CI=true.
offer_swiftly() {
    say "Swift 6.2 or later is needed and was not found, and neither podman nor docker is running. This script can install Swift with
swiftly, its official installer:
  1. download $swiftly_archive
  2. verify its signature with the keys of $swift_keys, in a key ring of its own; without a valid signature nothing is run
  3. install swiftly into ${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly} and with it the latest release of Swift, a download of about 1 GB,
     3 GB on disk; no profile of your shell is changed
  4. install what Swift needs from this system's packages, which asks for sudo unless you are root
  5. go on with what you asked for
To undo it: swiftly self-uninstall. To do it yourself: https://www.swift.org/install/"
    if [ -n "${BLIP66_YES:-}" ] || [ "${CI:-}" = true ]; then return; fi
    [ -t 0 ] || stop "nobody is there to be asked: start again with --yes (tools/blip66 --yes check), or with BLIP66_YES=1"
    printf 'Go on? [y/N] ' >&2
    read -r reply || reply=
    case $reply in
        y | Y | yes) ;;
        *) stop "nothing was changed" ;;
    esac
}

install_swiftly() {
    for command in curl gpg tar; do
        command -v "$command" >/dev/null 2>&1 || install "curl ca-certificates gnupg tar" ""
    done
    fetched=$(mktemp -d)
    trap 'rm -rf "$fetched"' EXIT
    fetch() { curl -fsSL --compressed -o "$fetched/$1" "$2" || stop "this could not be downloaded: $2"; }
    say "downloading swiftly"
    fetch swiftly.tar.gz "$swiftly_archive"
    fetch swiftly.tar.gz.sig "$swiftly_archive.sig"
    fetch keys.asc "$swift_keys"
    mkdir -m 700 "$fetched/keys"
    gpg --homedir "$fetched/keys" --batch --quiet --import "$fetched/keys.asc" 2>/dev/null || stop "these are no keys: $swift_keys"
    gpg --homedir "$fetched/keys" --batch --quiet --trust-model always --verify "$fetched/swiftly.tar.gz.sig" "$fetched/swiftly.tar.gz" \
        2>"$fetched/verified" || {
        cat "$fetched/verified" >&2
        stop "the signature of $swiftly_archive is not valid: nothing was run"
    }
    say "its signature is valid: $(sed -n 's/^gpg: Good signature from \("[^"]*"\).*/\1/p' "$fetched/verified" | head -n 1)"
    tar xzf "$fetched/swiftly.tar.gz" -C "$fetched"
    "$fetched/swiftly" init --assume-yes --no-modify-profile --skip-install --quiet-shell-followup >&2 || stop "swiftly could not be installed"
    swiftly=${SWIFTLY_BIN_DIR:-$HOME/.local/share/swiftly/bin}/swiftly
    [ -x "$swiftly" ] || stop "swiftly init ended well, but there is no $swiftly"
    "$swiftly" install latest --use --assume-yes --post-install-file="$fetched/packages.sh" >&2 || stop "swiftly could not install Swift"
    if [ -s "$fetched/packages.sh" ]; then
        say "Swift needs packages of this system:"
        cat "$fetched/packages.sh" >&2
        as_root env DEBIAN_FRONTEND=noninteractive sh "$fetched/packages.sh" || stop "they could not be installed"
    fi
    trap - EXIT
    rm -rf "$fetched"
}

# What the build depends on, as one number.
fingerprint() {
    (cd "$root" && { swift --version 2>/dev/null; find Package.swift "$@" -type f | LC_ALL=C sort | xargs cksum; } | cksum)
}

# What the compiler made knows the folder that it was made in: after a copy or a move all of it is made anew. The plan of a build names
# its sources by their whole paths, whoever started it, so that it says which folder that was.
forget_moved_build() {
    plan="$root/.build/release.yaml"
    [ -e "$plan" ] || return 0
    grep -qF "\"$root/" "$plan" && return 0
    say "the folder was copied or moved: building anew"
    (cd "$root/.build" && rm -rf release debug ./*-*-* ./*.yaml plugins blip66.stamp blip66.tests.stamp)
}

# built STAMP FOLDERS OPTIONS… : runs `swift build -c release OPTIONS`, unless nothing in FOLDERS changed since the last time.
built() {
    stamp="$root/.build/$1"
    folders=$2
    shift 2
    # shellcheck disable=SC2086
    now=$(fingerprint $folders)
    if [ -x "$root/.build/release/blip66" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then return; fi
    say "building; the first time takes a few minutes"
    log=$(mktemp)
    if (cd "$root" && swift build -c release "$@") >"$log" 2>&1; then
        rm -f "$log"
    else
        cat "$log" >&2
        rm -f "$log"
        stop "the build failed"
    fi
    printf '%s\n' "$now" >"$stamp"
}

# Builds the program in release.
build() {
    forget_moved_build
    built blip66.stamp Sources --product blip66
}

# Builds the program and the unit tests in release, in one go: two would cost minutes more.
build_tests() {
    forget_moved_build
    built blip66.tests.stamp "Sources Tests" --build-tests
    fingerprint Sources >"$root/.build/blip66.stamp"
}
