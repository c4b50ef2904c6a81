import type { Claim } from '../src/claim/claim';
import type { Random } from './random';

/** Layers and vocabulary of mini-gpt, of which models are planted. */
export const LAYERS = 6;
export const VOCABULARY = 4096;

/** How much is drawn. */
export interface Size {
  /** The address of each prefix. */
  clusters: readonly number[];
  /** Memory cells of each layer. */
  cells: number;
  /** Mutated keys of each layer. */
  keys: number;
}

/**
 * What a claim is planted with. `edge`: of each criterion one part has just the effect that is not enough, and the other parts have
 * more. `smallest`: every part clears its edge by one smallest effect. `clear`: by far. `contrary`: one part is clearly on
 * the wrong side.
 */
export type Planting = 'edge' | 'smallest' | 'clear' | 'contrary';

/** A model about which the truth is known. */
export interface Planted {
  /** The claim's material under a condition. */
  material(condition: string, random: Random, size: Size): unknown;
  /** The value of the headline, and of each part of the criteria. */
  truth(size: Size): { headline: number; parts: Readonly<Record<string, readonly number[]>> };
}

export interface PlantedClaim {
  claim: Claim;
  planted: Readonly<Record<Planting, Planted>>;
  /** What is drawn, in words. */
  sample(size: Size): string;
  /** Only every so many of the prefixes are planted, where the claim reads fewer units than there are prefixes. */
  every?: number;
  /** Criteria that no clear effect can make hold at the sample of the claim, and why. */
  outOfReach?: Readonly<Record<string, string>>;
}

/** Something in each layer; in all but one, such as those after the first or from each to the next; and with another at some place. */
export const everywhere = <T>(value: T): T[] => Array.from({ length: LAYERS }, () => value);
export const later = <T>(value: T): T[] => everywhere(value).slice(1);
export const but = <T>(values: readonly T[], place: number, value: T): T[] => values.with(place, value);

/** Clusters of controls. They are not what is tested: they show nothing, and are small where no criterion compares with them. */
export const FEW = Array.from({ length: 56 }, (_, unit) => unit % 14);

/** "3,105 prefixes of 23 addresses". */
export const counted =
  (units: string) =>
  ({ clusters }: Size): string =>
    `${clusters.length.toLocaleString('en-US')} ${units} of ${new Set(clusters).size} addresses`;
