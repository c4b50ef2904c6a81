import { rgb } from 'd3-color';
import { colours } from './colour-scale';
import { Html, html } from './markup';
import type { PageData, PageMap } from './page-data';
import { FONT, themeStyle } from './style';
import { viewerScript } from './viewer-script.generated';

/** One map of a sentence: how much each source token (column) contributes to each target (row). */
export interface TokenMap {
  /** What the map covers: `attention weights`, `Atb`, … */
  scope: string;
  layer: number;
  /** Left out where maps are not split into heads. */
  head?: number;
  /** Row by row, [tokens, tokens]; NaN where a value is undefined. */
  map: { data: ArrayLike<number>; rows: number; columns: number };
}

export interface AttentionMapPageOptions {
  /** `Attention maps` by default. */
  title?: string;
  /** What a value is, shown behind each number. */
  unit?: string;
}

/**
 * A page that steps through the scopes, layers and heads of one sentence, with tokens on both axes. It is one HTML file that
 * fetches nothing; each map takes about 5.4 bytes for each pair of tokens. Values are kept in float32.
 *
 * @throws Error naming the map that does not fit the tokens, that is given twice, or has an infinite value; or where the page would be larger than 400 MB.
 */
export function attentionMapPage(
  tokens: readonly string[],
  maps: readonly TokenMap[],
  { title = 'Attention maps', unit = '' }: AttentionMapPageOptions = {},
): string {
  if (tokens.length === 0) throw new Error('there are no tokens: give at least one');
  if (maps.length === 0) throw new Error('there are no maps: give at least one');
  const megabytes = (maps.length * tokens.length ** 2 * 4 * 4) / 3 / 1e6;
  if (megabytes > MOST_MEGABYTES)
    throw new Error(
      `${maps.length} maps of ${tokens.length} tokens make a page of ${Math.round(megabytes)} MB: give fewer layers or heads, so that it stays below ${MOST_MEGABYTES} MB`,
    );
  const data: PageData = {
    tokens: [...tokens],
    unit,
    maps: maps.map((map) => packed(map, tokens.length)),
    colours: { sequential: palette('sequential'), diverging: palette('diverging') },
  };
  const keys = data.maps.map(nameOf);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice) throw new Error(`${twice} is given twice: give each scope, layer and head once`);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title><style>${STYLE}</style></head><body><main>
<h1>${title}</h1>
<details${tokens.length <= SHORT && html` open`}><summary>Sentence of ${tokens.length} tokens</summary><p>${tokens.join(' ')}</p></details>
<noscript><p>This page needs JavaScript to draw its maps.</p></noscript>
<div class="controls">
<label>scope <select id="scope"></select></label><label>layer <select id="layer"></select></label><label id="head-choice">head <select id="head"></select></label>
<span><button type="button" id="previous">Previous map</button> <button type="button" id="next">Next map</button></span> <span id="position"></span>
</div>
<div class="controls">
<span><button type="button" id="larger">Larger</button> <button type="button" id="smaller">Smaller</button> <button type="button" id="fit">Fit</button></span>
<label><input type="checkbox" id="shared"> same colours for all maps of this scope</label>
<span class="scale"><span id="low"></span><span id="bar"></span><span id="high"></span></span>
</div>
<p><output id="value" for="scope layer head"></output></p>
<div class="view"><div><div id="stage" role="application" tabindex="0" aria-label="Attention map: targets down, sources across" aria-describedby="keys"><div id="sheet"><canvas></canvas></div></div>
<p id="keys">Rows are targets, columns are sources. Point at a cell to read its number, or move with the arrow keys (Home, End and Page Up, Page Down go farther).</p></div>
<table><caption>Largest sources of target <b id="target"></b></caption><thead><tr><th scope="col">source</th><th scope="col">${unit || 'value'}</th></tr></thead><tbody id="sources"></tbody></table></div>
</main><script type="application/json" id="data">${new Html(jsonForScript(data))}</script><script>${new Html(viewerScript)}</script></body></html>
`.text;
}

/** JavaScript's strings end at about 500 MB, and browsers become slow before. */
const MOST_MEGABYTES = 400;

/** A sentence of up to so many tokens is shown at once. */
const SHORT = 60;

/** JSON in which nothing can end the script element around it. */
const jsonForScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const nameOf = ({ scope, layer, head }: Pick<PageMap, 'scope' | 'layer' | 'head'>): string =>
  `the map of scope "${scope}", layer ${layer}${head && `, head ${head}`}`;

function packed({ scope, layer, head, map }: TokenMap, size: number): PageMap {
  const names = { scope, layer: String(layer), head: head === undefined ? '' : String(head) };
  const { rows, columns, data } = map;
  if (rows !== size || columns !== size || data.length !== size * size)
    throw new Error(
      `${nameOf(names)} is ${rows} × ${columns} with ${data.length} values: give ${size} × ${size}, as there are ${size} tokens`,
    );
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    const value = Math.fround(data[i]!);
    if (Math.abs(value) === Number.POSITIVE_INFINITY)
      throw new Error(
        `${nameOf(names)} has ${data[i]} at [${Math.floor(i / size)}, ${i % size}]: give float32 numbers, or NaN where there is none`,
      );
    if (value < low) low = value;
    if (value > high) high = value;
    view.setFloat32(4 * i, value, true);
  }
  return { ...names, range: low <= high ? [low, high] : null, values: base64(bytes) };
}

function base64(bytes: Uint8Array): string {
  let text = '';
  // In pieces, as a call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 0x2000) text += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return btoa(text);
}

const palette = (scale: 'sequential' | 'diverging'): string =>
  colours(scale, 256)
    .map((colour) => rgb(colour).formatHex().slice(1))
    .join('');

const STYLE = html`${themeStyle('auto')}
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;background:var(--figure-ground);color:var(--figure-ink);font:15px/1.5 ${new Html(FONT)};overflow-wrap:anywhere}
main{max-width:1100px;margin:0 auto;padding:20px 16px 40px}
h1{font-size:24px;line-height:1.25;margin:0 0 4px}
p{margin:6px 0}
#keys,#position,summary,caption{color:var(--figure-text)}
summary{cursor:pointer}
.controls{display:flex;flex-wrap:wrap;align-items:center;gap:8px 18px;margin:10px 0}
select,button{font:inherit;color:inherit;background:var(--figure-ground);border:1px solid var(--figure-text);border-radius:6px;padding:3px 10px;max-width:100%}
:focus-visible{outline:2px solid var(--figure-ours);outline-offset:2px}
.scale{display:flex;align-items:center;gap:8px}
#bar{width:140px;height:14px;border-radius:3px}
#value{font-weight:600;min-height:1.5em;display:block;font-variant-numeric:tabular-nums}
#stage{overflow:auto;border:1px solid var(--figure-grid);border-radius:6px;touch-action:pan-x pan-y}
canvas{position:sticky;left:0;top:0;display:block}
table{border-collapse:collapse;margin:14px 0;align-self:start;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:0 0 4px}
th,td{text-align:left;font-weight:400;padding:3px 24px 3px 0;border-bottom:1px solid var(--figure-grid)}
td{text-align:right}
thead th{font-weight:600}
@media (min-width:900px){.view{display:grid;grid-template-columns:minmax(0,1fr) 260px;gap:24px}table{margin:0}}`;
