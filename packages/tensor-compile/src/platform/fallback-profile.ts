import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrtSession } from '../runtime/onnxruntime';
import type { FallbackProfile } from './platform';

interface ProfileEvent {
  cat?: string;
  name?: string;
  args?: { provider?: string; op_name?: string };
}

/** Reads onnxruntime's own profile of the first run, which it writes to a file. */
export class NodeFallbackProfile implements FallbackProfile {
  readonly #folder: string;
  readonly sessionOptions: object;

  constructor(provider: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'interlayer-profile-'));
    this.sessionOptions = { enableProfiling: true, profileFilePrefix: join(this.#folder, provider) };
  }

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
