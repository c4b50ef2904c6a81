import type { Table } from '../claim/schema';
import { kindOf } from './figures';
import { shown } from './format';
import { type Content, type Html, html } from './markup';
import { style } from './style';
import { type Cell, markOf, type Row, type Summary } from './summary';

/** A self-contained page: no script is needed to read it, and nothing is fetched. */
export function reportHtml(summary: Summary): string {
  const { columns, papers, costs, provenance, run } = summary;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Which claims hold, at which scale</title><style>${style}</style></head><body><main>
<h1>Which claims hold, at which scale</h1>
<p class="soft">Claims of four papers about transformers, measured by <code>pnpm reproduce</code>. Every verdict follows mechanically from a rule that was fixed before measuring, and counts for its own model only: <b>mini</b> is a small model that this repository trained, <b>checkpoint</b> any other, <b>paper</b> the paper’s own; <b>exact</b> needs no model.</p>
${matrix(summary)}
${columns.flatMap(({ name, recorded }) =>
  recorded.map(
    ({ day, command, provenance }) =>
      html`<p class="small soft"><b>${name}</b> was recorded on ${day} with <code>${command}</code> (provenance <code>${provenance.slice(0, 12)}</code>).</p>`,
  ),
)}
${papers.map(
  ({ title, authors, year, url, rows }) =>
    rows.length > 0 &&
    html`<h2>${title}</h2><p class="soft">${authors}, ${year} · <a href="${url}">${url.replace('https://', '')}</a></p>${rows.map(article)}`,
)}
<h2>Where these numbers come from</h2>
<p class="soft">Equal hashes mean equal code, data, settings and machine, and therefore equal numbers.</p>
<dl>${Object.entries(provenance).map(([key, value]) => term(key, values(value)))}</dl>
<details><summary>This run (differs from run to run, outside of the hash)</summary><dl>
${term('finished', run.finished)}${term('host', run.host)}${term('all', run.cost)}
${costs.map(([name, cost]) => term(name, cost))}
</dl></details>
</main><script>addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true))</script></body></html>
`.text;
}

const slug = (text: string): string => text.replace(/[^\w.-]+/g, '-');

const term = (name: string, content: Content): Content => content && html`<dt>${name}</dt><dd>${content}</dd>`;

const list = (items: readonly Content[]): Content =>
  items.length > 0 && html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;

const values = (value: unknown): Html =>
  value !== null && typeof value === 'object'
    ? html`${Object.entries(value).map(([key, item]) => html`<div>${!Array.isArray(value) && key} ${values(item)}</div>`)}`
    : html`<code>${String(value)}</code>`;

const verdict = ({ mark, result, recorded }: Cell): Html =>
  html`<span class="verdict ${slug(result.verdict)}"><i>${mark}</i>${result.verdict}<span class="of"> · ${result.subject}${recorded && ', recorded'}</span></span>`;

const anchor = ({ result: { id, subject } }: Cell): string => `${slug(id)}--${slug(subject)}`;

const news = ({ hasFailed, isNews, acceptance }: Cell): Content => [
  hasFailed && html`<b class="not-reproduced">control failed</b> `,
  isNews && html`<b class="partially">${acceptance}</b>`,
];

/** An interval is not broken in two. */
const measured = ({ measured }: Cell): Html =>
  html`<span class="measured">${measured.replace(/, (?=\S+\]$)/, ',\u00a0')}</span>`;

/** Claims × subjects. On a phone the columns of a row stand below each other, each with the name of its subject. */
function matrix({ columns, papers, tallies }: Summary): Html {
  const heads = columns.map(
    ({ name, scale, recorded }) =>
      html`<th scope="col">${name}<br><span class="small soft">${scale === 'exact' ? 'no model' : scale}${recorded.length > 0 && ', recorded'}</span></th>`,
  );
  const sums = [...new Set(tallies.map(({ uncounted }) => uncounted))].map((uncounted) => {
    const cells = columns.map(({ id }) => {
      const tally = tallies.find((each) => each.subject === id && each.uncounted === uncounted);
      const counts = tally?.counts.map(
        ({ verdict, count }) =>
          html`<span class="verdict ${slug(verdict)}"><i>${markOf(verdict)}</i>${count} <span class="word">${verdict}</span></span> `,
      );
      return html`<td>${counts && html`<span class="of"><b>${id}</b> </span>${counts}`}</td>`;
    });
    return html`<tr class="tally"><th scope="row">${uncounted ? `${uncounted} claims, not counted as measured` : 'verdicts'}</th>${cells}</tr>`;
  });
  const rows = papers.map(({ short, note, rows }) => [
    html`<tr class="paper"><th scope="rowgroup" colspan="${columns.length + 1}">${short}${note && html` <span class="soft">· ${note}</span>`}</th></tr>`,
    rows.map(
      ({ claim, cells }) =>
        html`<tr><th scope="row"><a href="#${slug(claim.id)}">${claim.title}</a></th>${cells.map((cell) =>
          cell
            ? html`<td><a href="#${anchor(cell)}">${verdict(cell)}</a> ${measured(cell)} ${news(cell)}</td>`
            : html`<td></td>`,
        )}</tr>`,
    ),
  ]);
  return html`<div class="scroll"><table class="stack matrix"><thead><tr><th scope="col">claim</th>${heads}</tr></thead><tbody>${sums}${rows}</tbody></table></div>`;
}

const article = ({ claim, cells }: Row): Html => html`<article id="${slug(claim.id)}"><h3>${claim.title}</h3>
<p class="soft">${claim.claim} <span class="small">(${claim.locator})</span></p>
${cells.map((cell) => cell && panel(cell))}
<details><summary>About this claim</summary><dl>
${term('claim', html`<code>${claim.id}</code>, ${claim.kind}`)}
${term('estimated', claim.estimand)}${term('source', claim.source)}
${term('rests on', claim.restsOn && `properties ${claim.restsOn.join(', ')}, tested for any weights`)}
</dl></details></article>`;

/** One claim on one subject; recorded ones start closed. */
const panel = (cell: Cell): Html => html`<details class="panel" id="${anchor(cell)}"${!cell.recorded && html` open`}>
<summary>${verdict(cell)} ${measured(cell)} <span class="soft small">${cell.result.headline?.name}</span> ${news(cell)}</summary>
<p class="found">${cell.result.sentence}</p>
${cell.drift && html`<p class="partially">Moved: ${cell.drift}</p>`}
${cell.result.figures.map((figure) => {
  const { draw, table: numbers } = kindOf(figure);
  return html`<figure><figcaption>${figure.title} <span>${figure.unit}</span></figcaption>${draw(figure)}<p class="soft small">${figure.note}</p><details><summary>The numbers</summary>${table(numbers(figure))}</details></figure>`;
})}
${cell.result.tables.map((data) => html`<details open><summary>${data.title}</summary>${table(data)}</details>`)}
${criteria(cell)}${controls(cell)}
<details><summary>How it was decided</summary><dl>
${term('decision', cell.decision)}${term('expected', cell.expected)}${term('sample', cell.sample)}
${term('p-value', cell.pValue)}${term('accepted', cell.acceptance)}${term('differs from the paper', list(cell.result.deviations))}
</dl></details></details>`;

function table({ columns, rows }: Omit<Table, 'title'>): Html {
  const ofColumn = columns.map((_, i) => rows.some((row) => typeof row[i] === 'number') && html` class="n"`);
  const cell = (value: Table['rows'][number][number]) => (typeof value === 'string' ? value : shown(value));
  return html`<div class="scroll"><table><thead><tr>${columns.map((column, i) => html`<th scope="col"${ofColumn[i]}>${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((value, i) => html`<td${ofColumn[i]}>${cell(value)}</td>`)}</tr>`)}</tbody></table></div>`;
}

const stack = (title: string, heads: readonly string[], rows: readonly Content[][]): Content =>
  rows.length > 0 &&
  html`<h4>${title}</h4><table class="stack"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;

const criteria = (cell: Cell): Content =>
  stack(
    'What was asked, and what came out',
    ['criterion', 'outcome', 'estimate [interval]', 'power'],
    cell.criteria.map(({ statement, rule, outcome, estimates, notAsserted, power, needed }) => [
      html`${statement}<br><span class="small soft">${rule}</span>`,
      html`<b>${outcome}</b>`,
      html`${estimates.map((estimate) => html`<div class="small">${estimate}</div>`)}<div class="small soft">${notAsserted}</div>`,
      power && html`<span class="small"><span class="of">power </span>${power}<br>${needed}</span>`,
    ]),
  );

const controls = (cell: Cell): Content =>
  stack(
    'Controls',
    ['control', 'outcome', 'measured', 'expected'],
    cell.controls.map(({ name, outcome, detail, expected }) => [
      name,
      html`<b${outcome === 'failed' && html` class="not-reproduced"`}>${outcome}</b>`,
      html`<span class="small">${detail}</span>`,
      html`<span class="small soft"><span class="of">expected: </span>${expected}</span>`,
    ]),
  );
