import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { miniBertFolder } from '@interlayer/mini-bert';
import { describe, expect, it } from 'vitest';
import { reproduce } from './reproduce';

const EXACT = ['geva-2021/c0-memory-identity', 'zhao-2021/a6-ffn-parameters', 'sridhar-2020/b2-parameter-count'];
const only = EXACT.flatMap((id) => ['--only', id]);

const folder = () => mkdtempSync(join(tmpdir(), 'reproduce-'));
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('pnpm reproduce', () => {
  it.each([
    [['--onyl', 'x'], 'There is no option --onyl. The nearest are --only'],
    [['--only', 'geva-2021/c99*'], 'The nearest are geva-2021/'],
    [['--model', 'gpt2'], 'Names on the hub are owner/name, such as openai-community/gpt2.'],
    [['--model', './absent'], 'there is no config.json in'],
    [['--model', 'docs'], 'there is no config.json in'],
    [['--paper', 'kobayashi-2024'], 'Paper kobayashi-2024 has no claim yet'],
  ])(
    '%j is an error of one line, code 3',
    async (args, message) => {
      const { code, stdout, stderr } = await reproduce(args);
      expect(code).toBe(3);
      expect(stdout).toBe('');
      expect(stderr).toContain(`error: `);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('at ');
    },
    60_000,
  );

  it('gives the same report twice but for the runtime block, and nothing else on standard output under --json', async () => {
    const [one, two] = [folder(), folder()];
    const first = await reproduce([...only, '--out', one, '--json']);
    const second = await reproduce([...only, '--out', two]);
    expect(first.code, first.stderr).toBe(0);
    expect(second.code, second.stderr).toBe(0);
    expect(first.stdout).toBe(readFileSync(join(one, 'report.json'), 'utf8'));
    const { runtime: a, ...rest } = json(join(one, 'report.json'));
    const { runtime: b, ...same } = json(join(two, 'report.json'));
    expect(JSON.stringify(rest)).toBe(JSON.stringify(same));
    expect(Object.keys(a.claims)).toEqual(Object.keys(b.claims));
    expect(second.stdout).toContain('✔ reproduced · exact  geva-2021/c0-memory-identity');
    expect(existsSync(join(one, 'report.html'))).toBe(true);
  }, 180_000);

  it('killed in the middle, --resume redoes only what was not finished', async () => {
    const out = folder();
    const result = (id: string) => join(out, 'results/exact', `${id}.json`);
    // As hard as can be, the moment the first verdict is printed.
    const killed = await reproduce([...only, '--out', out], {
      watch: ({ stdout }, child) => void (stdout.includes(EXACT[0]!) && child.kill('SIGKILL')),
    });
    expect(killed.code).toBeNull();
    expect(existsSync(join(out, 'report.json'))).toBe(false);
    const finished = json(result(EXACT[0]!)).runtime.finished;
    const unfinished = EXACT.filter((id) => !existsSync(result(id)));

    const resumed = await reproduce([...only, '--out', out, '--resume']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toMatch(/resumed: \d of 3 claims were finished already/);
    expect(json(result(EXACT[0]!)).runtime.finished).toBe(finished);
    expect(resumed.stdout).not.toContain(`exact  ${EXACT[0]}`);
    for (const id of unfinished) expect(resumed.stdout).toContain(`exact  ${id}`);
    expect(json(join(out, 'report.json')).claims).toHaveLength(3);

    // other settings are another run: nothing is taken over
    const other = await reproduce(['--only', EXACT[0]!, '--out', out, '--resume', '--seed', '2']);
    expect(other.stderr).not.toContain('resumed');
    expect(json(result(EXACT[0]!)).runtime.finished).not.toBe(finished);
  }, 180_000);

  it('Ctrl-C stops, says how to resume, and leaves with 130', async () => {
    const out = folder();
    let sent = false;
    const { code, stderr } = await reproduce([...only, '--out', out], {
      watch(output, child) {
        if (sent || !output.stderr.includes('measuring')) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/Stopped\. \d of 3 claims are finished; the same command with --resume does the rest\./);
    expect(existsSync(join(out, 'report.json'))).toBe(false);
  }, 120_000);

  it('a pair whose subject lacks what the claim needs is not run, with the reason, code 3', async () => {
    const model = ['--model', miniBertFolder('no-ffn'), '--only', 'geva-2021/c7-many-cells-fire'];
    const { code, stdout } = await reproduce([...model, '--sample', '20', '--out', folder()]);
    expect(code).toBe(3);
    expect(stdout).toContain('– not run · no-ffn');
    expect(stdout).toContain('some of its layers have no feed-forward block');
  }, 60_000);
});
