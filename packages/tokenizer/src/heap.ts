/** A priority queue: `pop` removes and returns the element that comes before all others. */
export class Heap<Element> {
  private readonly elements: Element[] = [];

  private readonly before: (a: Element, b: Element) => boolean;

  /** @param before whether `a` comes before `b`; a total order makes the result deterministic. */
  constructor(before: (a: Element, b: Element) => boolean) {
    this.before = before;
  }

  push(element: Element): void {
    const { elements, before } = this;
    let child = elements.push(element) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(element, elements[parent]!)) break;
      elements[child] = elements[parent]!;
      child = parent;
    }
    elements[child] = element;
  }

  pop(): Element | undefined {
    const { elements, before } = this;
    const top = elements[0];
    const last = elements.pop();
    if (last === undefined || elements.length === 0) return top;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= elements.length) break;
      if (child + 1 < elements.length && before(elements[child + 1]!, elements[child]!)) child++;
      if (!before(elements[child]!, last)) break;
      elements[parent] = elements[child]!;
      parent = child;
    }
    elements[parent] = last;
    return top;
  }
}
