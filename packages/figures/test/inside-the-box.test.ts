import fc from 'fast-check';
import { expect, it } from 'vitest';
import { figureSvg } from '../src';
import { anyFigure, drawing } from './examples';

/** Throws where a coordinate of a drawing lies outside of it. */
function checkInside(body: string, width: number, height: number): void {
  const within = (value: number, size: number, what: string) => {
    if (!(value >= -0.1 && value <= size + 0.1)) throw new Error(`${what}: ${value} of ${size}`);
  };
  for (const [what, axis, value] of body.matchAll(/ c?(x|y)[12]?="([^"]*)"/g))
    within(Number(value), axis === 'x' ? width : height, what);
  for (const [what, x, y, w, h] of body.matchAll(
    /<rect[^>]* x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"/g,
  )) {
    within(Number(x) + Number(w), width, what);
    within(Number(y) + Number(h), height, what);
  }
  for (const [what, path] of body.matchAll(/<path class="(?:line|ribbon)" d="([^"]*)"/g))
    for (const [x, y] of path!
      .split(/[MLZ]/)
      .filter(Boolean)
      .map((each) => each.split(',').map(Number))) {
      within(x!, width, what);
      within(y!, height, what);
    }
  for (const [what, x, from, to] of body.matchAll(/class="whisker" d="M(\S+) (\S+?)V(\S+?)M/g)) {
    within(Number(x), width, what);
    within(Number(from), height, what);
    within(Number(to), height, what);
  }
}

const NOT_A_NUMBER = /="[^"]*(NaN|undefined|Infinity|null)/;

it('whatever a figure shows lies inside of its box', () => {
  fc.assert(
    fc.property(anyFigure, fc.constantFrom(680, 300), (figure, most) => {
      const markup = drawing(figure, most).replaceAll(/ aria-label="[^"]*"/g, '');
      expect(markup).not.toMatch(NOT_A_NUMBER);
      for (const [, width, height, body] of markup.matchAll(
        /<svg[^>]* viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>(.*?)<\/svg>/gs,
      )) {
        expect(Number(width)).toBeLessThanOrEqual(most + 0.1);
        checkInside(body!, Number(width), Number(height));
      }
    }),
    { seed: 1, numRuns: 400 },
  );
});

it('a file of any figure closes what it opens, and its parts lie inside of it', () => {
  fc.assert(
    fc.property(anyFigure, fc.constantFrom(680, 300), (figure, width) => {
      const svg = figureSvg(figure, { width });
      const open: string[] = [];
      for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)\b[^>]*?(\/?)>/g)) {
        if (self) continue;
        if (close) expect(open.pop()).toBe(name);
        else open.push(name!);
      }
      expect(open).toEqual([]);
      const [, height] = /viewBox="0 0 \S+ (\S+)"/.exec(svg)!;
      for (const [, x, y] of svg.matchAll(/translate\((\S+) (\S+)\)/g)) {
        expect(Number(x)).toBeLessThanOrEqual(width);
        expect(Number(y)).toBeLessThanOrEqual(Number(height));
      }
    }),
    { seed: 2, numRuns: 200 },
  );
});
