import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { OrtSession } from './onnxruntime';

interface ProfileEvent {
  cat?: string;
  name?: string;
  args?: { provider?: string; op_name?: string };
}

/** Finds out, by onnxruntime's own profile of the first run, which nodes ran on the CPU. */
export class FallbackProfile {
  readonly #folder: string;
  readonly sessionOptions: InferenceSession.SessionOptions;

  constructor(provider: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'interlayer-profile-'));
    this.sessionOptions = { enableProfiling: true, profileFilePrefix: join(this.#folder, provider) };
  }

  /** Ends profiling and gives the names of the nodes that ran on the CPU, each once, with their operators. */
  finish(session: OrtSession): string[] {
    try {
      session.endProfiling();
      const nodes = new Set<string>();
      for (const file of readdirSync(this.#folder))
        for (const event of JSON.parse(readFileSync(join(this.#folder, file), 'utf8')) as ProfileEvent[])
          if (event.cat === 'Node' && event.args?.provider === 'CPUExecutionProvider')
            nodes.add(`${event.name!.replace(/_kernel_time$|_fence_(before|after)$/, '')} (${event.args.op_name})`);
      return [...nodes];
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }
}
