import type { Layer, Norm, Scope } from '../src/index';
import { lists } from './support';

type Vector = number[];

const dot = (x: Vector, y: ArrayLike<number>) => x.reduce((sum, value, k) => sum + value * y[k], 0);
const plus = (x: Vector, y: ArrayLike<number>) => x.map((value, k) => value + y[k]);
const sumOf = (vectors: Vector[]) => vectors.reduce((total, vector) => plus(total, vector));
const mean = (x: Vector) => x.reduce((sum, value) => sum + value, 0) / x.length;
const centre = (x: Vector, kind: Norm['kind']) => (kind === 'rms' ? 0 : mean(x));
const deviation = (x: Vector, { kind, epsilon }: Norm) =>
  Math.sqrt(x.reduce((sum, value) => sum + (value - centre(x, kind)) ** 2, 0) / x.length + epsilon);

/** erf by Simpson's rule, so that GELU here shares nothing with the package's. */
function erf(x: number): number {
  const steps = 400;
  const f = (t: number) => Math.exp(-t * t);
  let sum = f(0) + f(x);
  for (let k = 1; k < steps; k++) sum += (k % 2 ? 4 : 2) * f((k * x) / steps);
  return ((2 / Math.sqrt(Math.PI)) * sum * x) / steps / 3;
}

const scalar: Record<string, (x: number) => number> = {
  relu: (x) => Math.max(x, 0),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  'gelu-tanh': (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x / (1 + Math.exp(-x)),
  identity: (x) => x,
};

/**
 * Integrated Gradients by definition of a unit f(Σⱼ xⱼ), each xⱼ a vector: along the path from 0, a central difference in each
 * number of each summand. Two Gauss points in each of 100 panels; none is an end, where ReLU has its kink.
 */
function integratedGradients(f: (inputs: Vector) => number, summands: Vector[]): Vector {
  const [panels, h] = [100, 1e-5];
  const whole = sumOf(summands);
  return summands.map((summand) => {
    let integral = 0;
    for (let k = 0; k < 2 * panels; k++) {
      const a = (Math.floor(k / 2) + 0.5 + (k % 2 ? 1 : -1) / Math.sqrt(12)) / panels;
      for (const [component, value] of summand.entries()) {
        const moved = (by: number) => f(whole.map((sum, i) => a * sum + (i === component ? by : 0)));
        integral += (value * (moved(h) - moved(-h))) / (4 * h * panels);
      }
    }
    return integral;
  });
}

/** LayerNorm or RMSNorm of a sum, by the law of Kobayashi et al. 2021. */
function normalizeTerms(terms: Vector[], norm: Norm): Vector[] {
  const { kind, gain, bias } = norm;
  const s = deviation(sumOf(terms), norm);
  const result = terms.map((term) => term.map((value, k) => ((value - centre(term, kind)) / s) * gain[k]));
  result[result.length - 1] = plus(result.at(-1)!, bias ?? result[0].map(() => 0));
  return result;
}

/** The contributions to one target at every scope, from the definitions, one vector at a time; the last row is the bias slot. */
export function contributionsTo(target: number, layer: Layer): Partial<Record<Scope, Vector[]>> {
  const { norm, attention, value, output, attentionNorm, feedForward } = layer;
  const x = lists(layer.input);
  const zero = x[0].map(() => 0);
  const [Wv, Wo] = [lists(value.weight), lists(output.weight)];
  // Query heads that follow one another share a value head, where there are fewer of those.
  const size = Wo[0].length / attention.length;
  const valueUnit = (unit: number) => {
    const head = Math.floor((Math.floor(unit / size) * Wv.length) / Wo[0].length);
    return head * size + (unit % size);
  };
  const read =
    norm === 'pre' ? x.map((row) => plus(normalizeTerms([row, zero], attentionNorm)[0], attentionNorm.bias!)) : x;
  const sources = read.map((row, source) =>
    sumOf(
      attention.map((weights, head) => {
        const shared = Wv.map((w, unit) => dot(row, w) + value.bias![unit]);
        const v = Wo[0].map((_, unit) => (Math.floor(unit / size) === head ? shared[valueUnit(unit)] : 0));
        return Wo.map((w) => lists(weights)[target][source] * dot(v, w));
      }),
    ),
  );
  const attn = [...sources, [...Array.from(output.bias!)]];
  const attnRes = attn.map((term, source) => (source === target ? plus(term, x[target]) : term));
  const fed = (terms: Vector[]) => {
    const { gate, up, down, activation } = feedForward!;
    const g = scalar[activation as string];
    const keys = gate ? [gate, up] : [up];
    const unitOf = gate ? ([G, U]: Vector) => g(G) * U : ([u]: Vector) => g(u);
    const W2 = lists(down.weight);
    const bySource = lists(up.weight).map((_, unit) => {
      const summands = terms.map((term, slot) =>
        keys.map(({ weight, bias }) => dot(term, lists(weight)[unit]) + (slot === terms.length - 1 ? bias![unit] : 0)),
      );
      return integratedGradients(unitOf, summands);
    });
    return terms.map((_, slot) =>
      W2.map(
        (w, k) =>
          dot(
            bySource.map((h) => h[slot]),
            w,
          ) + (slot === terms.length - 1 ? down.bias![k] : 0),
      ),
    );
  };
  const both = (a: Vector[], b: Vector[]) => a.map((term, slot) => plus(term, b[slot]));
  if (norm === 'post') {
    const atb = normalizeTerms(attnRes, attentionNorm);
    const atbFf = fed(atb);
    const atbFfRes = both(atbFf, atb);
    return {
      Attn: attn,
      AttnRes: attnRes,
      Atb: atb,
      AtbFf: atbFf,
      AtbFfRes: atbFfRes,
      AtbFfResLn: normalizeTerms(atbFfRes, feedForward!.norm),
    };
  }
  const atbLn = normalizeTerms(attnRes, feedForward!.norm);
  const atbLnFf = fed(atbLn);
  return { Attn: attn, Atb: attnRes, AtbLn: atbLn, AtbLnFf: atbLnFf, AtbLnFfRes: both(atbLnFf, attnRes) };
}
