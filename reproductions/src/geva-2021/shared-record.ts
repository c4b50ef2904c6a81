import type { Claim } from '../harness/claim-schema';
import { PREFIXES } from './subject';

export const NEEDS = [
  'the shipped model mini-gpt, or --model',
  'held-out State of the Union addresses (from the registry)',
];

export const SAMPLE = `up to ${PREFIXES.toLocaleString('en-US')} held-out sentences, one random prefix each`;

/** Room for a plain wasm backend; a compiled one needs a fraction. */
export const BUDGET: Claim['budget'] = { seconds: 120, megabytes: 1500 };

export const DEVIATIONS = [
  'Ours: 6 layers, 512 cells each, 128 wide, a vocabulary of 4,096 word pieces, trained on State of the Union addresses. The paper: 16 layers, 4,096 cells, 1,024 wide, 267,744 words with an adaptive softmax, WikiText-103.',
  'Readout: the tied, bias-free, linear one of our model; the paper re-normalises an adaptive softmax.',
];

export const INTERVALS =
  'hierarchical bootstrap (BCa) over addresses, then sentences, 4,000 resamples; intervals read together are corrected by Bonferroni';

/** What the specification measured on a small model of this kind; the source of every band at scale mini. */
export const SOURCE =
  'Direction: the paper. What can be asserted at this size: a pilot on another small model (6 layers, 512 cells, English Wikipedia), one seed, measured before this model existed.';
