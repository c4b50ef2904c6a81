import { describe, expect, it } from 'vitest';
import { help, parseOptions } from '../src/options';

describe('pnpm train', () => {
  it('reads its options', () => {
    expect(parseOptions(['mini-gpt'])).toEqual({ name: 'mini-gpt', resume: false });
    const all = 'mini-gpt --steps 20 --seed 3 --out a --checkpoints b --resume --backend cpu --threads 2'.split(' ');
    expect(parseOptions(all)).toEqual({
      name: 'mini-gpt',
      out: 'a',
      checkpoints: 'b',
      resume: true,
      backend: 'cpu',
      threads: 2,
      steps: 20,
      seed: 3,
    });
    expect(parseOptions(['--help'])).toBe('help');
  });

  it('says what is wrong', () => {
    expect(() => parseOptions([])).toThrow('name one model to train (mini-gpt, mini-bert, ');
    expect(() => parseOptions(['constructor'])).toThrow(
      'there is no recipe "constructor"; expected one of mini-gpt, mini-bert, ',
    );
    expect(() => parseOptions(['mini-gpt', '--steps', '1e3'])).toThrow(
      '--steps is 1e3; expected a positive whole number',
    );
    expect(() => parseOptions(['mini-gpt', '--stepps', '3'])).toThrow('--stepps');
  });

  it('explains itself', () => {
    expect(help()).toMatchSnapshot();
  });
});
