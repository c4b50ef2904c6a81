import { type Content, type Html, html } from '@interlayer/figures';
import { needsNoSubject } from '../claim/schema';
import { anchor, claimSection, measured, news, term } from './claim-section';
import { legend } from './legend';
import { standing } from './standing';
import { style } from './style';
import type { Cell, Column, Row, Summary } from './summary';
import { dataTable } from './table';
import { slug, verdictMark } from './verdict-mark';

/** A self-contained page: no script is needed to read it, and nothing is fetched. */
export function reportHtml(summary: Summary): string {
  const { columns, papers, calibration, costs, provenance, run } = summary;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Which claims hold, at which scale</title><style>${style}</style></head><body><main>
<h1>Which claims hold, at which scale</h1>
<p class="soft">Claims of four papers about transformers, measured by <code>pnpm reproduce</code>. Every verdict follows mechanically from a rule that was fixed before measuring, and counts for its own model only. <a href="#words">What the words mean</a></p>
<ul class="findings">${papers.map(
    ({ short, title, finding }) =>
      html`<li><b>${short}</b> <cite>${title}</cite> <span>${finding.map((word) => (typeof word === 'string' ? word : verdictMark(word.verdict, word.text)))}</span></li>`,
  )}</ul>
${matrix(summary)}
${columns.flatMap(({ name, recorded }) =>
  recorded.map(
    ({ day, command, provenance }) =>
      html`<p class="soft small"><b>${name}</b> was recorded on ${day} with <code>${command}</code> (provenance <code>${provenance.slice(0, 12)}</code>).</p>`,
  ),
)}
${legend()}
${papers.map(
  ({ title, authors, year, url, rows }) =>
    rows.length > 0 &&
    html`<section><h2>${title}</h2><p class="soft">${authors}, ${year} · <a href="${url}">${url.replace('https://', '')}</a></p>${rows.map(claimSection)}</section>`,
)}
<section><h2>Where these numbers come from</h2>
<p class="soft">Equal hashes mean equal code, data, settings and machine, and therefore equal numbers.</p>
<dl>${Object.entries(provenance).map(([key, value]) => term(key, values(value)))}</dl>
<details><summary>This run (differs from run to run, outside of the hash)</summary><dl>
${term('finished', run.finished)}${term('host', run.host)}${term('all', run.cost)}
${costs.map(([name, cost]) => term(name, cost))}
</dl></details></section>
${calibration.length > 0 && html`<section><h2>How far to trust the rules</h2><p class="soft">The rules, by the code that measures the claims, were tried on data whose truth is known. The data are drawn by a model of what a transformer gives, not by a transformer; claims that are not listed were not tried. Where power is missed, the sample of a claim is too small for its smallest effect: the claim then comes out undecided more often than it should, not wrong, and its criteria say which sample they need.</p>${calibration.map((data) => html`<h3>${data.title}</h3>${standing(data) && html`<p>${standing(data)}</p>`}<details><summary>All ${data.rows.length} rows</summary>${dataTable(data)}</details>`)}</section>`}
</main><script>addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true))</script></body></html>
`.text;
}

const values = (value: unknown): Html =>
  value !== null && typeof value === 'object'
    ? html`${Object.entries(value).map(([key, item]) => html`<div>${!Array.isArray(value) && key} ${values(item)}</div>`)}`
    : html`<code>${String(value)}</code>`;

const columnName = ({ name, scale, days }: Column): Html =>
  html`${name} <small>${scale}${days && `, recorded ${days}`}</small>`;

/**
 * Claims × subjects. A claim that needs no model has one cell, across all columns. On a phone each row is a card, in which
 * every verdict has the name of its subject.
 */
function matrix({ columns, papers }: Summary): Html {
  const models = columns.flatMap((column, i) => (needsNoSubject(column.scale) ? [] : [{ column, i }]));
  const across = Math.max(1, models.length);
  const heads = models.map(({ column }) => html`<th role="columnheader" scope="col">${columnName(column)}</th>`);
  const cellsOf = ({ claim, cells }: Row): Content => {
    const only = needsNoSubject(claim.kind) && cells.find(Boolean);
    if (only)
      return html`<td role="cell" colspan="${across}">${verdictCell(only, claim.kind === 'exact' ? 'needs no model' : 'trains its own nets')}</td>`;
    return models.map(({ column, i }) => {
      const cell = cells[i];
      if (!cell) return html`<td role="cell" class="soft none">not asked</td>`;
      return html`<td role="cell"${cell.recorded && html` class="recorded"`}>${verdictCell(cell, columnName(column))}</td>`;
    });
  };
  const groups = papers.map(
    ({
      short,
      rows,
      note,
    }) => html`<tbody role="rowgroup"><tr role="row" class="paper"><th role="rowheader" scope="rowgroup" colspan="${across + 2}">${short}${note && html` <span class="soft">${note}</span>`}</th></tr>
${rows.map(
  (row) =>
    html`<tr role="row"><th role="rowheader" scope="row"><span class="number">${row.number}</span> <a href="#${slug(row.claim.id)}">${row.claim.title}</a></th><td role="cell" class="says">${row.claim.kind === 'extension' && html`<em>Not of the paper:</em> `}${row.claim.claim}</td>${cellsOf(row)}</tr>`,
)}</tbody>`,
  );
  return html`<table role="table" class="cards matrix" aria-label="Claims by models"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">claim</th><th role="columnheader" scope="col">the paper says</th>${heads.length ? heads : html`<th role="columnheader" scope="col">found</th>`}</tr></thead>${groups}</table>`;
}

const verdictCell = (cell: Cell, subject: Content): Html =>
  html`<span class="of">${subject}</span><a href="#${anchor(cell)}">${verdictMark(cell.result.verdict)}</a> ${measured(cell)} <span class="why">${cell.result.headline?.name}</span>${news(cell)} <span class="why">${cell.result.reason}</span>`;
