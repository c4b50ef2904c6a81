import { amplifiedPairs, attentionMaps, type Layer } from '@interlayer/attention-maps';
import { matrix, zeros } from '@interlayer/linalg';
import { randomLayer } from './plain-layer';

const [TOKENS, WIDTH, PLANTED] = [12, 16, [2, 5, 9]] as const;

/**
 * A layer whose feed-forward block writes only in answer to one direction, which three of its tokens carry: it amplifies what
 * comes from these. Counts how many of the pairs amplified most are theirs, and the pairs that a silent block amplifies.
 */
export async function plantedBlock(seed: number): Promise<{ right: number; all: number; silent: number }> {
  const layer = plantedLayer(seed);
  const pairs = await amplified(layer);
  const all = PLANTED.length * (TOKENS - 1);
  const right = pairs.slice(0, all).filter(({ source }) => (PLANTED as readonly number[]).includes(source)).length;
  const { feedForward } = layer;
  const silent = { ...layer, feedForward: { ...feedForward, down: { weight: zeros(WIDTH, 1) } } };
  return { right, all, silent: (await amplified(silent)).length };
}

async function amplified(layer: Layer) {
  const { Atb, AtbFf } = await attentionMaps(layer, { scopes: ['Atb', 'AtbFf'] });
  return amplifiedPairs(Atb.map, AtbFf.map, { diagonal: false, scale: 'none' });
}

/** Every token attends to all alike and passes itself on; the last dimension is the planted direction. */
function plantedLayer(seed: number) {
  const random = randomLayer({
    seed,
    norm: 'post',
    activation: 'relu',
    causal: false,
    tokens: TOKENS,
    width: WIDTH,
    heads: 1,
    cells: 1,
  });
  const identity = matrix(
    Float64Array.from({ length: WIDTH ** 2 }, (_, k) => Number(k % (WIDTH + 1) === 0)),
    WIDTH,
  );
  const plain = { gain: new Float64Array(WIDTH).fill(1), epsilon: 1e-12 };
  const input = Float64Array.from(random.input.data);
  for (let token = 0; token < TOKENS; token++)
    input[token * WIDTH + WIDTH - 1] = (PLANTED as readonly number[]).includes(token) ? 8 : 0;
  const direction = Float64Array.from({ length: WIDTH }, (_, k) => Number(k === WIDTH - 1));
  return {
    ...random,
    input: matrix(input, WIDTH),
    attention: [matrix(new Float64Array(TOKENS ** 2).fill(1 / TOKENS), TOKENS)],
    value: { weight: identity },
    output: { weight: identity },
    attentionNorm: plain,
    feedForward: {
      // Open at every target, whatever it holds itself.
      up: { weight: matrix(direction, WIDTH), bias: [10] },
      down: {
        weight: matrix(
          Float64Array.from(random.input.data.subarray(0, WIDTH), (value) => 20 * value),
          1,
        ),
      },
      activation: 'relu' as const,
      norm: plain,
    },
  };
}
