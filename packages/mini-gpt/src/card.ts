import { type CausalCard, readModelCard } from '@interlayer/model-card';
import { miniGptFolder } from './folder';

/** Reads card.json. */
export const miniGptCard = (): CausalCard => readModelCard(miniGptFolder(), 'causal');
