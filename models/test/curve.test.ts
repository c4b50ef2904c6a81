import { expect, it } from 'vitest';
import { learningCurve } from '../src/curve';

const curve = {
  title: 'a < b',
  train: [
    { step: 10, loss: 8 },
    { step: 100, loss: 4 },
  ],
  heldOut: [{ step: 100, loss: 4.5 }],
  levels: { trigram: 4.25, unigram: undefined },
};

it('draws each series inside the frame, lower losses lower, and escapes text', () => {
  const svg = learningCurve(curve);
  const [first, last] = /polyline points="([^"]+)"/
    .exec(svg)![1]
    .split(' ')
    .map((point) => point.split(',').map(Number));
  // x: 10 % and 100 % of 540 after 52; y: the frame is 36 … 356 for losses 8 … 4.
  expect(first).toEqual([106, 36]);
  expect(last).toEqual([592, 356]);
  expect(svg).toContain('<circle cx="592" cy="316"');
  expect(svg).toContain('trigram 4.25');
  expect(svg).toContain('a &#60; b');
  expect(svg).not.toContain('NaN');
  expect(learningCurve(curve)).toBe(svg);
});

it('draws a single point and refuses none', () => {
  expect(learningCurve({ title: '', train: [{ step: 0, loss: 3 }], heldOut: [], levels: {} })).not.toContain('NaN');
  expect(() => learningCurve({ title: '', train: [], heldOut: [], levels: {} })).toThrow('at least one point');
});
