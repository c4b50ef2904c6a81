import { describe, expect, test } from 'vitest';
import { openSafetensors, serializeSafetensors } from '../src/index';

/** A file with the given header text (or bytes) and `dataLength` zero bytes. */
function file(header: string | Uint8Array, dataLength = 0, claimed?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensor = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const header = (tensors: object) => JSON.stringify(tensors);

const refused: [string, Uint8Array, RegExp][] = [
  ['an empty file', new Uint8Array(0), /has 0 bytes.*8-byte header length/],
  ['a header longer than the file', file('{}', 0, 100n), /claims 100 bytes, but the file has only 2.*truncated/],
  ['an absurd header length', file('{}', 0, 2n ** 63n), /claims 9223372036854775808 bytes, above.*limit/],
  ['bytes that are not UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d)), /not valid UTF-8/],
  ['a header that is no JSON', file('{"a":'), /not valid JSON/],
  ['a header that is a list', file('[]'), /JSON but not an object/],
  ['a header that is null', file('null'), /JSON but not an object/],
  ['a name twice', file('{"a":1,"b":{"a":2},"a":3}'), /names "a" twice/],
  ['a name twice, once escaped', file('{"a":1,"\\u0061":3}'), /names "a" twice/],
  ['a field twice', file('{"a":{"dtype":"F32","dtype":"F16"}}'), /names "dtype" twice/],
  ['a tensor that is a number', file(header({ a: 3 })), /Tensor "a" is described by 3/],
  ['an unknown dtype', file(header({ a: tensor(0, 4, [1], 'F33') }), 4), /unknown dtype "F33"; known are F64/],
  ['a dtype of the prototype', file(header({ a: tensor(0, 4, [1], 'toString') }), 4), /unknown dtype "toString"/],
  ['a missing dtype', file(header({ a: { shape: [], data_offsets: [0, 4] } }), 4), /unknown dtype undefined/],
  ['a negative length', file(header({ a: tensor(0, 4, [-1]) }), 4), /shape \[-1\]; a shape is a list/],
  ['a fractional length', file(header({ a: tensor(0, 4, [0.5, 2]) }), 4), /shape \[0.5,2\]; a shape is a list/],
  ['a shape that is no list', file(header({ a: tensor(0, 4, 1) }), 4), /shape 1; a shape is a list/],
  ['a shape beyond addressing', file(header({ a: tensor(0, 4, [2 ** 40, 2 ** 40]) }), 4), /more values than/],
  ['offsets that are no pair', file(header({ a: { ...tensor(0, 4), data_offsets: [0] } }), 4), /data_offsets \[0\]/],
  ['negative offsets', file(header({ a: tensor(-4, 0, [1]) }), 4), /data_offsets \[-4,0\]; they must be two non-neg/],
  ['an end before its begin', file(header({ a: tensor(4, 0, [1]) }), 4), /ends \(at 0\) before it begins \(at 4\)/],
  [
    'bytes unlike shape × size',
    file(header({ a: tensor(0, 8, [3]) }), 8),
    /takes 8 bytes, but its shape \[3\].*needs 12/,
  ],
  ['an overlap', file(header({ a: tensor(0, 8), b: tensor(4, 12) }), 12), /"b" begins at byte 4.*overlaps.*ends at 8/],
  ['the same bytes twice', file(header({ a: tensor(0, 8), b: tensor(0, 8) }), 8), /"b" begins at byte 0.*overlaps/],
  ['a hole', file(header({ a: tensor(0, 4), b: tensor(8, 12) }), 12), /"b" begins at byte 8 and leaves a hole from 4/],
  ['a hole at the start', file(header({ a: tensor(4, 8) }), 8), /"a" begins at byte 4 and leaves a hole from 0/],
  [
    'offsets out of range',
    file(header({ a: tensor(0, 4), b: tensor(80, 88) }), 12),
    /"b" lies at \[80, 88\), outside the/,
  ],
  ['missing data', file(header({ a: tensor(0, 8) }), 5), /truncated: its tensors need 8 bytes of data and 5 follow/],
  ['bytes after the last tensor', file(header({ a: tensor(0, 8) }), 9), /has 1 bytes after its last tensor/],
  ['metadata that is a list', file('{"__metadata__":[]}'), /"__metadata__" is not an object/],
  ['metadata that is not a string', file('{"__metadata__":{"step":3}}'), /metadata "step" is 3; it must be a string/],
];

describe('a bad file is refused with its own message', () => {
  test.each(refused)('%s', async (_, bytes, message) => {
    await expect(openSafetensors(bytes)).rejects.toThrow(message);
  });

  test('a source is closed when its header is refused', async () => {
    let closed = 0;
    const source = { size: 3, read: async () => new Uint8Array(3), close: () => void closed++ };
    await expect(openSafetensors(source)).rejects.toThrow('3 bytes');
    expect(closed).toBe(1);
  });

  test('every cut of a good file is refused', async () => {
    const good = serializeSafetensors([
      { name: 'a', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      { name: 'b', shape: [3], data: Uint8Array.of(1, 2, 3) },
    ]);
    for (let length = 0; length < good.length; length++) {
      await expect(openSafetensors(good.subarray(0, length)), `${length} bytes`).rejects.toThrow();
    }
    await openSafetensors(good);
  });
});

test('"__metadata__": null is no metadata, as in the reference implementation', async () => {
  const opened = await openSafetensors(file('{"__metadata__":null}'));
  expect(opened.metadata).toEqual({});
  expect(opened.tensors.size).toBe(0);
});

test('what looks odd but is allowed: no tensors, empty tensors, scalars, trailing spaces, names like 10 and __proto__', async () => {
  expect((await openSafetensors(file('{}'))).tensors.size).toBe(0);
  const text = `{"b":${JSON.stringify(tensor(0, 0, [0, 7]))},"10":${JSON.stringify(tensor(4, 8))},"__proto__":${JSON.stringify(tensor(0, 4, []))}}   `;
  const opened = await openSafetensors(file(text, 8));
  expect([...opened.tensors.keys()]).toEqual(['b', '__proto__', '10']);
  expect((await opened.read('b')).data).toEqual(new Float32Array(0));
  expect((await opened.read('__proto__')).shape).toEqual([]);
});

describe('a header of many megabytes', () => {
  const opened = (text: string) => openSafetensors(file(text));

  test('is read, whatever its metadata holds', async () => {
    const note = `${'word '.repeat(3_000_000)}${'\\'.repeat(1_000_001)}"`;
    const { metadata } = await opened(JSON.stringify({ __metadata__: { note } }));
    expect(metadata.note === note).toBe(true);
  });

  test('is refused in a short message', async () => {
    const long = { __metadata__: { note: ['word '.repeat(3_000_000)] } };
    await expect(opened(JSON.stringify(long))).rejects.toThrow(
      /^The header's metadata "note" is \["word .{190,}… \(15000004 characters\); it must be a string\.$/,
    );
  });

  test('is refused where it is nested too deep to be shown', async () => {
    const deep = `${'['.repeat(1e6)}${']'.repeat(1e6)}`;
    await expect(opened(`{"a":${deep}}`)).rejects.toThrow('Tensor "a" is described by a deeply nested list;');
    await expect(opened(`{"a":{"dtype":${deep}}}`)).rejects.toThrow('has the unknown dtype a deeply nested list;');
  });
});

test('a boolean that is neither 0 nor 1 is refused, and its bytes can still be read', async () => {
  const bytes = file(header({ flags: tensor(0, 2, [2], 'BOOL') }), 2);
  bytes[bytes.length - 1] = 2;
  const opened = await openSafetensors(bytes);
  await expect(opened.read('flags')).rejects.toThrow('Tensor "flags" is stored as BOOL and holds bytes other than');
  expect((await opened.read('flags', { as: 'bytes' })).data).toEqual(Uint8Array.of(0, 2));
});
