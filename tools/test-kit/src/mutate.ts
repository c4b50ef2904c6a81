import fc from 'fast-check';
import { seededRandom } from './random';

/** Numbers that readers mistake for sizes, ids or indices. */
const NUMBERS = [0, -0, 1, -1, 1.5, 255, 2 ** 16, 3e7, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e21, 1e308];
const STRINGS = [
  '',
  ' ',
  '5',
  '-1',
  'NaN',
  'null',
  '../../x',
  '/',
  '\0',
  '\ud800',
  '`<b>`',
  '__proto__',
  'constructor',
];
/** Bytes that begin or end something: lengths, signs, quotes, brackets, and what no UTF-8 text holds. */
const BYTES = [0, 1, 0x0a, 0x20, 0x22, 0x2d, 0x2f, 0x39, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xfe, 0xff];

type Draw = ReturnType<typeof drawing>;

function drawing(seed: number) {
  const random = seededRandom(seed);
  // Until the generator's state has mixed, neighbouring seeds draw alike.
  for (let i = 0; i < 64; i++) random();
  const below = (n: number) => Math.floor(random() * n);
  return { below, from: <T>(values: readonly T[]): T => values[below(values.length)]! };
}

/** A copy of bytes with one to four faults: bits flipped, bytes or 64-bit numbers set, ranges cut, doubled or moved. */
export function mutateBytes(seed: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const draw = drawing(seed);
  let mutated: Uint8Array<ArrayBuffer> = Uint8Array.from(bytes);
  for (let fault = draw.below(4); fault >= 0; fault--) mutated = damage(draw, mutated);
  return mutated;
}

function damage({ below, from }: Draw, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = below(bytes.length + 1);
  const length = from([1, 2, 8, 64, below(bytes.length + 1)]);
  const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const [before, range, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  switch (below(7)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << below(8);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = from(BYTES);
      return bytes;
    case 2: {
      // Sizes often stand at the beginning.
      const place = from([0, at]);
      if (place + 8 <= bytes.length)
        new DataView(bytes.buffer).setBigUint64(place, from([0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 64n - 1n]), true);
      return bytes;
    }
    case 3:
      return bytes.slice(0, at);
    case 4:
      return joined(before, after);
    case 5:
      return joined(before, range, range, after);
    default:
      return joined(after, before, range);
  }
}

/** A copy of a JSON value with one to three faults: parts replaced, removed, renamed, repeated or exchanged. */
export function mutateJson(seed: number, value: unknown): unknown {
  const draw = drawing(seed);
  const root = { value: structuredClone(value) };
  for (let fault = draw.below(3); fault >= 0; fault--) {
    const places = placesIn(root);
    const { parent, key } = draw.from(places);
    const other = draw.from(places);
    switch (draw.below(6)) {
      case 0:
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else if (parent !== root) delete parent[key];
        break;
      case 1:
        if (parent !== root && !Array.isArray(parent)) {
          Object.defineProperty(parent, draw.from(STRINGS), {
            value: parent[key],
            enumerable: true,
            configurable: true,
            writable: true,
          });
          delete parent[key];
        }
        break;
      case 2:
        if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(parent[Number(key)]));
        break;
      case 3:
        parent[key] = structuredClone(other.parent[other.key]);
        break;
      default:
        parent[key] = hostileValue(draw);
    }
  }
  return root.value;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape is taken apart here.
type Node = any;

function placesIn(parent: Node, places: { parent: Node; key: string }[] = []): { parent: Node; key: string }[] {
  for (const key of Object.keys(parent)) {
    places.push({ parent, key });
    if (typeof parent[key] === 'object' && parent[key] !== null) placesIn(parent[key], places);
  }
  return places;
}

function hostileValue({ below, from }: Draw): unknown {
  switch (below(7)) {
    case 0:
      return from([null, true, false]);
    case 1:
    case 2:
      return from(NUMBERS);
    case 3:
      return from(STRINGS);
    case 4:
      return from<unknown>([[], {}, [[]], [null], { length: 1e9 }]);
    case 5:
      return 'a'.repeat(20_000);
    default:
      return fc.sample(fc.jsonValue(), { numRuns: 1, seed: below(2 ** 31) })[0];
  }
}

/** The text of a damaged JSON value: parts are wrong, or bytes, or something is nested too deep to walk through. */
export function mutateJsonText(seed: number, value: unknown): string {
  const { below } = drawing(seed);
  const text = JSON.stringify(mutateJson(seed, value)) ?? '';
  if (below(4) === 0) return new TextDecoder().decode(mutateBytes(seed, new TextEncoder().encode(text)));
  if (below(40) > 0) return text;
  const levels = 10 ** (2 + below(4));
  const [open, close] = below(2) === 0 ? ['[', ']'] : ['{"a":', '}'];
  const deep = `${open.repeat(levels)}0${close.repeat(levels)}`;
  const commas = [...text.matchAll(/[[:,]/g)].map(({ index }) => index + 1);
  const at = commas[below(commas.length)] ?? 0;
  return `${text.slice(0, at)}${deep}${text.slice(at)}`.replace(`${deep}"`, `${deep},"`);
}
