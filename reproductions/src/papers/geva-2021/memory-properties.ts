import {
  type Activation,
  activations,
  compositionCase,
  ffnAsMemory,
  memoryCoefficients,
  readout,
  topTokens,
  zeroAgreement,
} from '@interlayer/ffn-memory';
import { type Matrix, matrix } from '@interlayer/linalg';
import fc from 'fast-check';
import type { CheckControl } from '../../claim';
import type { Property } from '../../claim/properties';

/** Two float64 evaluations of one sum in another order differ by less than this, relative to its scale. */
const EPSILON = 1e-9;

interface Block {
  x: number[];
  /** Dense weights as networks store them: [in][out]. */
  w1: number[][];
  b1: number[];
  w2: number[][];
  b2: number[];
  embedding: number[][];
}

const number = fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((k) => k / 2 ** 19);
const list = (length: number) => fc.array(number, { minLength: length, maxLength: length });
const grid = (rows: number, columns: number) => fc.array(list(columns), { minLength: rows, maxLength: rows });

const block: fc.Arbitrary<Block> = fc
  .record({
    d: fc.integer({ min: 1, max: 6 }),
    cells: fc.integer({ min: 1, max: 10 }),
    vocabulary: fc.integer({ min: 2, max: 12 }),
  })
  .chain(({ d, cells, vocabulary }) =>
    fc.record({
      x: list(d),
      w1: grid(d, cells),
      b1: list(cells),
      w2: grid(cells, d),
      b2: list(d),
      embedding: grid(vocabulary, d),
    }),
  );

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
const column = (a: readonly number[][], j: number): number[] => a.map((row) => row[j]!);
const stack = (rows: readonly number[][]): Matrix => matrix(rows.flat(), rows[0]!.length);
const keysOf = ({ w1 }: Block): number[][] => w1[0]!.map((_, cell) => column(w1, cell));
const logits = (h: readonly number[], embedding: readonly number[][]): number[] => embedding.map((e) => dot(h, e));
const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((v, i) => v + b[i]!);
const close = (a: number, b: number, scale = 1): boolean => Math.abs(a - b) <= EPSILON * Math.max(1, Math.abs(scale));
const clear = (scores: readonly number[]): boolean => {
  const sorted = [...scores].sort((p, q) => q - p);
  return sorted[0]! - sorted[1]! > EPSILON;
};
const topOf = async (h: readonly number[], embedding: readonly number[][]): Promise<number> =>
  (await topTokens(matrix([...h], h.length), stack(embedding)))[0]!;

const memories = async (b: Block, activation: Activation) =>
  memoryCoefficients(matrix(b.x, b.x.length), stack(keysOf(b)), b.b1, activation);

const property = (test: (b: Block) => Promise<boolean>) => fc.asyncProperty(block, test) as fc.IAsyncProperty<unknown>;

/** P1 to P5 and P13: they hold for any weights, so no model is trained for them. */
export const memoryProperties: readonly Property[] = [
  {
    id: 'P1',
    statement: 'A feed-forward block is the sum of its memories: FF(x) = Σ mᵢ vᵢ + b, with ReLU and with GELU',
    property: property(async (b) => {
      for (const name of ['relu', 'gelu'] as const) {
        const m = await memories(b, name);
        const y = ffnAsMemory(m, stack(b.w2), b.b2).data;
        // the other way round: two dense layers, hidden unit by hidden unit, summed from the last one
        const hidden = b.b1.map((bias, cell) => activations[name](dot(b.x, column(b.w1, cell)) + bias));
        for (const [k, bias] of b.b2.entries()) {
          const expected = hidden.reduceRight((sum, value, cell) => sum + value * b.w2[cell]![k]!, bias);
          if (!close(y[k]!, expected, expected)) return false;
        }
      }
      return true;
    }),
  },
  {
    id: 'P2',
    statement: 'With ReLU no coefficient is negative, and leaving out every inactive cell changes no bit of the output',
    property: property(async (b) => {
      const m = Array.from((await memories(b, 'relu')).data);
      const active = m.flatMap((value, cell) => (value > 0 ? [cell] : []));
      const pre = b.b1.map((bias, cell) => dot(b.x, column(b.w1, cell)) + bias);
      if (
        m.some((value) => value < 0) ||
        pre.some((value, cell) => Math.abs(value) > EPSILON && value > 0 !== m[cell]! > 0)
      )
        return false;
      if (active.length === 0) return true;
      const some = ffnAsMemory(
        matrix(
          active.map((cell) => m[cell]!),
          active.length,
        ),
        stack(active.map((cell) => b.w2[cell]!)),
        b.b2,
      );
      const all = ffnAsMemory(matrix(m, m.length), stack(b.w2), b.b2);
      return some.data.every((value, k) => value === all.data[k]);
    }),
  },
  {
    id: 'P3',
    statement: "A value's ranking of the tokens is free of its coefficient; a negative coefficient reverses it",
    property: property(async (b) => {
      const v = b.w2[0]!;
      const scores = logits(v, b.embedding);
      if (!clear(scores) || !clear(scores.map((score) => -score))) return true;
      const scaled = (c: number) =>
        topOf(
          v.map((value) => value * c),
          b.embedding,
        );
      return (
        (await scaled(0.03)) === scores.indexOf(Math.max(...scores)) &&
        (await scaled(70)) === (await topTokens(stack([v]), stack(b.embedding)))[0] &&
        (await scaled(-2)) === scores.indexOf(Math.min(...scores))
      );
    }),
  },
  {
    id: 'P4',
    statement:
      "A value's distribution sums to 1, its largest probability is at least 1/|V|, and all become 1/|V| as the value vanishes",
    property: property(async (b) => {
      const size = b.embedding.length;
      const tokens = Array.from({ length: size }, (_, token) => token);
      const distribution = async (v: number[]) => {
        const options = { probabilityOf: [tokens] };
        return (await readout(stack(tokens.map(() => v)), stack(b.embedding), options)).probabilityOf[0]!;
      };
      const p = await distribution(b.w2[0]!);
      const flat = await distribution(b.w2[0]!.map((value) => value * 1e-13));
      return (
        close(
          p.reduce((sum, value) => sum + value, 0),
          1,
        ) &&
        Math.max(...p) >= 1 / size - EPSILON &&
        flat.every((value) => close(value * size, 1))
      );
    }),
  },
  {
    id: 'P5',
    statement:
      'Where residual and block agree on a token, so does their sum: no fifth case under a linear readout without bias',
    property: property(async (b) => {
      const y = Array.from(ffnAsMemory(await memories(b, 'relu'), stack(b.w2), b.b2).data);
      // a residual that leans towards y, so that the two agree often
      const r = plus(b.x, y);
      if (!clear(logits(r, b.embedding)) || !clear(logits(y, b.embedding))) return true;
      const [tr, ty, to] = await topTokens(stack([r, y, plus(r, y)]), stack(b.embedding));
      return compositionCase(tr!, ty!, to!) !== 'fifth';
    }),
  },
  {
    id: 'P13',
    statement:
      'Zero agreement over active cells holds wherever it holds over all; one active cell alone speaks for its block',
    property: property(async (b) => {
      const coefficients = await memories(b, 'relu');
      const embedding = stack(b.embedding);
      const valueTop = await topTokens(stack(b.w2), embedding);
      const y = await topTokens(ffnAsMemory(coefficients, stack(b.w2), b.b2), embedding);
      const [all, active] = (['all', 'active'] as const).map(
        (cells) => zeroAgreement({ coefficients, valueTop, y }, { cells })[0]!,
      );
      if (all && !active) return false;
      const cell = b.w2.length - 1;
      if (!clear(logits(b.w2[cell]!, b.embedding))) return true;
      const lone = matrix(new Float64Array(b.w2.length), b.w2.length);
      lone.data[cell] = 0.7;
      const spoken = await topTokens(ffnAsMemory(lone, stack(b.w2)), embedding);
      return !zeroAgreement({ coefficients: lone, valueTop, y: spoken }, { cells: 'active' })[0];
    }),
  },
];

/** Whether random search meets residual and block that agree on a token while their sum does not, when logits get a bias. */
export async function fifthCaseWithBias(seed: number): Promise<boolean> {
  const triple = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 });
  const argmax = (values: number[]) => values.indexOf(Math.max(...values));
  const { failed } = await fc.check(
    fc.property(triple, triple, triple, (r, y, bias) => {
      const readout = (h: number[]) => argmax(plus(h, bias));
      return readout(r) !== readout(y) || readout(plus(r, y)) === readout(r);
    }),
    { seed, numRuns: 1000 },
  );
  return failed;
}

/** The search must be able to find what the properties say is not there. */
export const withBias: CheckControl<unknown, { fifth: boolean }> = {
  record: {
    name: 'readout with a bias',
    kind: 'positive',
    description: 'The search for a fifth case (P5) with a readout bias, under which one exists',
    expected: 'the search finds it, so it could have found one without bias',
  },
  check: (_, [{ fifth } = { fifth: false }]) => ({
    passed: fifth,
    detail: fifth
      ? 'a fifth case was found as soon as the readout had a bias'
      : 'no fifth case was found with a bias either',
  }),
};
