import { fromPretrained } from '@interlayer/auto-model';
import type { Tokenizer } from '@interlayer/tokenizer';
import { NotRun } from '../harness/measurement';
import { bertMemoryModel } from './bert-memory-model';
import { gptMemoryModel } from './gpt-memory-model';
import type { MemoryModel } from './memory-model';

export interface OpenedModel {
  model: MemoryModel;
  tokenizer: Tokenizer;
}

/**
 * Opens the checkpoint in a folder by the family that its config names.
 * @throws NotRun for what these claims cannot be asked of: what is missing, and what to do.
 */
export async function openMemoryModel(folder: string): Promise<OpenedModel> {
  const refuse = (why: string): never => {
    throw new NotRun(`the model in ${folder} cannot be asked: ${why.replace(/\.$/, '')}`);
  };
  const opened = await fromPretrained(folder).catch((error: Error) => refuse(error.message));
  const { model, tokenizer } = opened;
  try {
    if (!tokenizer) return refuse('it has no tokenizer; put its tokenizer.json (or vocab.txt) beside the weights');
    if (!model.config.feed_forward.every(Boolean)) return refuse('some of its layers have no feed-forward block');
    if (!('heads' in model)) {
      if (!model.readout) return refuse('it has no readout, so nothing in it predicts a token');
      return { model: gptMemoryModel(model), tokenizer };
    }
    const { cls, sep, mask } = tokenizer.special;
    if (!model.heads.includes('mlm')) return refuse('it has no masked-LM head, so nothing in it predicts a token');
    if (cls === undefined || sep === undefined || mask === undefined)
      return refuse('its tokenizer lacks one of the tokens [CLS], [SEP] and [MASK]');
    return { model: bertMemoryModel(model, { cls, sep, mask }), tokenizer };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
