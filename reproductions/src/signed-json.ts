import { createHash } from 'node:crypto';

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** The text of a JSON object with the SHA-256 of its content, so that a change of any digit shows. */
export const signedJson = (value: object): string =>
  `${JSON.stringify({ sha256: digestOf(value), ...value }, null, 1)}\n`;

/**
 * The object that {@link signedJson} made text of.
 * @throws where the text is anything else, or was changed since
 */
export function readSignedJson(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error('it is not JSON', { cause });
  }
  const { sha256, ...content } = (value ?? {}) as { sha256?: unknown };
  if (sha256 !== digestOf(content)) throw new Error('its content was changed since it was written (SHA-256)');
  return content;
}
