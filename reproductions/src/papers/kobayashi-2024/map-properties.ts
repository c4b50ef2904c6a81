import {
  type ActivationName,
  attentionMaps,
  contributionRows,
  gateOf,
  type Layer,
  mapChange,
  type Scope,
  scopesOf,
  weightMixing,
} from '@interlayer/attention-maps';
import { zeros } from '@interlayer/linalg';
import { seedFrom } from '@interlayer/text-data';
import fc from 'fast-check';
import type { CheckControl } from '../../claim';
import type { Property } from '../../claim/properties';
import {
  dot,
  type FullLayer,
  type LayerShape,
  layerNorm,
  plus,
  randomLayer,
  rowsIn,
  scalarOf,
  statesOf,
} from './plain-layer';

/** Two float64 evaluations of one sum in another order differ by less than this, relative to its scale. */
const EPSILON = 1e-10;
const NAMES: ActivationName[] = ['relu', 'gelu', 'gelu-tanh', 'silu', 'identity'];

const shape: fc.Arbitrary<LayerShape> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 30 }),
  norm: fc.constantFrom('post', 'pre'),
  activation: fc.constantFrom(...NAMES),
  causal: fc.boolean(),
  tokens: fc.integer({ min: 1, max: 5 }),
  width: fc.integer({ min: 2, max: 6 }),
  heads: fc.integer({ min: 1, max: 3 }),
  cells: fc.integer({ min: 1, max: 8 }),
});

const near = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  const scale = Math.max(1, ...Array.from(a, Math.abs), ...Array.from(b, Math.abs));
  return a.length === b.length && Array.from(a).every((value, k) => Math.abs(value - b[k]!) <= EPSILON * scale);
};
const sumOf = (rows: readonly number[][]): number[] => rows.reduce(plus);
const length = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x));

/** What holds of the contributions to every target at every scope. */
const ofRows = (
  holds: (row: { slots: number[][]; state: number[]; scope: Scope; target: number; layer: FullLayer }) => boolean,
  change: (layer: FullLayer) => FullLayer = (layer) => layer,
) =>
  fc.asyncProperty(shape, async (drawn) => {
    const layer = change(randomLayer(drawn));
    const states = statesOf(layer);
    for await (const { target, slots } of contributionRows(layer))
      for (const scope of scopesOf(layer))
        if (!holds({ slots: rowsIn(slots[scope]), state: states[scope]![target]!, scope, target, layer })) return false;
    return true;
  }) as fc.IAsyncProperty<unknown>;

const ofLayers = (holds: (layer: FullLayer, drawn: LayerShape) => Promise<boolean>) =>
  fc.asyncProperty(shape, (drawn) => holds(randomLayer(drawn), drawn)) as fc.IAsyncProperty<unknown>;

const feedForwardOf = ({ norm }: Layer) => (norm === 'post' ? 'AtbFf' : 'AtbLnFf');
const beforeOf = ({ norm }: Layer) => (norm === 'post' ? 'Atb' : 'AtbLn');
const skipOf = ({ norm }: Layer) => (norm === 'post' ? 'AtbFfRes' : 'AtbLnFfRes');
const summands = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 6 });

/** Those of Q1 to Q18 that say what a map is; they hold for any weights, so no model is trained for them. */
export const mapProperties: readonly Property[] = [
  {
    id: 'Q1',
    statement: 'At every scope the contributions, that of the biases included, sum to what the layer computes',
    property: ofRows(({ slots, state }) => near(sumOf(slots), state)),
  },
  {
    id: 'Q2',
    statement: 'Without the slot of the biases the sum misses the layer by exactly that slot',
    property: ofRows(({ slots, state }) =>
      near(sumOf([state, ...slots.slice(0, -1).map((row) => row.map((x) => -x))]), slots.at(-1)!),
    ),
  },
  {
    id: 'Q3',
    statement:
      'Completeness: the shares of the summands of an activation sum to g(S) − g(0), and the closed form is the integral',
    property: fc.asyncProperty(fc.constantFrom(...NAMES), summands, async (name, u) => {
      const sum = u.reduce((total, value) => total + value, 0);
      const [closed, integral] = [gateOf(name)(sum), gateOf(name, { rule: 'gauss-legendre', steps: 32 })(sum)];
      return (
        near([u.reduce((total, value) => total + value * closed, 0)], [scalarOf(name)(sum)]) &&
        near([closed * sum], [integral * sum])
      );
    }) as fc.IAsyncProperty<unknown>,
  },
  {
    id: 'Q4',
    statement: 'A hidden unit has one gate for all sources of a target: feed-forward is D · W1 · diag(gate) · W2',
    property: ofLayers(async (layer) => {
      const { up, down, activation } = layer.feedForward;
      const [w1, w2] = [rowsIn(up.weight), rowsIn(down.weight)];
      for await (const { slots } of contributionRows(layer)) {
        const before = rowsIn(slots[beforeOf(layer)]);
        const hidden = before.map((row) => w1.map((unit) => dot(row, unit)));
        const total = plus(sumOf(hidden), up.bias!);
        const gates = total.map((sum) => (sum === 0 ? 0 : scalarOf(activation)(sum) / sum));
        const fed = hidden.map((row) =>
          w2.map((out) =>
            dot(
              row.map((u, k) => u * gates[k]!),
              out,
            ),
          ),
        );
        if (
          !rowsIn(slots[feedForwardOf(layer)])
            .slice(0, -1)
            .every((row, source) => near(row, fed[source]!))
        )
          return false;
      }
      return true;
    }),
  },
  {
    id: 'Q8',
    statement: 'A feed-forward block that writes nothing has a map of zeros, and its skip gives back the map before it',
    property: ofLayers(async (layer) => {
      const { up, down } = layer.feedForward;
      layer.feedForward.down = { weight: zeros(down.weight.rows, up.weight.rows) };
      const maps = await attentionMaps<Scope>(layer);
      const silent = maps[feedForwardOf(layer)].map;
      return (
        silent.data.every((value) => value === 0) &&
        near(maps[skipOf(layer)].map.data, maps.Atb.map.data) &&
        (layer.input.rows === 1 || mapChange(maps[beforeOf(layer)].map, silent).value === null)
      );
    }),
  },
  {
    id: 'Q10',
    statement: 'Under a causal mask nothing comes from later tokens, at any scope',
    property: ofLayers(async (layer, { causal }) => {
      const maps = Object.values(await attentionMaps<Scope>(layer));
      return (
        !causal ||
        maps.every(({ map }) => rowsIn(map).every((row, i) => row.slice(i + 1).every((value) => value === 0)))
      );
    }),
  },
  {
    id: 'Q13',
    statement: 'What the tokens contribute together is no longer than the sum of their lengths',
    property: ofRows(({ slots }) => {
      const tokens = slots.slice(0, -1);
      return length(sumOf(tokens)) <= tokens.map(length).reduce((sum, each) => sum + each) * (1 + EPSILON) + EPSILON;
    }),
  },
  {
    id: 'Q17',
    statement: 'Mixing ratios lie in [0, 1], and the skip halves that of attention weights',
    property: ofLayers(async (layer) => {
      const maps = Object.values(await attentionMaps<Scope>(layer));
      const [bare, skipped] = [weightMixing(layer.attention), weightMixing(layer.attention, { residual: true })];
      const ratios = [...maps.flatMap(({ mixing }) => [...mixing]), ...bare];
      return (
        ratios.every((ratio) => Number.isNaN(ratio) || (ratio >= 0 && ratio <= 1)) &&
        near(
          bare.map((ratio) => ratio / 2),
          skipped,
        )
      );
    }),
  },
];

/** What looks like a decomposition and is none: each must break the sum. */
const FAULTS: Record<string, (seed: number) => Promise<boolean>> = {
  'LayerNorm with the deviation of each term': async (seed) => {
    const { input, attentionNorm: norm } = randomLayer({ ...FIXED, seed });
    const terms = rowsIn(input);
    const plain = { ...norm, bias: undefined };
    return near(sumOf(terms.map((term) => layerNorm(term, plain))), layerNorm(sumOf(terms), plain));
  },
  'no bias of the values': (seed) => sums(seed, (layer) => ({ ...layer, value: { weight: layer.value.weight } })),
  'no bias inside of the activation': (seed) =>
    sums(seed, (layer) => ({
      ...layer,
      feedForward: { ...layer.feedForward, up: { weight: layer.feedForward.up.weight } },
    })),
  'tanh in place of exact GELU': (seed) =>
    sums(seed, (layer) => ({ ...layer, feedForward: { ...layer.feedForward, activation: 'gelu-tanh' } })),
  'integration in five steps': async () => {
    const gate = gateOf('gelu', { rule: 'midpoint', steps: 5 });
    return near(
      [-3, 2, 5].map((sum) => sum * gate(sum)),
      [-3, 2, 5].map(scalarOf('gelu')),
    );
  },
};

const FIXED = { norm: 'post', activation: 'gelu', causal: false, tokens: 4, width: 6, heads: 2, cells: 8 } as const;

/** Whether contributions of a changed layer still sum to what the unchanged one computes. */
async function sums(seed: number, change: (layer: FullLayer) => FullLayer): Promise<boolean> {
  const layer = randomLayer({ ...FIXED, seed });
  const state = statesOf(layer).AtbFfResLn!;
  for await (const { target, slots } of contributionRows(change(layer)))
    if (!near(sumOf(rowsIn(slots.AtbFfResLn)), state[target]!)) return false;
  return true;
}

/** The faults that did not break the sum in one of some random layers. */
export async function missedFaults(seed: number, faults = FAULTS): Promise<string[]> {
  const missed: string[] = [];
  for (const [name, holds] of Object.entries(faults))
    for (let i = 0; i < 5; i++) if (!missed.includes(name) && (await holds(seedFrom(seed, name, i)))) missed.push(name);
  return missed;
}

export const knownFaults: CheckControl<unknown, { missed: string[] }> = {
  record: {
    name: 'known faults',
    kind: 'positive',
    description: `Five decompositions that are wrong: ${Object.keys(FAULTS).join('; ')}`,
    expected: 'none of them sums to the layer',
  },
  check: (_, [{ missed } = { missed: Object.keys(FAULTS) }]) => ({
    passed: missed.length === 0,
    detail: missed.length ? `still sums to the layer: ${missed.join('; ')}` : 'none of them sums to the layer',
  }),
};
