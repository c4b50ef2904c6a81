/**
 * Remembers the results of a function of texts. They lie in two generations: when the younger one is full, the older one is
 * forgotten and the younger one takes its place, so that what is used again and again stays.
 *
 * @param generation how many results a generation holds
 */
export function cached<Value>(compute: (text: string) => Value, generation: number): (text: string) => Value {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  return (text) => {
    let value = young.get(text);
    if (value !== undefined) return value;
    value = old.get(text) ?? compute(text);
    if (young.size >= generation) [old, young] = [young, new Map()];
    young.set(text, value);
    return value;
  };
}
