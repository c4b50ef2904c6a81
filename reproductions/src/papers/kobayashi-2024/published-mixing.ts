import type { Mixing } from './materials/mixing';

export interface Published {
  name: string;
  layers: number;
  width: number;
  ratios: readonly number[];
  /** Spearman’s ρ of a token’s frequency rank and its mixing ratio. */
  frequency: number;
}

/** Mean ratios in percent on Wikipedia (Kobayashi et al. 2021, EMNLP), in the order of the analyses. */
const PUBLISHED: readonly Published[] = [
  { name: 'BERT-large', layers: 24, width: 1024, ratios: [97.4, 87.0, 48.7, 19.1, 14.9], frequency: -0.71 },
  { name: 'BERT-base', layers: 12, width: 768, ratios: [97.1, 85.2, 48.6, 22.3, 18.8], frequency: -0.54 },
  { name: 'BERT-medium', layers: 8, width: 512, ratios: [95.6, 83.4, 47.8, 20.9, 18.7], frequency: -0.02 },
  { name: 'BERT-small', layers: 4, width: 512, ratios: [96.2, 85.3, 48.1, 29.6, 27.2], frequency: 0.19 },
  { name: 'BERT-mini', layers: 4, width: 256, ratios: [95.5, 85.7, 47.8, 27.2, 26.4], frequency: 0.42 },
  { name: 'BERT-tiny', layers: 2, width: 128, ratios: [94.1, 90.4, 47.1, 37.8, 37.3], frequency: 0.24 },
];

/** Models whose ratios stand beside those of another. */
const NEIGHBOURS = PUBLISHED.filter(({ name }) => name === 'BERT-tiny' || name === 'BERT-base');

/** The published model of a shape; of the six no two share one. */
export const publishedLike = ({ shape }: Pick<Mixing, 'shape'>) =>
  PUBLISHED.find(({ layers, width }) => layers === shape.layers && width === shape.width);

export const publishedRows = () => NEIGHBOURS.map(({ name, ratios }) => [`${name}, published`, ...ratios]);
