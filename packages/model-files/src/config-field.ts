/** A config.json, or the part of it that somebody gives to make a model. Everywhere, null counts as absent. */
export type RawConfig = Readonly<Record<string, unknown>>;

const LONGEST = 200;

/** A value as an error shows it: JSON, of which a long one is cut. */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    return 'a value that JSON cannot show (nested too deep?)';
  }
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** @throws Error that names the field, its value and the supported values. An absent field passes. */
export function requireSupported(config: RawConfig, field: string, supported: readonly unknown[], why = ''): void {
  const value = config[field] ?? undefined;
  if (value === undefined || supported.includes(value)) return;
  throw new Error(
    `The config has ${field} = ${shown(value)}, which is not supported${why && ` (${why})`}. Supported: ${supported.map(shown).join(', ')}.`,
  );
}

/**
 * A field with one of a few values.
 * @throws Error as {@link requireSupported}.
 */
export function choiceField(config: RawConfig, field: string, supported: readonly string[], fallback: string): string {
  requireSupported(config, field, supported);
  return (config[field] as string | null | undefined) ?? fallback;
}

/** Above the layers of any model; a config that asks for more is damaged, and would fill the memory. */
const MOST_LAYERS = 100_000;

/**
 * A number of layers: a {@link countField} of at most 100,000.
 * @throws Error as {@link countField}.
 */
export function layersField(config: RawConfig, field: string): number {
  const layers = countField(config, field);
  if (layers <= MOST_LAYERS) return layers;
  throw new Error(`The config has ${field} = ${layers}; at most ${MOST_LAYERS} layers are supported.`);
}

/**
 * The names in `architectures`, of which the first is that of the model.
 * @throws Error unless it is absent or a list of strings.
 */
export function architecturesField(config: RawConfig): readonly string[] {
  const names = config.architectures ?? [];
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new Error(
    `The config has architectures = ${shown(names)}; it must be a list of names, ["BertModel"] or the like.`,
  );
}

/**
 * An object of further fields; empty when it is absent.
 * @throws Error that names the field when it is anything else.
 */
export function objectField(config: RawConfig, field: string): Readonly<Record<string, unknown>> {
  const value = config[field] ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`The config has ${field} = ${shown(value)}; it must be an object.`);
}

/**
 * A whole number ≥ 1.
 * @throws Error that names the field when it is absent without a fallback, or anything else.
 */
export function countField(config: RawConfig, field: string, fallback?: number): number {
  const value = config[field] ?? fallback;
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  throw new Error(`The config has ${field} = ${shown(value)}; it must be a whole number of at least 1.`);
}

/** A number > 0, as {@link countField}. */
export function positiveField(config: RawConfig, field: string, fallback: number): number {
  const value = config[field] ?? fallback;
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  throw new Error(`The config has ${field} = ${shown(value)}; it must be a number above 0.`);
}

/** True or false, as {@link countField}. */
export function booleanField(config: RawConfig, field: string, fallback: boolean): boolean {
  const value = config[field] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw new Error(`The config has ${field} = ${shown(value)}; it must be true or false.`);
}

/** @throws Error unless heads of equal size make up the width. */
export function requireDivisible(widthField: string, width: number, headsField: string, heads: number): void {
  if (width % heads === 0) return;
  throw new Error(`${widthField} = ${width} is not a multiple of ${headsField} = ${heads}; all heads have one size.`);
}
