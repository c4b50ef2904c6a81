interface Point {
  step: number;
  loss: number;
}

export interface Curve {
  title: string;
  /** One point per entry of the log. */
  train: Point[];
  /** Held-out losses during training. */
  heldOut: Point[];
  /** Losses to compare with, by name, drawn as horizontal lines. */
  levels: Record<string, number | undefined>;
}

/** The frame, in a picture of 720 × 400. */
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 592, 36, 356];

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Values from `low` to `high` in about `n` round steps. */
function ticks(low: number, high: number, n: number): number[] {
  const raw = (high - low) / n;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  return Array.from({ length: Math.floor((high - low) / step + 1e-9) + 1 }, (_, i) => low + i * step);
}

/** The learning curve as a self-contained SVG; the same data give the same bytes. */
export function learningCurve({ title, train, heldOut, levels }: Curve): string {
  const points = [...train, ...heldOut];
  if (points.length === 0) throw new Error('a learning curve needs at least one point');
  const compared = Object.entries(levels).flatMap(([name, loss]) => (loss === undefined ? [] : [{ name, loss }]));
  const losses = [...points, ...compared].map(({ loss }) => loss);
  const last = Math.max(1, ...points.map(({ step }) => step));
  const low = Math.floor(Math.min(...losses) * 2) / 2;
  const high = Math.max(low + 0.5, Math.ceil(Math.max(...losses) * 2) / 2);

  const round = (value: number) => Math.round(value * 10) / 10;
  const x = (step: number) => round(LEFT + (step / last) * (RIGHT - LEFT));
  const y = (loss: number) => round(BOTTOM - ((loss - low) / (high - low)) * (BOTTOM - TOP));
  const path = (series: Point[]) => series.map(({ step, loss }) => `${x(step)},${y(loss)}`).join(' ');
  const lines = <T>(items: T[], draw: (item: T) => string) => items.map(draw).join('\n');
  const line = (loss: number, stroke: string) =>
    `<line x1="${LEFT}" x2="${RIGHT}" y1="${y(loss)}" y2="${y(loss)}" ${stroke}/>`;

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 400" font-family="sans-serif" font-size="12" fill="#333">
<rect width="720" height="400" fill="#fff"/>
<text x="52" y="20" font-size="14">${escapeXml(title)}</text>
${lines(
  ticks(low, high, 8),
  (loss) => `${line(loss, 'stroke="#eee"')}
<text x="46" y="${y(loss)}" text-anchor="end" dominant-baseline="middle">${Number(loss.toFixed(2))}</text>`,
)}
${lines(ticks(0, last, 6), (step) => `<text x="${x(step)}" y="372" text-anchor="middle">${step}</text>`)}
<text x="322" y="390" text-anchor="middle">step</text>
<text x="14" y="196" text-anchor="middle" transform="rotate(-90 14 196)">loss, nats per token</text>
${lines(
  compared,
  ({ name, loss }) => `${line(loss, 'stroke="#999" stroke-dasharray="5 4"')}
<text x="598" y="${y(loss)}" dominant-baseline="middle" fill="#777">${escapeXml(name)} ${loss.toFixed(2)}</text>`,
)}
<polyline points="${path(train)}" fill="none" stroke="#7aa6d6" stroke-width="1"/>
<polyline points="${path(heldOut)}" fill="none" stroke="#c0392b" stroke-width="1.5"/>
${lines(heldOut, ({ step, loss }) => `<circle cx="${x(step)}" cy="${y(loss)}" r="2.5" fill="#c0392b"/>`)}
<text x="586" y="48" text-anchor="end" fill="#7aa6d6">train</text>
<text x="586" y="64" text-anchor="end" fill="#c0392b">held out</text>
</svg>
`;
}
