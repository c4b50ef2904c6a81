import util from 'node:util';

/**
 * tfjs-node 4.22 calls two functions that Node removes: `util.isNullOrUndefined` (gone since Node 23) and `util.isArray`.
 * It reads them from the same module object, so restoring them before the first operation is enough. Those that exist are
 * left alone.
 *
 * @returns The names that had to be restored.
 */
export function restoreNodeUtil(target: object = util): string[] {
  const missing: Record<string, (value: unknown) => boolean> = {
    isNullOrUndefined: (value) => value == null,
    isArray: Array.isArray,
  };
  return Object.entries(missing).flatMap(([name, restored]) => {
    if (typeof (target as Record<string, unknown>)[name] === 'function') return [];
    (target as Record<string, unknown>)[name] = restored;
    return [name];
  });
}
