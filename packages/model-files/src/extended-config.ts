import { architecturesField, type RawConfig } from './config-field';

/** Stand before the hub's names in the config of a model that only Interlayer computes right. */
const MODEL_TYPE = 'interlayer_';
const ARCHITECTURE = 'Interlayer';

const isExtended = ({ model_type }: RawConfig) => typeof model_type === 'string' && model_type.startsWith(MODEL_TYPE);

/**
 * Renames `model_type` and `architectures`, so that tools which do not know a config's further fields refuse the model: they
 * would ignore the fields and compute other numbers. {@link plainConfig} undoes it.
 */
export function extendedConfig(config: RawConfig): RawConfig {
  if (isExtended(config)) return config;
  return {
    ...config,
    architectures: architecturesField(config).map((name) => `${ARCHITECTURE}${name}`),
    model_type: `${MODEL_TYPE}${config.model_type}`,
  };
}

/** The config under the hub's names. */
export function plainConfig(config: RawConfig): RawConfig {
  if (!isExtended(config)) return config;
  return {
    ...config,
    architectures: architecturesField(config).map((name) => name.replace(new RegExp(`^${ARCHITECTURE}`), '')),
    model_type: (config.model_type as string).slice(MODEL_TYPE.length),
  };
}
