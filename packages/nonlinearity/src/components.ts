/** Where a component of a block begins and ends, as points of `@interlayer/transformer`'s block (`ffn.hidden`). */
interface Ends {
  input: string;
  output: string;
}

/**
 * The components that Zhao et al. 2021 measure, by the names in their code, as they lie in a block with LayerNorm after each
 * skip (BERT).
 */
const POST = {
  /** The feed-forward block, without skip and LayerNorm: the paper's MLP. */
  mlp: { input: 'middle', output: 'ffn.output' },
  /** Its first layer with the activation: d to 4d. */
  ffgelu: { input: 'middle', output: 'ffn.hidden' },
  ffn_before_ln: { input: 'middle', output: 'ffn.sum' },
  ffn: { input: 'middle', output: 'output' },
  /** The heads side by side. */
  self_attention: { input: 'input', output: 'attention.context' },
  /** With the output layer, without skip and LayerNorm: the paper's SA-FF. */
  self_attention_ff: { input: 'input', output: 'attention.output' },
  /** That output layer alone, which is affine. */
  ff_after_self_attention: { input: 'attention.context', output: 'attention.output' },
  attention_before_ln: { input: 'input', output: 'attention.sum' },
  attention: { input: 'input', output: 'middle' },
  encoder: { input: 'input', output: 'output' },
} as const satisfies Record<string, Ends>;

export type ComponentName = keyof typeof POST;

/**
 * The same in a block that begins with its LayerNorms (GPT-2). What has neither skip nor LayerNorm reads the normalised stream;
 * what has the skip contains the LayerNorm. A skip without LayerNorm does not occur there.
 */
const PRE: Partial<Record<ComponentName, Ends>> = {
  mlp: { input: 'ffn.input', output: 'ffn.output' },
  ffgelu: { input: 'ffn.input', output: 'ffn.hidden' },
  ffn: { input: 'middle', output: 'output' },
  self_attention: { input: 'attention.input', output: 'attention.context' },
  self_attention_ff: { input: 'attention.input', output: 'attention.output' },
  ff_after_self_attention: { input: 'attention.context', output: 'attention.output' },
  attention: { input: 'input', output: 'middle' },
  encoder: { input: 'input', output: 'output' },
};

const FEED_FORWARD: readonly ComponentName[] = ['mlp', 'ffgelu', 'ffn_before_ln', 'ffn'];

/** A map from one hook point to another, under a name that is its key in results. */
export interface Component {
  name: string;
  /** A hook point, such as `layers.0.middle`. */
  input: string;
  output: string;
}

export interface ComponentOptions {
  /** Where the blocks have their LayerNorms: `'post'` (BERT) or `'pre'` (GPT-2). */
  norm: 'post' | 'pre';
  /** The number of blocks, or the slots to measure. */
  layers: number | readonly number[];
  /** All that the blocks have, unless set. */
  names?: readonly ComponentName[];
  /** Whether the block in each slot has a feed-forward block; all have one unless set. */
  feedForward?: readonly boolean[];
}

/**
 * The components of a stack of blocks, named `layers.0.mlp` and so on. Blocks without a feed-forward block have only those of
 * attention.
 * @throws when a name is unknown or does not occur in such blocks, or a slot is not a non-negative integer.
 */
export function blockComponents({ norm, layers, names, feedForward }: ComponentOptions): Component[] {
  if (norm !== 'post' && norm !== 'pre') throw new Error(`norm is ${JSON.stringify(norm)}; it is "post" or "pre".`);
  const table: Partial<Record<ComponentName, Ends>> = norm === 'post' ? POST : PRE;
  const known = Object.keys(table) as ComponentName[];
  const missing = names?.find((name) => !Object.hasOwn(table, name));
  if (missing !== undefined)
    throw new Error(
      Object.hasOwn(POST, missing)
        ? `A block with its LayerNorm before each branch has no "${missing}"; it has ${known.join(', ')}.`
        : `There is no component "${missing}"; there are ${known.join(', ')}.`,
    );
  const slots = typeof layers === 'number' ? [...Array(requireSlot(layers)).keys()] : layers.map(requireSlot);
  return slots.flatMap((slot) =>
    (names ?? known)
      .filter((name) => feedForward?.[slot] !== false || !FEED_FORWARD.includes(name))
      .map((name) => {
        const { input, output } = table[name]!;
        return { name: `layers.${slot}.${name}`, input: `layers.${slot}.${input}`, output: `layers.${slot}.${output}` };
      }),
  );
}

function requireSlot(slot: number): number {
  if (!Number.isSafeInteger(slot) || slot < 0)
    throw new Error(`layers has ${slot}; give a number of blocks, or slots from 0.`);
  return slot;
}
