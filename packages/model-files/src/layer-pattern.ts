import { shown } from './config-field';

/**
 * A switch for each layer, from a config.
 * @returns all true when the pattern is absent.
 * @throws Error that names the field, unless there is one boolean for each layer.
 */
export function layerPattern(field: string, pattern: unknown, layers: number): readonly boolean[] {
  if (pattern === undefined || pattern === null) return Array<boolean>(layers).fill(true);
  if (!Array.isArray(pattern) || pattern.length !== layers || pattern.some((entry) => typeof entry !== 'boolean')) {
    throw new Error(
      `${field} is ${shown(pattern)}; give ${layers} booleans, one for each layer, or leave it out for all true.`,
    );
  }
  return pattern;
}
