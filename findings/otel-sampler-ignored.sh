#!/usr/bin/env bash
# @opentelemetry/sdk-trace 3.1.0 (with api 1.10.0), beside sdk-trace-base 2.12.1, which it replaces, on Node.js 24.
#
# Behaviour: with OTEL_TRACES_SAMPLER=always_off in the environment a TracerProvider of sdk-trace 3 records every span.
# A good guess: none, as with sdk-trace-base 2 and as the specification of the variable says: the SDK that is made
# without a sampler of its own takes the one that the environment names.
# Seen: sdk-trace-base 2.12.1 does not record; sdk-trace 3.1.0 records.
# Why: the files of version 3.1.0 nowhere read the variable; no error and no warning says so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/old" "$folder/new"
install() { npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$1" "${@:2}"; }
install "$folder/old" @opentelemetry/api@1.9.0 @opentelemetry/sdk-trace-base@2.12.1
install "$folder/new" @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.0
cat >"$folder/old/sample.mjs" <<'JS'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
console.log(new BasicTracerProvider().getTracer('sample').startSpan('span').isRecording());
JS
cat >"$folder/new/sample.mjs" <<'JS'
import { TracerProvider } from '@opentelemetry/sdk-trace';
console.log(new TracerProvider().getTracer('sample').startSpan('span').isRecording());
JS
export OTEL_TRACES_SAMPLER=always_off
old=$(node "$folder/old/sample.mjs")
new=$(node "$folder/new/sample.mjs")
echo "OTEL_TRACES_SAMPLER=always_off: sdk-trace-base 2.12.1 records: $old; sdk-trace 3.1.0 records: $new"
[ "$old" = false ] && [ "$new" = true ]
