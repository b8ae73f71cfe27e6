const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

/** Orders per second, to three digits; further digits are noise. */
export function perSecond(value: number): string {
  return `${whole.format(Number(value.toPrecision(3)))}/s`;
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

export function megabytes(value: number): string {
  return `${value.toFixed(0)} MB`;
}

/** With its sign: `+ 19 MB`. */
export function signedMegabytes(value: number): string {
  return `${value < 0 ? '−' : '+'} ${megabytes(Math.abs(value))}`;
}

/** `share` of 1. */
export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`;
}
