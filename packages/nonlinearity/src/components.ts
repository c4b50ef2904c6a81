type Ends = readonly [input: string, output: string];

/** Where a component begins and ends in a block with LayerNorm after each skip (BERT), and before each branch (GPT-2). */
interface Places {
  post: Ends;
  /** Absent where there is no such place: before the branch, a skip is never without its LayerNorm. */
  pre?: Ends;
  /** Part of the feed-forward block. */
  feedForward?: true;
}

/**
 * The components that Zhao et al. 2021 measure, by the names in their code, as points of the block of
 * `@interlayer/transformer`. Without skip and LayerNorm a component of GPT-2 reads the normalised stream; with them it
 * contains the LayerNorm.
 */
const COMPONENTS = {
  // The feed-forward block, the paper's MLP; its first layer with the activation, d to 4d; with the skip; with the LayerNorm.
  mlp: { post: ['middle', 'ffn.output'], pre: ['ffn.input', 'ffn.output'], feedForward: true },
  ffgelu: { post: ['middle', 'ffn.hidden'], pre: ['ffn.input', 'ffn.hidden'], feedForward: true },
  ffn_before_ln: { post: ['middle', 'ffn.sum'], feedForward: true },
  ffn: { post: ['middle', 'output'], pre: ['middle', 'output'], feedForward: true },
  // The heads side by side; with the output layer, the paper's SA-FF; that layer alone, which is affine; with skip and LayerNorm.
  self_attention: { post: ['input', 'attention.context'], pre: ['attention.input', 'attention.context'] },
  self_attention_ff: { post: ['input', 'attention.output'], pre: ['attention.input', 'attention.output'] },
  ff_after_self_attention: {
    post: ['attention.context', 'attention.output'],
    pre: ['attention.context', 'attention.output'],
  },
  attention_before_ln: { post: ['input', 'attention.sum'] },
  attention: { post: ['input', 'middle'], pre: ['input', 'middle'] },
  encoder: { post: ['input', 'output'], pre: ['input', 'output'] },
} as const satisfies Record<string, Places>;

export type ComponentName = keyof typeof COMPONENTS;

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
  const table = new Map(Object.entries<Places>(COMPONENTS).filter(([, places]) => places[norm]));
  const missing = names?.find((name) => !table.has(name));
  if (missing !== undefined)
    throw new Error(
      `There is no component "${missing}" in a block with LayerNorm ${norm === 'post' ? 'after its skips' : 'before its branches'}; there are ${[...table.keys()].join(', ')}.`,
    );
  const slots = typeof layers === 'number' ? [...Array(requireSlot(layers)).keys()] : layers.map(requireSlot);
  return slots.flatMap((slot) =>
    (names ?? [...table.keys()])
      .filter((name) => feedForward?.[slot] !== false || !table.get(name)!.feedForward)
      .map((name) => {
        const [input, output] = table.get(name)![norm]!.map((site) => `layers.${slot}.${site}`);
        return { name: `layers.${slot}.${name}`, input, output };
      }),
  );
}

function requireSlot(slot: number): number {
  if (!Number.isSafeInteger(slot) || slot < 0)
    throw new Error(`layers has ${slot}; give a number of blocks, or slots from 0.`);
  return slot;
}
