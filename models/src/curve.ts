export interface Curve {
  title: string;
  /** One point per entry of the log. */
  train: { step: number; loss: number }[];
  /** Held-out losses during training. */
  heldOut: { step: number; loss: number }[];
  /** Losses to compare with, drawn as horizontal lines. */
  levels: { name: string; loss: number }[];
}

const WIDTH = 720;
const HEIGHT = 400;
const MARGIN = { left: 52, right: 128, top: 36, bottom: 44 };

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const round = (value: number) => String(Math.round(value * 10) / 10);

/** A round distance between ticks that gives about `n` of them. */
function tickStep(span: number, n: number): number {
  const raw = span / n;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
}

/** The learning curve as a self-contained SVG; the same data give the same bytes. */
export function learningCurve({ title, train, heldOut, levels }: Curve): string {
  const points = [...train, ...heldOut];
  if (points.length === 0) throw new Error('a learning curve needs at least one point');
  const losses = [...points, ...levels].map(({ loss }) => loss);
  const last = points.reduce((most, { step }) => Math.max(most, step), 1);
  const low = Math.floor(Math.min(...losses) * 2) / 2;
  const high = Math.max(low + 0.5, Math.ceil(Math.max(...losses) * 2) / 2);
  const x = (step: number) => round(MARGIN.left + (step / last) * (WIDTH - MARGIN.left - MARGIN.right));
  const y = (loss: number) =>
    round(HEIGHT - MARGIN.bottom - ((loss - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const path = (series: { step: number; loss: number }[]) =>
    series.map(({ step, loss }) => `${x(step)},${y(loss)}`).join(' ');
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="20" font-size="14">${escapeXml(title)}</text>`,
  ];
  const lossStep = tickStep(high - low, 8);
  for (let i = 0; low + i * lossStep <= high + 1e-9; i++) {
    const loss = low + i * lossStep;
    lines.push(
      `<line x1="${MARGIN.left}" x2="${right}" y1="${y(loss)}" y2="${y(loss)}" stroke="#eee"/>`,
      `<text x="${MARGIN.left - 6}" y="${y(loss)}" text-anchor="end" dominant-baseline="middle">${Number(loss.toFixed(2))}</text>`,
    );
  }
  const stepStep = tickStep(last, 6);
  for (let step = 0; step <= last; step += stepStep)
    lines.push(`<text x="${x(step)}" y="${bottom + 16}" text-anchor="middle">${step}</text>`);
  lines.push(
    `<text x="${(MARGIN.left + right) / 2}" y="${bottom + 34}" text-anchor="middle">step</text>`,
    `<text x="14" y="${(MARGIN.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(MARGIN.top + bottom) / 2})">loss, nats per token</text>`,
  );
  for (const { name, loss } of levels)
    lines.push(
      `<line x1="${MARGIN.left}" x2="${right}" y1="${y(loss)}" y2="${y(loss)}" stroke="#999" stroke-dasharray="5 4"/>`,
      `<text x="${right + 6}" y="${y(loss)}" dominant-baseline="middle" fill="#777">${escapeXml(name)} ${loss.toFixed(2)}</text>`,
    );
  if (train.length > 0) lines.push(`<polyline points="${path(train)}" fill="none" stroke="#7aa6d6" stroke-width="1"/>`);
  if (heldOut.length > 0) {
    lines.push(`<polyline points="${path(heldOut)}" fill="none" stroke="#c0392b" stroke-width="1.5"/>`);
    for (const { step, loss } of heldOut)
      lines.push(`<circle cx="${x(step)}" cy="${y(loss)}" r="2.5" fill="#c0392b"/>`);
  }
  lines.push(
    `<text x="${right - 6}" y="${MARGIN.top + 12}" text-anchor="end" fill="#7aa6d6">train</text>`,
    `<text x="${right - 6}" y="${MARGIN.top + 28}" text-anchor="end" fill="#c0392b">held out</text>`,
    '</svg>',
  );
  return `${lines.join('\n')}\n`;
}
