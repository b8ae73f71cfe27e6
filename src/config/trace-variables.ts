import type { z } from 'zod';
import { MIN_SECRET_CHARS } from './configured-secrets.js';
import type { environmentSchema } from './environment.schema.js';
import type { Environment } from './settings.js';

type Values = z.output<typeof environmentSchema>;

const OF_OPEN_TELEMETRY = /^OTEL_[A-Z]/;

export function isOfOpenTelemetry(variable: string): boolean {
  return OF_OPEN_TELEMETRY.test(variable);
}

/** All of OpenTelemetry's variables, if they name a collector and do not turn traces off. */
export function tracesOf(environment: Environment, values: Values): Record<string, string> | undefined {
  const named = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff =
    environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || environment['OTEL_TRACES_EXPORTER'] === 'none';
  if (named === undefined || isOff) return undefined;
  const all = { ...environment, ...values };
  const set = Object.entries(all).flatMap(([name, value]) =>
    isOfOpenTelemetry(name) && (typeof value === 'number' || (typeof value === 'string' && value !== ''))
      ? [[name, String(value)] as const]
      : [],
  );
  return Object.fromEntries(set);
}

/** What the headers for the collector hold: `Authorization=Bearer%20abc`. */
export function headerSecrets(environment: Environment, { OTEL_EXPORTER_OTLP_HEADERS }: Values): string[] {
  const pairs = [OTEL_EXPORTER_OTLP_HEADERS, environment['OTEL_EXPORTER_OTLP_TRACES_HEADERS']].join(',').split(',');
  return pairs
    .map((pair) => decoded(pair.slice(pair.indexOf('=') + 1).trim()))
    .flatMap((value) => value.split(/\s+/))
    .filter((secret) => secret.length >= MIN_SECRET_CHARS);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
