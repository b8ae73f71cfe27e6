const MASK = '[redacted]';

/** Below this a value is no secret, and masking it would garble every line. */
const MIN_SECRET_CHARS = 4;
/** Other spellings of a short secret could be part of any text. */
const MIN_SPELLED_CHARS = 8;

const known = new Set<string>();
let maskKnown = secretMask([]);

/** From now on `maskSecrets` masks these, too. */
export function keepSecret(...secrets: readonly (string | undefined)[]): void {
  for (const secret of secrets) if (secret !== undefined) known.add(secret);
  maskKnown = secretMask([...known]);
}

/**
 * The text without any configured secret: everything of foreign origin passes here before it is
 * logged, recorded or printed. Mask before cutting: half a secret would not be found.
 */
export function maskSecrets(text: string): string {
  return maskKnown(text);
}

/**
 * Masks the given secrets wherever they appear in a text, also as JSON, URLs, base64 and hex spell
 * them. Costs one substring search per spelling, 0.1 µs for a line.
 */
export function secretMask(secrets: readonly (string | undefined)[]): (text: string) => string {
  const forms = new Set(
    secrets
      .filter((secret) => secret !== undefined)
      .filter((secret) => secret.length >= MIN_SECRET_CHARS)
      .flatMap(spellings),
  );
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}

function spellings(secret: string): string[] {
  const url = encodeURIComponent(secret.toWellFormed());
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const everyByte = hex.replaceAll(/../g, '%$&');
  const lowerUrl = url.replaceAll(/%../g, (code) => code.toLowerCase());
  const others = [hex, hex.toUpperCase(), everyByte, everyByte.toUpperCase(), ...base64(bytes)];
  return [
    ...[secret, JSON.stringify(secret).slice(1, -1), url, lowerUrl],
    ...others.filter((form) => form.length >= MIN_SPELLED_CHARS),
  ];
}

/** The certain part of what base64 makes of the bytes, wherever they begin in what it encodes. */
function base64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const begin = Math.ceil((8 * before) / 6);
    const end = Math.floor((8 * whole.length) / 6);
    return [whole.toString('base64').slice(begin, end), whole.toString('base64url').slice(begin, end)];
  });
}
