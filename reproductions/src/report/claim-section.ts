import { type Content, type Figure, figureHtml, type Html, html } from '@interlayer/figures';
import type { Cell, Row } from './summary';
import { dataTable, table } from './table';
import { slug, verdictMark } from './verdict-mark';

export const anchor = ({ result: { id, subject } }: Cell): string => `${slug(id)}--${slug(subject)}`;

export const term = (name: string, content: Content): Content => content && html`<dt>${name}</dt><dd>${content}</dd>`;

/** What is new since the verdicts were accepted. */
export const news = ({ hasFailed, isNews, acceptance }: Cell): Content => [
  hasFailed && html` <b class="not-reproduced">control failed</b>`,
  isNews && html` <b class="partially">${acceptance}</b>`,
];

/** An interval is not broken in two. */
export const measured = ({ measured }: Cell): Content =>
  measured && html`<span class="measured">${measured.replace(/, (?=\S+\]$)/, ',\u00a0')}</span>`;

const list = (items: readonly Content[]): Content =>
  items.length > 0 && html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;

/** A claim: what the paper says, and a panel for each subject. */
export const claimSection = ({
  claim,
  number,
  cells,
}: Row): Html => html`<article id="${slug(claim.id)}" aria-labelledby="${slug(claim.id)}-title">
<h3 id="${slug(claim.id)}-title"><span class="number">${number}</span> ${claim.title}</h3>
<dl>${term(claim.kind === 'extension' ? 'We ask' : 'The paper says', html`${claim.claim} <span class="soft">(${claim.locator})</span>`)}
${term('We measure', claim.estimand)}
${term(
  'It follows from',
  claim.derivedFrom?.map((id, i) => html`${i > 0 && ', '}<a href="#${slug(id)}">${id}</a>`),
)}
${term('Evidence against it elsewhere', list(claim.contrary ?? []))}</dl>
${cells.flatMap((cell) => cell ?? []).map((cell, i) => panel(cell, i === 0))}
<details><summary>About this claim</summary><dl>
${term('name', html`<code>${claim.id}</code>, ${claim.kind}`)}
${term('expectations from', claim.source)}
${term('rests on', claim.restsOn && `properties ${claim.restsOn.join(', ')}, tested for any weights`)}
</dl></details></article>`;

/** One claim on one subject. Only the first starts open; a link to what is inside opens another. */
const panel = (cell: Cell, isOpen: boolean): Html => {
  const { result, recorded, alone } = cell;
  return html`<details class="panel"${isOpen && html` open`}>
<summary><h4>${verdictMark(result.verdict, `${result.verdict} · ${result.subject}`)}${recorded && `, recorded ${recorded.day}`}</h4> ${measured(cell)} <span class="soft">${result.headline?.name}</span>${news(cell)}</summary>
<div id="${anchor(cell)}">
<p class="found">${result.sentence}</p>
<p><b>Why ${result.verdict}:</b> ${result.reason}</p>
${cell.drift && html`<p class="partially">Moved: ${cell.drift}</p>`}
${result.figures.map((figure: Figure) => figureHtml(figure, { table: dataTable }))}
${result.tables.map((data) => html`<details open><summary>${data.title}</summary>${dataTable(data)}</details>`)}
${criteria(cell)}${controls(cell)}
${result.deviations.length > 0 && html`<h5>What differs from the paper</h5>${list(result.deviations)}`}
<p class="alone">Measure it alone: <code>${alone}</code></p>
<details><summary>How it was decided</summary><dl>
${term('decision', cell.decision)}${term('expected', cell.expected)}${term('sample', cell.sample)}
${term('p-value', cell.pValue)}${term('accepted', cell.acceptance)}
</dl></details></div></details>`;
};

const criteria = (cell: Cell): Content =>
  cell.criteria.length > 0 &&
  html`<h5>What was asked, and what came out</h5>${table(
    ['criterion', 'outcome', 'estimate [interval]', 'power'],
    cell.criteria.map(({ statement, rule, outcome, estimates, notAsserted, power, needed }) => [
      html`${statement}<small>${rule}</small>`,
      html`<b>${outcome}</b>`,
      html`<ul class="parts">${estimates.map(({ text, outcome }) => html`<li>${text}${outcome && html` <b>${outcome}</b>`}</li>`)}</ul>${notAsserted && html`<small>${notAsserted}</small>`}`,
      power && html`<span class="measured">${power}</span>${needed && html`<small>${needed}</small>`}`,
    ]),
  )}`;

const controls = (cell: Cell): Content =>
  cell.controls.length > 0 &&
  html`<h5>Controls</h5>${table(
    ['control', 'outcome', 'measured', 'expected'],
    cell.controls.map(({ name, outcome, detail, expected }) => [
      name,
      html`<b${outcome === 'failed' && html` class="not-reproduced"`}>${outcome}</b>`,
      detail,
      html`<span class="soft">${expected}</span>`,
    ]),
  )}`;
