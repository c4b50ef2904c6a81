import { describe, expect, test } from 'vitest';
import { openGguf } from '../src/index';
import {
  array,
  bytesOf,
  everyKind,
  f32,
  floats,
  ggufFile,
  pair,
  string,
  type Tensor,
  TYPE,
  u32,
  u64,
} from './gguf-file';

test('reads every type of metadata, and the directory with shapes outermost first', async () => {
  const file = await openGguf(everyKind);
  expect([...file.metadata]).toEqual([
    ['general.architecture', 'llama'],
    ['u8', 200],
    ['i8', -100],
    ['u16', 0xf234],
    ['i16', -2],
    ['u32', 4_000_000_000],
    ['i32', -7],
    ['f32', Math.fround(0.1)],
    ['bool', true],
    ['u64', 2n ** 63n],
    ['i64', -5n],
    ['f64', 0.1],
    ['tokens', ['\ufeffa', '', 'Ġété']],
    ['scores', Float32Array.of(-1.5, 3)],
    ['flags', [true, false]],
    ['none', new BigUint64Array()],
    ['nested', [Int8Array.of(-1), ['x']]],
    ['__proto__', 1],
  ]);
  const { a, b } = Object.fromEntries(file.tensors);
  expect(a).toMatchObject({ type: 'F32', shape: [2], byteLength: 8 });
  expect(b).toMatchObject({ type: 'F32', shape: [2, 3], byteLength: 24, offset: a!.offset + 32 });
  expect(await file.read('b')).toEqual({ type: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
});

const nested = (depth: number): number[] =>
  depth === 0 ? array(TYPE.U8, 0, []) : array(TYPE.ARRAY, 1, nested(depth - 1));
const withTensor = (tensor: Tensor, more = {}) => ggufFile({ tensors: [tensor], ...more });
const withPair = (type: number, value: number[], key = 'k') => ggufFile({ pairs: [pair(key, type, value)] });

const refused: [string, Uint8Array<ArrayBuffer>, RegExp][] = [
  [
    'an empty file',
    new Uint8Array(),
    /header needs 4 bytes at offset 0, but the file ends after 0 more; it is truncated/,
  ],
  ['another format', ggufFile({ magic: bytesOf('GGML') }), /does not begin with "GGUF"/],
  [
    'a Git LFS pointer',
    ggufFile({ magic: bytesOf('version https://git-lfs') }),
    /is a Git LFS pointer .* "git lfs pull"/,
  ],
  ['version 1', ggufFile({ version: 1 }), /version 1 of GGUF; supported are 2 and 3/],
  ['version 4', ggufFile({ version: 4 }), /version 4 of GGUF/],
  ['a big-endian file', ggufFile({ version: 0x03000000 }), /big-endian, which is not supported/],
  [
    'more tensors than bytes',
    ggufFile({ tensorCount: 2n ** 50n }),
    /header claims 1125899906842624 tensors, but the rest of the file \(8 bytes\) has room for 0/,
  ],
  ['more pairs than bytes', ggufFile({ pairCount: 1 }), /header claims 1 metadata values, but the rest/],
  [
    'a count beyond doubles',
    ggufFile({ tensorCount: 2n ** 64n - 1n }),
    /header gives 18446744073709551615 as its number of tensors, more than any/,
  ],
  [
    'a key longer than the file',
    ggufFile({ pairCount: 1, pairs: [[...u64(1000), ...bytesOf('abcdefgh')]] }),
    /key of metadata value 0 claims 1000 bytes, but the rest/,
  ],
  [
    'a key that is not UTF-8',
    ggufFile({ pairs: [[...u64(1), 0xff, ...u32(TYPE.U8), 1]] }),
    /key of metadata value 0 is not valid UTF-8/,
  ],
  [
    'a key twice',
    ggufFile({ pairs: [pair('k', TYPE.U8, [1]), pair('k', TYPE.U8, [2])] }),
    /metadata "k" is given twice/,
  ],
  ['an unknown type of metadata', withPair(13, [1]), /metadata "k" has the unknown type 13/],
  ['a boolean of 2', withPair(TYPE.BOOL, [2]), /metadata "k" is a boolean with the value 2/],
  ['a string longer than the file', withPair(TYPE.STRING, [...u64(9), 1]), /metadata "k" claims 9 bytes/],
  ['a string that is not UTF-8', withPair(TYPE.STRING, [...u64(1), 0x80]), /metadata "k" is not valid UTF-8/],
  [
    'an array longer than the file',
    withPair(TYPE.ARRAY, array(TYPE.F32, 3, [...f32(1), ...f32(2)])),
    /metadata "k" claims 3 items, but the rest of the file \(8 bytes\) has room for 2/,
  ],
  [
    'an absurdly long array',
    withPair(TYPE.ARRAY, array(TYPE.STRING, 2n ** 40n, [])),
    /metadata "k" claims 1099511627776 items/,
  ],
  [
    'an array of an unknown type',
    withPair(TYPE.ARRAY, array(99, 0, [])),
    /metadata "k" is an array of the unknown type 99/,
  ],
  [
    'an array that ends inside an item',
    withPair(TYPE.ARRAY, array(TYPE.STRING, 1, u64(5))),
    /metadata "k", item 0, claims 5 bytes/,
  ],
  ['arrays nested too deep', withPair(TYPE.ARRAY, nested(4)), /nests arrays more than 4 deep/],
  [
    'an alignment of 0',
    withPair(TYPE.U32, u32(0), 'general.alignment'),
    /"general.alignment" is 0; it must be a positive multiple of 8/,
  ],
  ['an alignment of 12', withPair(TYPE.U32, u32(12), 'general.alignment'), /"general.alignment" is 12/],
  [
    'an alignment in words',
    withPair(TYPE.STRING, string('32'), 'general.alignment'),
    /"general.alignment" is 32; it must/,
  ],
  [
    'an unknown type of tensor',
    withTensor(floats('a', [1], { type: 77 })),
    /Tensor "a" has the unknown type 77; supported are F32/,
  ],
  [
    'a type that is not decoded',
    withTensor(floats('a', [1], { type: 20 })),
    /Tensor "a" has the type IQ4_NL \(20\), which is not supported/,
  ],
  ['a tensor twice', ggufFile({ tensors: [floats('a', [1]), floats('a', [2])] }), /Tensor "a" is listed twice/],
  [
    'five dimensions',
    withTensor(floats('a', [1], { dimensions: [1, 1, 1, 1, 1] })),
    /Tensor "a" has 5 dimensions; 4 is/,
  ],
  [
    'a dimension beyond doubles',
    withTensor(floats('a', [1], { dimensions: [2n ** 60n] })),
    /Tensor "a" gives 1152921504606846976 as its size/,
  ],
  [
    'a shape beyond addressing',
    withTensor(floats('a', [1], { dimensions: [2 ** 30, 2 ** 30] })),
    /more values than can be addressed/,
  ],
  [
    'rows that do not fill their blocks',
    withTensor(floats('a', [1], { dimensions: [48, 2], type: 2 })),
    /Tensor "a" has rows of 48 values, but Q4_0 stores them in blocks of 32/,
  ],
  [
    'an offset off the alignment',
    withTensor(floats('a', [1, 2], { offset: 4 })),
    /Tensor "a" begins at byte 4 of the data, which is no multiple of the alignment 32/,
  ],
  [
    'an offset outside the file',
    withTensor(floats('a', [1, 2], { offset: 64 })),
    /Tensor "a" lies at \[\d+, \d+\), outside the file of \d+ bytes/,
  ],
  [
    'an offset beyond doubles',
    withTensor(floats('a', [1, 2], { offset: 2n ** 63n })),
    /Tensor "a" gives 9223372036854775808 as its offset, more than/,
  ],
  [
    'a tensor cut short',
    withTensor(floats('a', [1, 2]), { extra: -1 }),
    /outside the file of \d+ bytes; the file is truncated/,
  ],
  [
    'an overlap',
    ggufFile({ tensors: [floats('a', Array(10).fill(1)), floats('b', [1], { offset: 32 })] }),
    /Tensor "b" begins at byte \d+ of the file and overlaps/,
  ],
];

describe('a bad file is refused with its own message', () => {
  test.each(refused)('%s', async (_, bytes, message) => {
    await expect(openGguf(bytes)).rejects.toThrow(message);
  });

  test('every cut of a good file is refused', async () => {
    for (let length = 0; length < everyKind.length; length++) {
      await expect(openGguf(everyKind.subarray(0, length)), `${length} bytes`).rejects.toThrow();
    }
  });

  test('a source is closed when its header is refused', async () => {
    let closed = 0;
    await expect(
      openGguf({ size: 3, read: async () => new Uint8Array(3), close: () => void closed++ }),
    ).rejects.toThrow('3 more');
    expect(closed).toBe(1);
  });
});

test('what looks odd but is allowed: nothing inside, scalars, empty tensors, other alignments, bytes at the end, version 2', async () => {
  expect((await openGguf(ggufFile())).tensors.size).toBe(0);
  const file = await openGguf(
    ggufFile({
      version: 2,
      alignment: 8,
      pairs: [pair('general.alignment', TYPE.U32, u32(8))],
      tensors: [
        floats('scalar', [5], { dimensions: [] }),
        floats('none', [], { dimensions: [0, 3] }),
        floats('last', [7]),
      ],
      extra: 5,
    }),
  );
  expect(await file.read('scalar')).toEqual({ type: 'F32', shape: [], data: Float32Array.of(5) });
  expect(await file.read('none')).toEqual({ type: 'F32', shape: [3, 0], data: new Float32Array() });
  expect((await file.read('last')).data).toEqual(Float32Array.of(7));
});
