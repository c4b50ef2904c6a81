import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it, vi } from 'vitest';
import { childrenOf, isThere } from './children-of';
import { reproduce } from './reproduce';

/** Both models, an exact claim, and one that follows from others. */
const CLAIMS = ['kobayashi-2024/d1-*', 'kobayashi-2024/d5-*', 'zhao-2021/a6-*'];

// Over a minute; every run of `reproduce --smoke` measures in lanes too.
it.skipIf(process.env.INTERLAYER_FULL !== '1')(
  'two lanes, killed and resumed, give the report of one, but for the runtime block',
  async () => {
    const folder = await temporaryFolder();
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    // The same texts on every machine, whether shared data lie beside this checkout or not.
    const environment = { INTERLAYER_SHARED: folder };
    const args = [...CLAIMS.flatMap((id) => ['--only', id]), '--sample', '2', '--backend', 'onnx-cpu'];
    const alone = await reproduce([...args, '--lanes', '1', '--out', one], { environment });
    let workers: number[] = [];
    const killed = await reproduce([...args, '--lanes', '2', '--out', two], {
      environment,
      watch({ stdout }, child) {
        if (child.killed || !stdout.includes(' · ')) return;
        workers = childrenOf(child.pid!);
        child.kill('SIGKILL');
      },
    });
    expect(killed.code).toBeNull();
    if (existsSync('/proc/self/stat')) expect(workers.length).toBeGreaterThanOrEqual(2);
    await vi.waitFor(() => expect(workers.filter(isThere)).toEqual([]), { timeout: 60_000, interval: 100 });
    const resumed = await reproduce([...args, '--lanes', '2', '--out', two, '--resume'], { environment });
    expect(resumed.stderr).toMatch(/resumed: \d of 5 claims were finished already/);
    expect(resumed.code, resumed.stderr).toBe(alone.code);
    const reports = [one, two].map((out) => JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
    const [{ runtime, ...rest }, { runtime: other, ...same }] = reports;
    expect(rest.claims).toHaveLength(5);
    expect(rest.claims.filter(({ result }: { result: { verdict: string } }) => result.verdict === 'not run')).toEqual(
      [],
    );
    expect(JSON.stringify(same)).toBe(JSON.stringify(rest));
    expect(Object.keys(other.claims)).toEqual(Object.keys(runtime.claims));
  },
  600_000,
);
