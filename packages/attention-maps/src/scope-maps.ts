import { type AttentionMap, attentionMaps } from './attention-maps';
import type { ContributionOptions } from './contribution-rows';
import type { Layer } from './layer';
import type { Scope } from './scopes';

/** The map of one scope. */
export type ScopeMap = (layer: Layer, options?: Omit<ContributionOptions, 'scopes'>) => Promise<AttentionMap>;

const mapAt =
  <S extends Scope>(scope: S): ScopeMap =>
  async (layer, options) =>
    (await attentionMaps<Scope>(layer, { ...options, scopes: [scope] }))[scope];

/** Attention alone. */
export const attn = mapAt('Attn');
/** Attention and its skip, post-LN. In pre-LN layers this is {@link atb}. */
export const attnRes = mapAt('AttnRes');
/** The attention block: attention, skip, LayerNorm (post-LN), or LayerNorm, attention, skip (pre-LN). */
export const atb = mapAt('Atb');
/** The attention block, then feed-forward without its skip, post-LN. */
export const atbFf = mapAt('AtbFf');
/** The attention block, feed-forward and its skip, post-LN. */
export const atbFfRes = mapAt('AtbFfRes');
/** The whole post-LN layer. */
export const atbFfResLn = mapAt('AtbFfResLn');
/** The attention block and the LayerNorm before feed-forward, pre-LN. */
export const atbLn = mapAt('AtbLn');
/** The attention block, LayerNorm, feed-forward without its skip, pre-LN. */
export const atbLnFf = mapAt('AtbLnFf');
/** The whole pre-LN layer. */
export const atbLnFfRes = mapAt('AtbLnFfRes');
