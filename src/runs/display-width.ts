import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns of a terminal that the text takes. It must be printable. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** The beginning of the text, with an ellipsis where it had to be cut to fit. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += displayWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return width > 0 ? `${kept.trimEnd()}…` : '';
}
