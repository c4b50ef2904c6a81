import { describe, expect, it } from 'vitest';
import { consoleTable, verdictLines } from '../../src/report/console';
import { reportHtml } from '../../src/report/html';
import { reportMarkdown } from '../../src/report/markdown';
import type { Recording } from '../../src/report/recorded';
import type { Report } from '../../src/report/report';
import { summaryOf } from '../../src/report/summary';
import { exampleReport } from './example';

/** Quotes, tags, backticks, a bar, a line break, and what makes a terminal change its title. */
const HOSTILE = '\'"`<hostile x="1">``&amp;|*_[a](b)\n# x\\\u001b]0;title\u0007';

/** Names of choices that a schema lists, and ids that are matched with each other by a part of them. */
const CHOICES = [
  'verdict',
  'kind',
  'status',
  'outcome',
  'role',
  'scale',
  'side',
  'range',
  'accepted',
  'id',
  'fingerprint',
];

/** The same value with hostile text in every field; equal texts stay equal. */
function hostile(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return CHOICES.includes(key) ? value : value + HOSTILE;
  if (Array.isArray(value)) return value.map((item) => hostile(item, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [/[/ ]/.test(name) ? `${name}${HOSTILE}` : name, hostile(item, name)]),
  );
}

const report = exampleReport(['one', 'two']);
report.claims[2]!.drift = 'moved';
const attacked = hostile(report) as Report;
attacked.subjects = attacked.subjects.map(({ id, name }) => ({ id: id + HOSTILE, name }));
const recorded = { day: '2025-12-31', command: 'pnpm reproduce', provenance: 'a' };
const attackedRecording = hostile({
  schemaVersion: 1,
  subject: { id: 'three', name: 'three' },
  claims: exampleReport(['three']).claims.map((pair) => ({ ...pair, recorded })),
}) as Recording;
attackedRecording.subject.id += HOSTILE;
const summary = summaryOf(attacked, [attackedRecording]);

/** What is left of a page without its well-formed tags, its style sheet and its script. */
const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>|<script>[^<]*<\/script>|^<!doctype html>/gs, '')
    .replace(/<\/?[a-z][a-z0-9]*(?: [a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*\/?>/g, '');

describe('hostile text in every field', () => {
  it('is attacked in all columns and rows', () => {
    expect(summary.columns).toHaveLength(3);
    expect(summary.papers[0]!.rows.map(({ cells }) => cells.filter(Boolean).length)).toEqual([3, 3]);
  });

  it('stays text in the page', () => {
    const page = reportHtml(summary);
    expect(page).not.toContain('<hostile');
    expect(textOf(page).match(/.{0,60}[<>].{0,60}/)?.[0]).toBeUndefined();
    expect(page.match(/&lt;hostile x=&quot;1&quot;&gt;/g)!.length).toBeGreaterThan(200);
    const plain = reportHtml(summaryOf(report));
    const tagsOf = (text: string) => new Set(Array.from(text.matchAll(/<([a-z]+)/g), ([, name]) => name));
    expect(tagsOf(page)).toEqual(tagsOf(plain));
  });

  it('stays text in Markdown: no tag, no cell and no code span that it opens or closes', () => {
    const text = reportMarkdown(summary);
    expect(text.split('\n')).toHaveLength(
      reportMarkdown(summaryOf(exampleReport(['one', 'two']))).split('\n').length + 3,
    );
    for (const line of text.split('\n')) {
      const { bars, outside } = scan(line);
      expect(outside.replaceAll('<br>', '')).not.toContain('<');
      expect(bars).toBe(line.startsWith('|') ? 9 : 0);
    }
    expect(text).toContain('``` three');
  });

  it('sends nothing to a terminal that it could take for a command', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    const COLOUR = /\u001b\[\d+m/g;
    const table = consoleTable(summary).replace(COLOUR, '');
    expect(table).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(table.split('\n')).toHaveLength(consoleTable(summaryOf(report)).split('\n').length);
    const lines = verdictLines(attacked.claims[2]!.result).map((line) => line.replace(COLOUR, ''));
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });
});

/** Reads a line as CommonMark does: escapes first, then code spans. Fails at a code span without an end. */
function scan(line: string): { bars: number; outside: string } {
  let [bars, outside] = [0, ''];
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '\\') i++;
    else if (character === '`') {
      const [fence] = /^`+/.exec(line.slice(i))!;
      const end = new RegExp(`(?<!\`)${fence}(?!\`)`).exec(line.slice(i + fence.length));
      if (!end) throw new Error(`A code span has no end: ${line}`);
      i += 2 * fence.length + end.index - 1;
    } else {
      if (character === '|') bars++;
      outside += character;
    }
  }
  return { bars, outside };
}
