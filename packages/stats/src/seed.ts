/**
 * A 32-bit seed from any number of parts, so that `seedFrom(seed, 'mask', epoch, step)` names one independent stream of
 * random numbers. FNV-1a over the UTF-16 units of the parts, then the finaliser of MurmurHash3. The same parts give the
 * same seed on every machine.
 */
export function seedFrom(...parts: (string | number)[]): number {
  let hash = 0x811c9dc5;
  const mix = (unit: number) => {
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  };
  for (const part of parts) {
    // The type is part of the hash: 1 and '1' are different names. U+FFFF ends a part.
    for (const character of `${typeof part === 'number' ? 'n' : 's'}${part}`.split('')) mix(character.charCodeAt(0));
    mix(0xffff);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
