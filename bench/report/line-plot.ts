export interface Series {
  readonly name: string;
  readonly points: [x: number, y: number][];
}

export interface LinePlot {
  readonly title: string;
  readonly x: { readonly label: string; readonly scale: 'logarithmic' | 'linear' };
  readonly y: { readonly label: string };
  readonly series: readonly Series[];
}

const WIDTH = 720;
const HEIGHT = 400;
const MARGIN = { top: 48, right: 170, bottom: 56, left: 80 };
const INK = '#57606a';
const GRID = '#d0d7de';
/** Distinguishable with colour blindness (Okabe and Ito). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];
const GRID_LINES = 5;
const MAX_TICKS = 10;

/**
 * An SVG with lines over an x axis and a y axis from zero, readable on light and dark
 * pages.
 */
export function linePlot({ title, x, y, series }: LinePlot): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([value]) => value)))].sort((a, b) => a - b);
  const top = roundUp(Math.max(...series.flatMap(({ points }) => points.map(([, value]) => value))));
  const place = placement(xs, top, x.scale === 'linear' ? (value) => value : Math.log);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#ffffff"/>`,
    text(MARGIN.left, 26, title, 'font-size="15" font-weight="600"'),
    ...yAxis(top, y.label, place),
    ...xAxis(x.scale === 'linear' ? thinned(xs) : xs, x.label, place),
    ...series.flatMap((line, index) => drawn(line, COLORS[index % COLORS.length] ?? INK, place)),
    ...legend(series),
    '</svg>',
    '',
  ].join('\n');
}

interface Placement {
  x(value: number): number;
  y(value: number): number;
}

function placement(xs: readonly number[], top: number, scale: (value: number) => number): Placement {
  const low = scale(xs[0] ?? 1);
  const span = scale(xs.at(-1) ?? 1) - low || 1;
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  return {
    x: (value) => round(MARGIN.left + ((scale(value) - low) / span) * width),
    y: (value) => round(MARGIN.top + (1 - value / top) * height),
  };
}

/** As many values as there is room for. */
function thinned(values: readonly number[]): number[] {
  const step = Math.ceil(values.length / MAX_TICKS);
  return values.filter((_, index) => index % step === 0);
}

function yAxis(top: number, label: string, place: Placement): string[] {
  const values = Array.from({ length: GRID_LINES + 1 }, (_, index) => (top / GRID_LINES) * index);
  const lines = values.flatMap((value) => [
    `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${place.y(value)}" y2="${place.y(value)}" stroke="${GRID}"/>`,
    text(MARGIN.left - 8, place.y(value) + 4, value.toLocaleString('en'), 'text-anchor="end"'),
  ]);
  return [...lines, text(MARGIN.left - 8, MARGIN.top - 10, label, 'text-anchor="end"')];
}

function xAxis(values: readonly number[], label: string, place: Placement): string[] {
  const bottom = HEIGHT - MARGIN.bottom;
  const ticks = values.map((value) =>
    text(place.x(value), bottom + 18, value.toLocaleString('en'), 'text-anchor="middle"'),
  );
  return [...ticks, text((MARGIN.left + WIDTH - MARGIN.right) / 2, bottom + 40, label, 'text-anchor="middle"')];
}

function drawn({ points }: Series, color: string, place: Placement): string[] {
  const path = points.map(([x, y]) => `${place.x(x)},${place.y(y)}`).join(' ');
  return [
    `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...points.map(([x, y]) => `<circle cx="${place.x(x)}" cy="${place.y(y)}" r="3.5" fill="${color}"/>`),
  ];
}

function legend(series: readonly Series[]): string[] {
  const left = WIDTH - MARGIN.right + 24;
  return series.flatMap(({ name }, index) => {
    const y = MARGIN.top + 10 + index * 22;
    const color = COLORS[index % COLORS.length] ?? INK;
    return [
      `<line x1="${left}" x2="${left + 18}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="3"/>`,
      text(left + 24, y + 4, name),
    ];
  });
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}"${attributes && ` ${attributes}`}>${escaped}</text>`;
}

/** Rounds to 1, 2, 2.5 or 5 times a power of ten, for round grid lines. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= value) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
