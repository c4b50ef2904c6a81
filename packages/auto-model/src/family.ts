import { bertConfig, loadBert } from '@interlayer/bert-model';
import { gptConfig, loadGpt } from '@interlayer/gpt-model';
import { llamaConfig, loadLlama } from '@interlayer/llama-model';
import { architecturesField, plainConfig, type RawConfig } from '@interlayer/model-files';

/** What a family of models is loaded with. */
export const families = {
  bert: { check: bertConfig, load: loadBert, architectures: /^Bert/ },
  gpt2: { check: gptConfig, load: loadGpt, architectures: /^GPT2/ },
  llama: { check: llamaConfig, load: loadLlama, architectures: /^Llama/ },
} as const;

/** The `model_type` of the families that can be loaded. */
export type Family = keyof typeof families;

/**
 * The family that a config.json belongs to: that of its `model_type`, or where it has none of its architecture.
 * @throws Error that names the architecture, or the field of the config, that is not supported.
 */
export function familyOf(config: RawConfig, name: string): Family {
  const plain = plainConfig(config);
  const { model_type: type } = plain;
  const [architecture] = architecturesField(plain);
  const known = Object.keys(families) as Family[];
  const family = known.find((candidate) =>
    type ? candidate === type : architecture && families[candidate].architectures.test(architecture),
  );
  if (!family) {
    const what = architecture ?? (type ? `model of the type "${type}"` : 'model whose config names no architecture');
    throw new Error(
      `${name} is a ${what}, which is not supported. fromPretrained loads models of the types ${known.slice(0, -1).join(', ')} and ${known.at(-1)}.`,
    );
  }
  families[family].check(config);
  return family;
}
