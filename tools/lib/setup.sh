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

# Swift itself cannot be installed from Debian's packages: use it where it is, else run in its official image, else explain.
ensure_swift() {
    if command -v swift >/dev/null 2>&1; then return; fi
    for place in /opt/swift/usr/bin /usr/libexec/swift/bin "$HOME/.local/share/swiftly/bin" "$HOME/.swiftly/bin"; do
        if [ -x "$place/swift" ]; then
            PATH="$place:$PATH"
            export PATH
            return
        fi
    done
    engine=$(container_engine)
    if [ -n "$engine" ] && [ -z "${BLIP66_IN_CONTAINER:-}" ]; then
        say "swift is not here; running in its official image with $engine (tools/Containerfile)"
        "$engine" build -q -t blip66-swift -f "$root/tools/Containerfile" "$root/tools" >&2 || stop "the image could not be built"
        exec "$engine" run --rm -i -v "$root:$root" -w "$(pwd)" -e BLIP66_IN_CONTAINER=1 blip66-swift "$0" "$@"
    fi
    stop "Swift 6.2 or later is needed and was not found. Get it from https://www.swift.org/install/ :
  curl -O https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz && tar zxf swiftly-$(uname -m).tar.gz && ./swiftly init
then open a new shell and start again. With podman or docker running, this script uses the official Swift image instead."
}

# What the build depends on, as one number.
fingerprint() {
    (cd "$root" && { swift --version 2>/dev/null; find Package.swift "$@" -type f | LC_ALL=C sort | xargs cksum; } | cksum)
}

# What the compiler made knows the folder that it was made in: after a copy or a move all of it is made anew.
forget_moved_build() {
    [ -e "$root/.build" ] || return 0
    [ "$(cat "$root/.build/blip66.root" 2>/dev/null)" = "$root" ] && return 0
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
    printf '%s\n' "$root" >"$root/.build/blip66.root"
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
