/** Deeper than any honest answer; recursive code, such as JSON.stringify, survives it. */
export const MAX_LEVELS = 500;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether a JSON text has more than `MAX_LEVELS`. Cheap for short texts, which cannot. */
export function isTooDeep(json: string): boolean {
  return json.length > MAX_LEVELS * 2 && depthOf(json) > MAX_LEVELS;
}

function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index);
    if (quoted) {
      if (code === BACKSLASH) index++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
}
