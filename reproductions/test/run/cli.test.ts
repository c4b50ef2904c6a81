import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { folderOfFile, tinyCheckpoint } from '../subjects/tiny-checkpoint';
import { childrenOf, isThere } from './children-of';
import { reproduce } from './reproduce';

/** C3 comes late and takes a second at least: there is something left to stop, on a fast machine too. */
const CLAIMS = ['zhao-2021/a6-*', 'geva-2021/c3-*', 'geva-2021/c7-*', 'geva-2021/c8-*', 'geva-2021/c10-*'];

/** Result files of a run. */
const resultsIn = (out: string): string[] =>
  readdirSync(join(out, 'results'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));

/** What a run has left in its folder. */
const leftIn = (out: string) => ({ results: resultsIn(out), reported: existsSync(join(out, 'report.json')) });

/** One model, measured without a break, and with three: killed, resumed, stopped, resumed, terminated, resumed. */
describe('a run that is stopped and resumed', () => {
  let left: string;
  let broken: string;
  let whole: Awaited<ReturnType<typeof reproduce>>;
  let killed: Awaited<ReturnType<typeof reproduce>> & { results: string[]; reported: boolean };
  let stopped: typeof killed;
  let resumed: typeof whole;
  let workers: number[];
  let terminated: typeof whole;
  let terminatedWorkers: number[];
  let damaged: string;
  beforeAll(async () => {
    await useBackend('cpu');
    const folder = await folderOfFile();
    const model = join(folder, 'tiny');
    mkdirSync(model);
    await tinyCheckpoint(model, 'gpt2');
    [left, broken] = [join(folder, 'left'), join(folder, 'broken')];
    const settings = ['--model', model, '--sample', '40', '--backend', 'onnx-cpu', '--threads', '1'];
    const args = [...CLAIMS.flatMap((id) => ['--only', id]), ...settings];
    const resume = [...args, '--out', broken, '--resume'];

    // The same texts on every machine, whether shared data lie beside this checkout or not.
    const environment = { INTERLAYER_SHARED: folder };
    whole = await reproduce([...args, '--out', left, '--json'], { environment });
    const first = await reproduce([...args, '--out', broken], {
      environment,
      // as hard as can be, the moment the first verdict is out
      watch({ stdout }, child) {
        if (child.killed || !stdout.includes(' · ')) return;
        workers = childrenOf(child.pid!);
        child.kill('SIGKILL');
      },
    });
    killed = { ...first, ...leftIn(broken) };
    await vi.waitFor(() => expect(workers.filter(isThere)).toEqual([]), { timeout: 60_000, interval: 100 });
    const second = await reproduce(resume, {
      environment,
      watch({ stderr }, child) {
        if (!child.killed && stderr.includes('measuring')) child.kill('SIGINT');
      },
    });
    stopped = { ...second, ...leftIn(broken) };
    terminated = await reproduce(resume, {
      watch({ stderr }, child) {
        if (child.killed || !stderr.includes('measuring')) return;
        terminatedWorkers = childrenOf(child.pid!);
        child.kill('SIGTERM');
      },
    });
    await vi.waitFor(() => expect(terminatedWorkers.filter(isThere)).toEqual([]), { timeout: 5000, interval: 50 });
    // As a kill in the middle of a write leaves it; no process has this id, which is beyond what systems give.
    writeFileSync(join(broken, 'results', 'left.json.4194305-0123abcd.tmp'), '{');
    damaged = join(broken, 'results', resultsIn(broken)[0]!);
    writeFileSync(damaged, '{');
    resumed = await reproduce(resume, { environment });
  }, 600_000);
  const report = (out: string) => JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));

  it('gives the report of one that was not, but for the runtime block', () => {
    // A random model meets criteria as its control does, which is told by the code; both runs tell it.
    expect([0, 2]).toContain(whole.code);
    expect(resumed.code, resumed.stderr).toBe(whole.code);
    const [{ runtime, ...rest }, { runtime: other, ...same }] = [report(left), report(broken)];
    expect(rest.claims).toHaveLength(CLAIMS.length);
    expect(rest.claims.map((claim: { result: { verdict: string } }) => claim.result.verdict)).not.toContain('not run');
    expect(JSON.stringify(same)).toBe(JSON.stringify(rest));
    // What was read, and so the hash, are those of all claims, whichever run measured them.
    expect(Object.keys(same.provenance.artefacts)).toContain('train addresses');
    expect(Object.keys(other.claims)).toEqual(Object.keys(runtime.claims));
  });

  it('prints the report under --json and nothing else there', () => {
    expect(whole.stdout).toBe(readFileSync(join(left, 'report.json'), 'utf8'));
    expect(whole.stderr).toContain('✔ reproduced · exact  zhao-2021/a6-ffn-parameters');
    for (const name of ['report.html', 'report.md']) expect(existsSync(join(left, name))).toBe(true);
  });

  it('keeps what was finished when it was killed, and nothing is measured any more', () => {
    expect(killed.code).toBeNull();
    expect(killed.reported).toBe(false);
    expect(killed.results.length).toBeGreaterThanOrEqual(1);
    expect(killed.results.length).toBeLessThan(CLAIMS.length);
    // the claim that was under way may have ended, but none was begun after it
    const finished = Number(/resumed: (\d) of 5 claims were finished already/.exec(stopped.stderr)?.[1]);
    expect(finished).toBeGreaterThanOrEqual(killed.results.length);
    expect(finished).toBeLessThanOrEqual(killed.results.length + 1);
  });

  it('stops at Ctrl-C with code 130, and says how to resume', () => {
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).toMatch(
      /Stopped\. \d of 5 claims are finished; the same command with --resume does the rest\./,
    );
    expect(stopped.reported).toBe(false);
  });

  it('ends together with the process that measures when it is terminated', () => {
    expect(terminated.code, terminated.stderr).toBe(130);
    expect(terminated.stderr).toMatch(/Stopped\. \d of 5 claims are finished;/);
  });

  it('measures a claim again whose result was damaged, says so, and sweeps what was half written', () => {
    expect(resumed.stderr).toContain(`${damaged} is not used: it is not JSON. Its claim counts as not measured.`);
    expect(readdirSync(join(broken, 'results')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does only what was not finished', () => {
    const finished = Number(/resumed: (\d) of 5 claims were finished already/.exec(resumed.stderr)?.[1] ?? 0);
    // One result was damaged.
    expect(finished).toBeGreaterThanOrEqual(stopped.results.length - 1);
    const measured = Array.from(resumed.stdout.matchAll(/^\S .* · .*$/gm));
    expect(resumed.stderr.match(/^measuring /gm) ?? []).toHaveLength(CLAIMS.length - finished);
    expect(measured.length).toBeGreaterThanOrEqual(CLAIMS.length - finished);
    for (const { claim, result } of report(broken).claims) {
      const file = join(broken, 'results', result.subject, `${claim.id}.json`);
      const { runtime } = JSON.parse(readFileSync(file, 'utf8'));
      expect(report(broken).runtime.claims[`${result.subject}/${claim.id}`]).toEqual(runtime);
    }
  });
});

it('a disk that is too full is told in one line, before anything is measured, code 3', async () => {
  const out = join(await temporaryFolder(), 'out');
  // A limit on the size of files fails a write as a full disk does.
  const { code, stdout, stderr } = await reproduce(['--only', 'zhao-2021/a6-*', '--out', out], { largestFile: 4096 });
  expect(code).toBe(3);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^error: --out .+\/out: .+\/out has no room for 16 MB \(.+\); make room or give another folder\.\n$/,
  );
  expect(existsSync(join(out, 'work/room'))).toBe(false);
}, 60_000);

it('an output folder that cannot be written is told in one line, before anything is measured, code 3', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'out'), 'a file in the way');
  const { code, stdout, stderr } = await reproduce(['--only', 'zhao-2021/a6-*', '--out', join(folder, 'out')]);
  expect(code).toBe(3);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: --out .+\/out: .+\/out cannot be written \(.+\); give another folder\.\n$/);
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('a file in the way');
}, 60_000);
