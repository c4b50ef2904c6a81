import { describe, expect, it } from 'vitest';
import {
  architecturesField,
  booleanField,
  choiceField,
  countField,
  extendedConfig,
  layerPattern,
  layersField,
  objectField,
  plainConfig,
  positiveField,
  requireDivisible,
  requireSupported,
} from '../src/index';

describe('config fields', () => {
  it('name the field, the value and what is supported', () => {
    requireSupported({}, 'act', ['a']);
    requireSupported({ act: 'a' }, 'act', ['a', 'b']);
    expect(() => requireSupported({ act: 'c' }, 'act', ['a', 'b'])).toThrow(
      'The config has act = "c", which is not supported. Supported: "a", "b".',
    );
    requireSupported({ act: null }, 'act', [true]);
    expect(() => requireSupported({ act: 0 }, 'act', [true], 'since')).toThrow(
      'act = 0, which is not supported (since)',
    );
    expect(choiceField({ act: 'b' }, 'act', ['a', 'b'], 'a')).toBe('b');
    expect(choiceField({ act: null }, 'act', ['a', 'b'], 'a')).toBe('a');
    expect(() => choiceField({ act: 'c' }, 'act', ['a', 'b'], 'a')).toThrow('act = "c", which is not supported');
  });

  it('are checked by kind', () => {
    expect(countField({ n: 3 }, 'n')).toBe(3);
    expect(countField({ n: null }, 'n', 4)).toBe(4);
    for (const n of [0, -1, 1.5, '3', Number.NaN]) expect(() => countField({ n }, 'n')).toThrow(/n = .*whole number/);
    expect(() => countField({}, 'n')).toThrow('n = undefined');
    expect(positiveField({ e: 1e-5 }, 'e', 1)).toBe(1e-5);
    expect(() => positiveField({ e: 0 }, 'e', 1)).toThrow('e = 0; it must be a number above 0');
    expect(booleanField({}, 'b', true)).toBe(true);
    expect(() => booleanField({ b: 'yes' }, 'b', true)).toThrow('b = "yes"; it must be true or false');
    expect(() => requireDivisible('width', 10, 'heads', 3)).toThrow('width = 10 is not a multiple of heads = 3');
    expect(layerPattern('p', undefined, 2)).toEqual([true, true]);
    expect(layerPattern('p', [true, false], 2)).toEqual([true, false]);
    for (const pattern of [[true], [1, 0], 'ab'])
      expect(() => layerPattern('p', pattern, 2)).toThrow('give 2 booleans');
    expect(layersField({ layers: 12 }, 'layers')).toBe(12);
    expect(() => layersField({ layers: 3e7 }, 'layers')).toThrow('layers = 30000000; at most 100000 layers');
    expect(objectField({ skips: null }, 'skips')).toEqual({});
    expect(objectField({ skips: { a: 1 } }, 'skips')).toEqual({ a: 1 });
    for (const skips of [1, 'ab', [1]]) expect(() => objectField({ skips }, 'skips')).toThrow('it must be an object');
    expect(architecturesField({})).toEqual([]);
    expect(architecturesField({ architectures: ['BertModel'] })).toEqual(['BertModel']);
    for (const architectures of [1, 'BertModel', [1], [null], {}])
      expect(() => architecturesField({ architectures })).toThrow(/architectures = .*it must be a list of names/);
  });

  it('show the beginning of a long value, and survive a deep one', () => {
    const deep = JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`);
    expect(() => countField({ n: deep }, 'n')).toThrow('n = a value that JSON cannot show');
    expect(() => countField({ n: 'x'.repeat(1e6) }, 'n')).toThrow(/^The config has n = "x{199}…; it must be/);
  });
});

describe('extendedConfig', () => {
  it('renames what other tools know a model by, once, and plainConfig undoes it', () => {
    const config = { architectures: ['GPT2LMHeadModel'], model_type: 'gpt2', final_layer_norm: false };
    const extended = extendedConfig(config);
    expect(extended).toEqual({
      architectures: ['InterlayerGPT2LMHeadModel'],
      model_type: 'interlayer_gpt2',
      final_layer_norm: false,
    });
    expect(extendedConfig(extended)).toEqual(extended);
    expect(plainConfig(extended)).toEqual(config);
    expect(plainConfig(config)).toEqual(config);
  });
});
