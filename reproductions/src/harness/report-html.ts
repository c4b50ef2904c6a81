import { paperOf } from './claim-schema';
import { countsOf, MARKS } from './console-table';
import { escapeHtml, figureSvg, figureTable, type Table } from './figure-svg';
import { duration, shown, shownP, withInterval } from './format';
import type { Report } from './report-json';
import { style } from './report-style';
import type { Figure, Result } from './result-schema';
import { REQUIRED_POWER } from './verdict';

type Entry = Report['claims'][number];

const STATUS: Record<Result['criteria'][number]['status'], string> = {
  holds: 'holds',
  fails: 'does not hold',
  open: 'open',
  'direction only': 'direction only',
  degenerate: 'degenerate',
  'not asserted': 'not asserted here',
};

const verdict = (result: Result): string =>
  `<span class="verdict ${result.verdict.replaceAll(' ', '-')}"><i>${MARKS[result.verdict]}</i>${escapeHtml(result.label)}</span>`;

const anchor = (id: string): string => id.replace('/', '-');

const pShown = (p: number): string => escapeHtml(shownP(p));

const cell = (value: string | number | null): string =>
  typeof value === 'number' || value === null ? `<td class="n">${shown(value)}</td>` : `<td>${escapeHtml(value)}</td>`;

function table({ columns, rows }: Table): string {
  const head = columns.map((column) => `<th>${escapeHtml(column)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** A self-contained page: no script is needed to read it, nothing is fetched. */
export function reportHtml(report: Report): string {
  const { provenance, runtime } = report;
  const sections = report.papers
    .map((paper) => {
      const mine = report.claims.filter(({ claim }) => paperOf(claim.id) === paper.id);
      if (mine.length === 0) return '';
      return `<h2>${escapeHtml(paper.title)}</h2><p class="soft">${escapeHtml(paper.authors)}, ${paper.year} · <a href="${paper.url}">${paper.url.replace('https://', '')}</a></p>${mine.map(section).join('')}`;
    })
    .join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Which claims hold, at which scale</title><style>${style}</style></head><body><main>
<h1>Which claims hold, at which scale</h1>
<p class="soft">Claims of four papers about transformers, measured by one run of <code>pnpm reproduce</code>${provenance.model ? ` on the model <b>${escapeHtml(provenance.model)}</b>` : ''}. Every verdict follows mechanically from a rule that was fixed before measuring, and counts for its own scale only: <b>mini</b> is a small model that this repository trained, <b>exact</b> needs no trained model.</p>
${tallies(report.claims)}
${summary(report)}
${sections}
<h2>Where these numbers come from</h2>
<p class="soft">Equal hashes mean equal code, data, settings and machine, and therefore equal numbers.</p>
<dl>
<dt>provenance hash</dt><dd><code>${provenance.hash}</code></dd>
${Object.entries(provenance)
  .filter(([key]) => key !== 'hash')
  .map(([key, value]) => `<dt>${escapeHtml(key)}</dt><dd>${provenanceValue(value)}</dd>`)
  .join('')}
</dl>
<details><summary>This run (differs from run to run, outside of the hash)</summary><dl>
<dt>finished</dt><dd>${escapeHtml(runtime.finished)}</dd><dt>host</dt><dd>${escapeHtml(runtime.host)}</dd>
<dt>took</dt><dd>${duration(runtime.seconds)}, at most ${shown(runtime.megabytes)} MB</dd>
${Object.entries(runtime.claims)
  .map(
    ([id, { seconds, megabytes }]) => `<dt>${escapeHtml(id)}</dt><dd>${shown(seconds)} s, ${shown(megabytes)} MB</dd>`,
  )
  .join('')}
</dl></details>
</main><script>addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true))</script></body></html>
`;
}

function provenanceValue(value: unknown): string {
  if (value === null || typeof value !== 'object') return `<code>${escapeHtml(String(value))}</code>`;
  return Object.entries(value)
    .map(([key, item]) => `${escapeHtml(key)} <code>${escapeHtml(String(item))}</code>`)
    .join('<br>');
}

function tallies(claims: readonly Entry[]): string {
  const items = countsOf(claims).map(({ scale, what, counts }) => {
    const told = counts.map(
      ([name, n]) => `<span class="verdict ${name.replaceAll(' ', '-')}"><i>${MARKS[name]}</i>${n} ${name}</span>`,
    );
    return `<li><b>${scale}</b>${what}&ensp;${told.join('&ensp;')}</li>`;
  });
  return `<ul class="tally">${items.join('')}</ul>`;
}

function summary(report: Report): string {
  const rows = report.papers.map(({ id, authors, year, note }) => {
    const mine = report.claims.filter(({ claim }) => paperOf(claim.id) === id);
    if (mine.length === 0 && !note) return '';
    const head = `<tr class="paper"><td colspan="6">${escapeHtml(authors.split(',')[0]!)} ${year}${note ? ` <span class="soft">· ${escapeHtml(note)}</span>` : ''}</td></tr>`;
    return head + mine.map(summaryRow).join('');
  });
  return `<div class="scroll"><table><thead><tr><th>claim</th><th>verdict · scale</th><th>measured</th><th>negative controls</th><th>p, Holm</th><th>accepted</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function summaryRow({ claim, result, asAccepted, accepted, significance }: Entry): string {
  const { headline } = result;
  const controls = result.controls
    .filter(({ kind, outcome }) => kind === 'negative' || outcome === 'failed')
    .map(({ name, outcome, detail }) => {
      const title =
        outcome === 'failed' ? `<b class="not-reproduced">${escapeHtml(name)} failed</b>` : escapeHtml(name);
      return `${title}<span class="soft">: ${escapeHtml(detail)}</span>`;
    });
  return `<tr><td><a href="#${anchor(claim.id)}">${escapeHtml(claim.title)}</a><br><span class="soft small">${escapeHtml(claim.id.split('/')[1]!)}</span></td>
<td>${verdict(result)}${claim.kind === 'measured' || claim.kind === 'exact' ? '' : `<br><span class="soft small">${claim.kind === 'proxy' ? 'proxy' : 'derived'}</span>`}</td>
<td>${headline ? `${withInterval(headline.value, headline.unit, headline.interval)}<br><span class="soft small">${escapeHtml(headline.name)}</span>` : ''}</td>
<td class="small">${controls.join('<br>') || '<span class="soft">none needed</span>'}</td>
<td class="n small">${significance ? pShown(significance.holm) : ''}</td>
<td class="small">${asAccepted ? (accepted ? 'yes' : '<span class="soft">not compared</span>') : accepted ? `<b class="not-reproduced">changed</b>, was ${accepted}` : 'new'}</td></tr>`;
}

function section(entry: Entry): string {
  const { claim, result } = entry;
  return `<article id="${anchor(claim.id)}"><header><h3>${escapeHtml(claim.title)}</h3>${verdict(result)}</header>
<p class="soft">${escapeHtml(claim.claim)} <span class="small">(${escapeHtml(claim.locator)})</span></p>
<p class="found">${escapeHtml(result.sentence)}</p>
${entry.drift ? `<p class="partially">Moved: ${escapeHtml(entry.drift)}</p>` : ''}
${result.figures.map(figure).join('')}
${result.tables.map((data) => `<details open><summary>${escapeHtml(data.title)}</summary>${table(data)}</details>`).join('')}
${criteria(result)}
${controls(result)}
<details><summary>How it was decided</summary><dl>
<dt>claim</dt><dd><code>${escapeHtml(claim.id)}</code>, ${claim.kind}</dd>
<dt>estimated</dt><dd>${escapeHtml(claim.estimand)}</dd>
<dt>expected</dt><dd>${escapeHtml(claim.expected.statement)}<br><span class="soft">${escapeHtml(claim.expected.source)}</span></dd>
${claim.sesoi ? `<dt>smallest effect that matters</dt><dd>${shown(claim.sesoi.value)} ${escapeHtml(claim.sesoi.unit)}: ${escapeHtml(claim.sesoi.why)}</dd>` : ''}
${claim.restsOn ? `<dt>rests on</dt><dd>properties ${escapeHtml(claim.restsOn.join(', '))}, tested for any weights</dd>` : ''}
<dt>rule</dt><dd>${escapeHtml(claim.decision)}</dd>
<dt>sample</dt><dd>${shown(result.n)}${result.headline ? `; ${escapeHtml(result.headline.method)}` : ''}${result.headline?.monteCarloError ? `; Monte-Carlo error of the interval's ends ${shown(result.headline.monteCarloError)}` : ''}${result.dropped.map(({ count, why }) => `<br>${shown(count)} left out: ${escapeHtml(why)}`).join('')}</dd>
${entry.significance ? `<dt>p-value</dt><dd>${pShown(entry.significance.p)}, one-sided, against an effect that does not matter, of the criterion that it is largest for; ${pShown(entry.significance.holm)} after Holm within the paper, ${pShown(entry.significance.benjaminiHochberg)} after Benjamini and Hochberg over all papers</dd>` : ''}
${result.deviations.length ? `<dt>differs from the paper</dt><dd><ul>${result.deviations.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul></dd>` : ''}
</dl></details></article>`;
}

const figure = (data: Figure): string =>
  `<figure><figcaption>${escapeHtml(data.title)} <span>${escapeHtml(data.unit)}</span></figcaption>${figureSvg(data)}${data.note ? `<p class="soft small">${escapeHtml(data.note)}</p>` : ''}<details><summary>The numbers</summary>${table(figureTable(data))}</details></figure>`;

function criteria({ criteria }: Result): string {
  if (criteria.length === 0) return '';
  const rows = criteria.map(({ statement, status, parts, power, sampleNeeded, ...rest }) => {
    const shownParts = parts.map(({ label, estimate, interval }) => {
      const number = withInterval(estimate, '', interval);
      return `<span class="line-of">${label ? `${escapeHtml(label)}: ` : ''}${number}</span>`;
    });
    const why = shownParts.join('') + (rest.kind === 'not asserted' ? escapeHtml(rest.why) : '');
    const told =
      power === undefined
        ? ''
        : power < REQUIRED_POWER
          ? `${shown(power)}<br>0.8 needs ${shown(sampleNeeded)}`
          : power > 0.995
            ? '&gt;&nbsp;0.99'
            : shown(power);
    return `<tr><td>${escapeHtml(statement)}</td><td><b>${STATUS[status]}</b></td><td class="small">${why}</td><td class="n small">${told}</td></tr>`;
  });
  return `<h4>What was asked, and what came out</h4><div class="scroll"><table><thead><tr><th>criterion</th><th>outcome</th><th>estimate [interval]</th><th class="n">power</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function controls({ controls }: Result): string {
  if (controls.length === 0) return '';
  const rows = controls.map(
    ({ name, outcome, detail }) =>
      `<tr><td>${escapeHtml(name)}</td><td><b${outcome === 'failed' ? ' class="not-reproduced"' : ''}>${outcome}</b></td><td class="small">${escapeHtml(detail)}</td></tr>`,
  );
  return `<h4>Controls</h4><div class="scroll"><table><tbody>${rows.join('')}</tbody></table></div>`;
}
