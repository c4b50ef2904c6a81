import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/html';
import { summaryOf } from '../../src/report/summary';
import { claims, exampleReport } from './example';

const report = exampleReport(['mini-gpt', 'mini-bert']);
const recorded = { day: '2025-12-31', command: 'pnpm reproduce --model org/other@abc', provenance: 'a'.repeat(64) };
const page = reportHtml(
  summaryOf(report, [
    {
      schemaVersion: 1,
      subject: { id: 'other', name: 'org/other@abc' },
      claims: exampleReport(['other']).claims.map((pair) => ({ ...pair, recorded })),
    },
  ]),
);

describe('report.html', () => {
  it('fetches nothing', () => {
    // Links are for people to follow; anything else that could load a file is absent.
    expect(page).not.toMatch(/<(link|img|iframe|object|embed|audio|video|source)\b|<script[^>]+src|@import|url\(/i);
  });

  it('has a matrix of claims by subjects, then a section for each claim with a panel for each subject', () => {
    const [matrix] = /<table class="stack matrix">.*?<\/table>/s.exec(page)!;
    expect(matrix.match(/<th scope="col">/g)).toHaveLength(1 + 3);
    expect(matrix.match(/<td><a href="#[\w.-]+">/g)).toHaveLength(2 * 3);
    expect(matrix).toContain('mini, recorded');
    for (const [, target] of matrix.matchAll(/href="#([\w.-]+)"/g)) expect(page).toContain(` id="${target}"`);
    for (const { id } of Object.values(claims)) {
      const [section] = new RegExp(`<article id="${id.replace('/', '-')}".*?</article>`, 's').exec(page)!;
      const panels = Array.from(section.matchAll(/<details class="panel" id="[\w.-]+--([\w-]+)"( open)?>/g));
      expect(panels.map(([, subject, open]) => [subject, open])).toEqual([
        ['mini-gpt', ' open'],
        ['mini-bert', ' open'],
        ['other', undefined],
      ]);
    }
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
      '0.8 needs n = 4,321',
      'Ours is &lt;smaller&gt; &amp; &quot;newer&quot;.',
      'NEW, none accepted',
      'no claim yet',
      'recorded on 2025-12-31 with <code>pnpm reproduce --model org/other@abc</code>',
      report.provenance.hash,
      '<div>model.bin <code>hash</code></div>',
      '<div>backend <code>cpu</code></div>',
      '<dt>mini-gpt: readings (trained)</dt><dd>21 s, 200 MB</dd>',
    ])
      expect(page).toContain(text);
    const moved = structuredClone(report);
    moved.claims[2]!.drift = 'residual hits was 35';
    expect(reportHtml(summaryOf(moved))).toContain('Moved: residual hits was 35');
  });

  it('has a style sheet that is not escaped', () => {
    const [style] = /<style>.*?<\/style>/s.exec(page)!;
    expect(style).not.toContain('&');
    expect(style).toContain('@media (prefers-color-scheme:dark)');
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
