import c4 from '../../src/papers/geva-2021/claims/c4-values-predict';
import c6 from '../../src/papers/geva-2021/claims/c6-sharp-values-predict';
import { LAYERS, type Planted, type PlantedClaim, type Size, VOCABULARY } from '../planted';
import { type MemoriesTruth, plantedMemories } from './memories';

/** Memory cells of each layer of a control. */
const FEW_CELLS = 20;

const nothing = (vocabulary: number): MemoriesTruth => ({ vocabulary, last: 0, next: () => 0 });

/** Agreement in the lower and the upper half of the layers, and with the last token, percent. */
const agreement = (vocabulary: number, lower: number, upper: number, last: number): Planted => ({
  material: (condition, random, { cells }) =>
    condition === 'trained'
      ? plantedMemories(cells, { vocabulary, last, next: (layer) => (layer < LAYERS / 2 ? lower : upper) }, random)
      : plantedMemories(FEW_CELLS, nothing(vocabulary), random),
  truth({ cells }) {
    const next = (lower + upper) / 2;
    // A key meets its own value as often as any other of its layer.
    const shuffled = next / cells + (100 * (1 - 1 / cells)) / vocabulary;
    return {
      headline: next,
      parts: {
        'above-shuffled': [Math.log(next / shuffled)],
        'above-uniform': [Math.log((next / 100) * vocabulary)],
        'next-not-last': [next - last],
        rises: [upper - lower],
      },
    };
  },
});

interface SharpnessTruth {
  /** Agreement of the sharpest and the flattest quarter, and of the sharpest with shuffled pairs, percent. */
  top: number;
  bottom: number;
  shuffled: number;
  upper: number;
  hits: number;
}

const sharp = ({ top, bottom, shuffled, upper, hits }: SharpnessTruth): Planted => {
  const of = (sharp: number, flat: number): MemoriesTruth => ({
    vocabulary: VOCABULARY,
    last: 0,
    next: (_, sharpness) => ({ sharp, middling: (sharp + flat) / 2, flat })[sharpness],
    sharpest: { upper, hits },
  });
  return {
    // Every model is compared with shuffled pairs, cell by cell.
    material(condition, random, { cells }) {
      const others = condition === 'shuffled' ? of(shuffled, shuffled) : nothing(VOCABULARY);
      return plantedMemories(cells, condition === 'trained' ? of(top, bottom) : others, random);
    },
    truth: () => ({
      headline: top,
      parts: {
        'sharp-agrees': [top - 2 * bottom],
        'over-shuffled': [top - shuffled],
        'sharpest-above': [upper],
        hits: [hits],
      },
    }),
  };
};

const sample = ({ cells }: Size) => `${LAYERS} layers of ${cells} cells`;

/** Claims of memory cells: shares of all of them, of the sharpest, and of shuffled pairs. */
export const plantedCellClaims: readonly PlantedClaim[] = [
  {
    claim: c4,
    sample,
    planted: {
      edge: agreement(150, 1.75, 2.25, 1.5),
      smallest: agreement(450, 1.5, 2.5, 1),
      clear: agreement(VOCABULARY, 5, 20, 0),
      contrary: agreement(VOCABULARY, 2, 20, 30),
    },
  },
  {
    claim: c6,
    sample,
    planted: {
      edge: sharp({ top: 8, bottom: 4, shuffled: 7.5, upper: 50, hits: 57 }),
      smallest: sharp({ top: 8, bottom: 3.75, shuffled: 7, upper: 60, hits: 46 }),
      clear: sharp({ top: 30, bottom: 1, shuffled: 1, upper: 95, hits: 46 }),
      contrary: sharp({ top: 30, bottom: 1, shuffled: 1, upper: 5, hits: 46 }),
    },
    outOfReach: { hits: 'a share of 100 values has an interval about as wide as its band, whatever the model' },
  },
];
