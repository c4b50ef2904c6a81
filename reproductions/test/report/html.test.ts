import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/html';
import { summaryOf } from '../../src/report/summary';
import { claims, everything, exampleReport } from './example';

const [report, recordings] = everything();
const page = reportHtml(summaryOf(report, recordings));

describe('report.html', () => {
  it('fetches nothing', () => {
    // Links are for people to follow; anything else that could load a file is absent.
    expect(page).not.toMatch(/<(link|img|iframe|object|embed|audio|video|source)\b|<script[^>]+src|@import|url\(/i);
  });

  it('has a matrix of claims by subjects, then a section for each claim with a panel for each subject', () => {
    const [matrix] = /<table [^>]*class="cards matrix".*?<\/table>/s.exec(page)!;
    expect(matrix.match(/<th role="columnheader" scope="col">/g)).toHaveLength(2 + 3);
    // What the paper says, and a verdict of each subject, with its reason.
    expect(matrix.match(/<td role="cell" class="says">/g)).toHaveLength(2);
    expect(matrix.match(/<td role="cell"( class="recorded")?><span class="of">.*?<a href="#[\w.-]+">/g)).toHaveLength(
      2 * 3,
    );
    expect(matrix.match(/<td role="cell" class="recorded">/g)).toHaveLength(2);
    expect(matrix).toContain('<span class="why">The criterion holds.</span>');
    expect(matrix).toContain('other@abc <small>mini, recorded 2025-12-31</small>');
    for (const [, target] of matrix.matchAll(/href="#([\w.-]+)"/g)) expect(page).toContain(` id="${target}"`);
    for (const { id } of Object.values(claims)) {
      const [section] = new RegExp(`<article id="${id.replace('/', '-')}".*?</article>`, 's').exec(page)!;
      const panels = Array.from(
        section.matchAll(/<details class="panel"( open)?>.*?<div id="[\w.-]+--([\w-]+)">/gs),
        ([, open, subject]) => [subject, open],
      );
      expect(panels).toEqual([
        ['mini-gpt', ' open'],
        ['mini-bert', undefined],
        ['other', undefined],
      ]);
    }
  });

  it('has one cell for a claim that needs no model, and says where a claim was not asked', () => {
    const mixed = structuredClone(report);
    const [, , exact] = mixed.claims;
    exact!.claim = { ...exact!.claim, id: 'geva-2021/c0-x', kind: 'exact' };
    exact!.result = { ...exact!.result, id: 'geva-2021/c0-x', subject: 'exact', scale: 'exact' };
    const matrix = reportHtml(summaryOf(mixed));
    expect(matrix).toContain('<td role="cell" colspan="2"><span class="of">needs no model</span>');
    expect(matrix.match(/>not asked<\/td>/g)).toHaveLength(1);
  });

  it('defines every word that it uses', () => {
    const [, words] = /<section id="words".*?<dl>(.*?)<\/dl>/s.exec(page)!;
    const defined = Array.from(words!.matchAll(/<dt>(.*?)<\/dt>/gs), ([, term]) =>
      term!.replace(/<i.*?<\/i>|<[^>]+>/g, ''),
    );
    for (const word of [
      'reproduced',
      'partially',
      'not reproduced',
      'inconclusive',
      'not run',
      'proxy',
      'derived',
      'power',
    ])
      expect(defined).toContain(word);
    for (const word of ['smallest effect', 'Holm', 'control', 'criterion', 'interval', 'recorded', 'exact'])
      expect(defined).toContain(word);
  });

  it('shows contrary evidence and the calibration of the rules where there are any', () => {
    expect(page.match(/<dt>Evidence against it elsewhere<\/dt><dd><ul><li>another paper, table 1</g)).toHaveLength(2);
    expect(page).toContain('<h2>How far to trust the rules</h2>');
    expect(page).toContain('<h3>Null data sets</h3>');
    const plain = reportHtml(summaryOf(exampleReport()));
    expect(plain).not.toContain('Evidence against it elsewhere');
    expect(plain).not.toContain('How far to trust the rules');
  });

  it('shows everything that a result, its comparison and its run have', () => {
    for (const text of [
      'Not run: no model.',
      'The residual points at the final token in 1, 20, 40 % of the prefixes.',
      'Reproduced if: &quot;The share grows from each layer to the next (points)&quot;: each of 2 above 0 by more than 3 points (95 % after Bonferroni over 2); and no control fails.',
      'where 3 points matter (a fifth of the paper’s climb)',
      'hierarchical bootstrap; Monte-Carlo error of the interval&#39;s ends 0.0500; 2 left out: too long',
      '&lt; 0.001, one-sided',
      'after Holm',
      'after Benjamini and Hochberg',
      '<b>Why reproduced:</b> The criterion holds.',
      '<b>Why not run:</b> no model',
      '<code>pnpm reproduce --subject mini-bert --only geva-2021/c10-residual-holds-answer</code>',
      'Ours is &lt;smaller&gt; &amp; &quot;newer&quot;.',
      'NEW, none accepted',
      'No claim yet.',
      'recorded on 2025-12-31 with <code>pnpm reproduce --model org/other@abc</code>',
      report.provenance.hash,
      '<div>model.bin <code>hash</code></div>',
      '<div>backend <code>cpu</code></div>',
      '<dt>mini-gpt: readings (trained)</dt><dd>21 s, 200 MB</dd>',
    ])
      expect(page).toContain(text);
    expect(page).toContain('Moved: residual hits was 35');
  });

  it('links a claim to those that it follows from', () => {
    const derived = structuredClone(report);
    for (const pair of derived.claims)
      if (pair.claim.id === claims.c7.id)
        pair.claim = { ...pair.claim, kind: 'derivedFrom', derivedFrom: [claims.c10.id] };
    expect(reportHtml(summaryOf(derived))).toContain(
      `<dt>It follows from</dt><dd><a href="#${claims.c10.id.replace('/', '-')}">${claims.c10.id}</a></dd>`,
    );
  });

  it('has a style sheet that is not escaped', () => {
    const [style] = /<style>.*?<\/style>/s.exec(page)!;
    expect(style).not.toContain('&');
    expect(style).toContain('@media screen and (prefers-color-scheme:dark)');
  });

  it('closes what it opens, and gives every id once', () => {
    const open: string[] = [];
    for (const [, close, name, self] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/gi)) {
      if (self || ['meta', 'br'].includes(name!)) continue;
      if (close) expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
    const ids = Array.from(page.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
