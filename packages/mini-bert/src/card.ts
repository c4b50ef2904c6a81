import { type MaskedCard, readModelCard } from '@interlayer/model-card';
import { folderOf, miniBertNames } from './folder';

/** The models that have a card: those of this package, and one that learned too little for its weights to be shipped. */
export const miniBertCardNames = [...miniBertNames, 'no-skip-1-3-5'] as const;

export type MiniBertCardName = (typeof miniBertCardNames)[number];

/**
 * Reads card.json.
 * @throws when there is no such model; the message lists the names.
 */
export const miniBertCard = (name: MiniBertCardName = 'base'): MaskedCard =>
  readModelCard(folderOf(name, miniBertCardNames), 'masked');
