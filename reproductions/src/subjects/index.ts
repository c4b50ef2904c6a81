import e5SmallV2 from './e5-small-v2';
import miniBert from './mini-bert';
import miniGpt from './mini-gpt';
import smolLm2 from './smollm2-135m';
import spladeTiny from './splade-tiny';
import type { Subject } from './subject';

/** The subjects that have a name; any other checkpoint is given by --model. */
export const subjects: readonly Subject[] = [miniGpt, miniBert, spladeTiny, e5SmallV2, smolLm2];
