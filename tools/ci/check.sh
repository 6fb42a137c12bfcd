#!/bin/sh
# Runs the suite on an adapter in any CI: unpacks the archive of a release if one is given, checks, and leaves the reports of the run
# in a folder. GitHub's action and GitLab's jobs beside this file call it; it needs nothing but a POSIX shell and tar.
set -eu

usage() {
    cat <<'TEXT'
usage: check.sh [OPTION…] -- ADAPTER [ARG…]
       check.sh [OPTION…] --merge

  --archive FILE  blip66-VERSION-linux-ARCH.tar.gz of a release; without it blip66 is looked for in BLIP66 and in PATH
  --output DIR    where the reports go (default: blip66-reports): run.json, junit.xml, report.html, summary.md
  --shard I/N     run one of N shares; its report is DIR/shard-I.json, and --merge makes one run of all of them
  --expect FILE   a list of known failures (blip66 check --write-expect)
  --merge         no run: one run of DIR/shard-*.json, and the other reports of it

Exit status: that of blip66 check (0 passed, 1 failed, 2 the run cannot be trusted).
TEXT
}

archive=
output=blip66-reports
shard=
expect=
merge=
while [ $# -gt 0 ]; do
    case $1 in
        --archive) archive=${2:?--archive needs a file}; shift 2 ;;
        --output) output=${2:?--output needs a folder}; shift 2 ;;
        --shard) shard=${2:?--shard needs I/N}; shift 2 ;;
        --expect) expect=${2:?--expect needs a file}; shift 2 ;;
        --merge) merge=yes; shift ;;
        --) shift; break ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done
if [ -z "$merge" ] && [ $# -eq 0 ]; then
    usage >&2
    exit 2
fi

mkdir -p "$output"
if [ -n "$archive" ]; then
    mkdir -p "$output/program"
    tar xf "$archive" -C "$output/program" --strip-components=1
    BLIP66=$output/program/bin/blip66
fi
BLIP66=${BLIP66:-blip66}
command -v "$BLIP66" >/dev/null 2>&1 || { echo "$BLIP66 is not here: give --archive, or set BLIP66 to the program" >&2; exit 2; }

# reports : the other forms of run.json.
reports() {
    "$BLIP66" report junit "$output/run.json" -o "$output/junit.xml"
    "$BLIP66" report markdown "$output/run.json" -o "$output/summary.md"
    "$BLIP66" report html "$output/run.json" -o "$output/report.html"
}

status=0
if [ -n "$merge" ]; then
    "$BLIP66" report merge "$output"/shard-*.json -o "$output/run.json"
    reports
    "$BLIP66" report text "$output/run.json" --quiet || status=$?
elif [ -n "$shard" ]; then
    "$BLIP66" check --shard "$shard" ${expect:+--expect "$expect"} \
        --report "json=$output/shard-${shard%%/*}.json" -- "$@" || status=$?
else
    "$BLIP66" check ${expect:+--expect "$expect"} --report "json=$output/run.json" -- "$@" || status=$?
    [ -s "$output/run.json" ] || exit "$status"
    reports
fi
exit "$status"
