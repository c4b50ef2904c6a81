import type { Layer } from './layer';

/** How far into a layer with LayerNorm after the skips a map looks: after attention, its skip, its LayerNorm, and so on. */
export type PostScope = 'Attn' | 'AttnRes' | 'Atb' | 'AtbFf' | 'AtbFfRes' | 'AtbFfResLn';

/** The same where LayerNorm comes before the branches; `Atb` is LayerNorm, attention and skip. */
export type PreScope = 'Attn' | 'Atb' | 'AtbLn' | 'AtbLnFf' | 'AtbLnFfRes';

export type Scope = PostScope | PreScope;

/** One part of a layer, and the scope that ends with it. */
export type Step = { readonly scope: Scope } & (
  | { readonly part: 'attention' | 'feedForward' }
  | { readonly part: 'skip'; readonly from: 'input' | 'Atb' }
  | { readonly part: 'norm'; readonly block: 'attention' | 'feedForward' }
);

const steps: Readonly<Record<Layer['norm'], readonly Step[]>> = {
  post: [
    { scope: 'Attn', part: 'attention' },
    { scope: 'AttnRes', part: 'skip', from: 'input' },
    { scope: 'Atb', part: 'norm', block: 'attention' },
    { scope: 'AtbFf', part: 'feedForward' },
    { scope: 'AtbFfRes', part: 'skip', from: 'Atb' },
    { scope: 'AtbFfResLn', part: 'norm', block: 'feedForward' },
  ],
  // The first LayerNorm acts on single tokens, so it is part of attention.
  pre: [
    { scope: 'Attn', part: 'attention' },
    { scope: 'Atb', part: 'skip', from: 'input' },
    { scope: 'AtbLn', part: 'norm', block: 'feedForward' },
    { scope: 'AtbLnFf', part: 'feedForward' },
    { scope: 'AtbLnFfRes', part: 'skip', from: 'Atb' },
  ],
};

/** The scopes of a layer, in the order of its parts; without a feed-forward block, those of its attention block. */
export function scopesOf(layer: Pick<Layer, 'norm' | 'feedForward'>): Scope[] {
  const all = stepsThrough(layer.norm).map(({ scope }) => scope);
  return layer.feedForward ? all : all.slice(0, all.indexOf('Atb') + 1);
}

/** The parts of a layer up to the last of some scopes; all of them where none is given. */
export function stepsThrough(norm: Layer['norm'], scopes?: readonly Scope[]): readonly Step[] {
  if (!Object.hasOwn(steps, norm)) throw new Error(`layer.norm is "${norm}"; it must be "post" or "pre".`);
  const last = scopes ? Math.max(...scopes.map((scope) => steps[norm].findIndex((step) => step.scope === scope))) : -1;
  return scopes ? steps[norm].slice(0, last + 1) : steps[norm];
}

/** @throws for a scope that the layer does not have, with those that it has. */
export function requireScopes(layer: Layer, scopes: readonly Scope[]): void {
  const existing = scopesOf(layer);
  if (scopes.length === 0) throw new Error(`No scope was asked for; choose from ${existing.join(', ')}.`);
  for (const scope of scopes)
    if (!existing.includes(scope))
      throw new Error(
        `A layer with ${layer.norm}-LayerNorm${layer.feedForward ? '' : ' and no feedForward'} has no scope "${scope}"; it has ${existing.join(', ')}.`,
      );
}
