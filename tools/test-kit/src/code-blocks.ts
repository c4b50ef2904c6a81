import { inspect, isDeepStrictEqual } from 'node:util';

/** A module that a reader writes by copying the `ts` blocks of a Markdown file. */
export interface CodeModule {
  name: string;
  /** One line for each line of the file: whatever is not code is blank, so line numbers are those of the file. */
  code: string;
  /** False for a block marked `ts no-run`. */
  runs: boolean;
}

const FENCE = /^```(.*)\n([\s\S]*?)^```$/gm;
const TAGS = new Set(['ts', 'ts no-run', 'sh', 'text', 'json', 'html']);

interface Fence {
  tag: string;
  code: string;
  /** Lines above the code. */
  above: number;
}

function fences(markdown: string): Fence[] {
  return [...markdown.matchAll(FENCE)].map(({ 1: tag = '', 2: code = '', index }) => {
    const above = markdown.slice(0, index).split('\n').length;
    if (!TAGS.has(tag))
      throw new Error(`Line ${above}: a code block is tagged "${tag}"; expected one of ${[...TAGS].join(', ')}`);
    return { tag, code, above };
  });
}

/**
 * The `ts` blocks of a Markdown file: those that run, joined in order as one module, and each block marked `ts no-run`
 * as a module of its own, with its own imports.
 *
 * @throws When a block has no tag, or one that is not known.
 */
export function codeModules(markdown: string): CodeModule[] {
  const all = fences(markdown).filter(({ tag }) => tag.startsWith('ts'));
  const place = (blocks: readonly Fence[]) => {
    const lines: string[] = Array(markdown.split('\n').length).fill('');
    for (const { code, above } of blocks)
      code.split('\n').forEach((line, i) => {
        lines[above + i] = line;
      });
    return lines.join('\n');
  };
  const running = all.filter(({ tag }) => tag === 'ts');
  return [
    ...(running.length > 0 ? [{ name: 'readme', code: place(running), runs: true }] : []),
    ...all
      .filter(({ tag }) => tag !== 'ts')
      .map((block) => ({ name: `readme-line-${block.above}`, code: place([block]), runs: false })),
  ];
}

/** The lines with `npm install` in the `sh` blocks of a Markdown file, in order: of packages by name, and of tarballs. */
export function installCommands(markdown: string): { byName: string[]; ofTarballs: string[] } {
  const lines = fences(markdown)
    .filter(({ tag }) => tag === 'sh')
    .flatMap(({ code }) => code.split('\n'))
    .filter((line) => /^(\w+=\S+ )*npm install /.test(line));
  const [ofTarballs, byName] = [true, false].map((tarballs) =>
    lines.filter((line) => line.includes('.tgz') === tarballs),
  );
  return { byName: byName!, ofTarballs: ofTarballs! };
}

/** Turns `expression; // => value` into a check: the value is a JavaScript literal. */
export function assertions(code: string): string {
  return code.replace(/^(\s*)(.+?);? *\/\/ => (.+)$/gm, (_, indent, expression, value) => {
    const [what, written] = [expression, value].map((text) => JSON.stringify(text));
    return `${indent}__readmeCheck(await (${expression}), ${value}, ${what}, ${written});`;
  });
}

/** A number is compared to the digits that are written, trailing zeros included; everything else exactly. */
export function check(actual: unknown, expected: unknown, what: string, written: string): void {
  const equal =
    typeof expected === 'number' && typeof actual === 'number'
      ? Math.abs(actual - expected) <= 0.5 * 10 ** -decimals(written) + 1e-12
      : isDeepStrictEqual(actual, expected);
  if (!equal) throw new Error(`${what} gave ${inspect(actual)}, the README says ${written}`);
}

function decimals(written: string): number {
  const [, fraction = '', exponent = '0'] = /^-?\d*(?:\.(\d*))?(?:e(-?\d+))?$/i.exec(written.replaceAll('_', '')) ?? [];
  return fraction.length - Number(exponent);
}
