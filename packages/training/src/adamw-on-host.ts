import type { HostUpdate } from '@interlayer/tensor-compile';
import { adamWKernel } from './adamw-kernel.generated';

interface Kernel {
  gather(gradients: number, bytes: number, parts: number): number;
  update(
    ...args: [
      weights: number,
      first: number,
      second: number,
      gradients: number,
      bytes: number,
      beta1: number,
      beta2: number,
      clip: number,
      clipSquared: number,
      stepSize: number,
      damping: number,
      keep: number,
    ]
  ): void;
}

/** The part of WebAssembly that is used here; its types come with those of browsers. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    validate(bytes: Uint8Array): boolean;
    Module: new (bytes: Uint8Array) => object;
    Memory: new (options: { initial: number }) => { buffer: ArrayBuffer };
    Instance: new (module: object, imports: object) => { exports: unknown };
  };
};

/** Of a cache line, so that every variable begins at one. */
const ALIGNMENT = 64;
const PAGE = 2 ** 16;
/** WebAssembly's addresses have 32 bits; a page remains free, so that the end of an array is an address too. */
const LIMIT = 2 ** 32 - PAGE;

let compiled: object | undefined;

/**
 * The update of AdamW over arrays in one memory, by the WebAssembly kernel of adamw-kernel.wat: two passes, one over the
 * gradients (for their norm, before anything is written) and one over everything.
 *
 * @param variables the size of each, and whether it decays
 * @param parts of a batch, each with gradients of its own
 * @returns undefined where WebAssembly has no SIMD, or where the arrays do not fit into one memory (4 GiB)
 */
export function adamWOnHost(
  variables: readonly { size: number; decays: boolean }[],
  parts: number,
  { beta1, beta2, clipNorm }: { beta1: number; beta2: number; clipNorm: number | undefined },
): HostUpdate<'stepSize' | 'damping' | 'keep'> | undefined {
  // Decaying variables first, so that each kind is one range.
  const offsets = Array<number>(variables.length);
  let bytes = 0;
  let decaying = 0;
  for (const kind of [true, false]) {
    for (const [i, { size, decays }] of variables.entries())
      if (decays === kind) {
        offsets[i] = bytes;
        bytes += Math.ceil((4 * size) / ALIGNMENT) * ALIGNMENT;
      }
    if (kind) decaying = bytes;
  }
  const total = (3 + parts) * bytes;
  if (bytes === 0 || total > LIMIT) return undefined;

  const module = kernelModule();
  if (!module) return undefined;
  const memory = new wasm.Memory({ initial: Math.ceil(total / PAGE) });
  const { gather, update } = new wasm.Instance(module, { host: { memory } }).exports as Kernel;
  const [weights, first, second, gradients] = [0, bytes, 2 * bytes, 3 * bytes];
  const arrays = (start: number) =>
    variables.map(({ size }, i) => new Float32Array(memory.buffer, start + offsets[i], size));

  return {
    variables: arrays(weights),
    slots: [...arrays(first), ...arrays(second)],
    gradients: Array.from({ length: parts }, (_, part) => arrays(gradients + part * bytes)),
    apply({ stepSize, damping, keep }, checkFinite) {
      // Beyond float32's range it is infinite, as it is for `apply` on tensors.
      const squared = Math.fround(gather(gradients, bytes, parts));
      const gradientNorm = Math.fround(Math.sqrt(squared));
      if (checkFinite && !Number.isFinite(gradientNorm)) return { gradientNorm };
      const clip = clipNorm === undefined ? 1 : Math.fround(Math.min(clipNorm / (gradientNorm + 1e-6), 1));
      for (const [start, end, kept] of [
        [0, decaying, keep],
        [decaying, bytes, 1],
      ])
        update(
          weights + start,
          first + start,
          second + start,
          gradients + start,
          end - start,
          beta1,
          beta2,
          clip,
          clip * clip,
          stepSize,
          damping,
          kept,
        );
      return { gradientNorm };
    },
  };
}

function kernelModule(): object | undefined {
  if (!compiled) {
    const bytes = Buffer.from(adamWKernel, 'base64');
    if (!wasm.validate(bytes)) return undefined;
    compiled = new wasm.Module(bytes);
  }
  return compiled;
}
