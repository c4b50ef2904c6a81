/**
 * A copy of the items in random order, every order as likely as any other (Fisher and Yates).
 * @param draw as {@link randomIndex} makes it; successive calls with one `draw` are independent.
 */
export function shuffled<T>(items: readonly T[], draw: (n: number) => number): T[] {
  const copy = items.slice();
  for (let i = copy.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
