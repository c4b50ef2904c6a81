import { fileURLToPath } from 'node:url';

/** Path of the folder with config.json, model.safetensors (F16), tokenizer.json, card.json, log.jsonl and curve.svg. */
export const miniGptFolder = (): string => fileURLToPath(new URL('..', import.meta.url));
