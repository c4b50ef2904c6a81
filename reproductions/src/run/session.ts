import { rmSync } from 'node:fs';
import type { ClaimRecord, StoredResult, Verdict } from '../claim/schema';
import { verdictLines } from '../report/console';
import type { Subject } from '../subjects/subject';
import { readAccepted } from './accepted';
import { canonicalJson, sha256 } from './canonical-json';
import { fingerprintOf } from './fingerprint';
import { interruptible } from './interrupted';
import { costOf, type Lane, planLanes, threadsOf } from './lanes';
import type { Options } from './options';
import { forgetHelp, progressFile } from './output-folder';
import { budgetOf, type Pair } from './plan';
import { progress } from './progress';
import { readResult, resultFile } from './results';
import type { RunContext } from './run-context';
import { runPairs } from './run-pairs';
import { say } from './say';
import type { Settings } from './store';

export interface Session {
  /** Results by key, of this run and of the one that it resumes. */
  stored: ReadonlyMap<string, StoredResult>;
  /** What went wrong outside of the results, also written to the log as it came. */
  failures: string[];
}

/** @param threads of the backend; they can differ from pair to pair */
export const settingsOf = (options: Options, out: string, threads = options.threads): Settings => ({
  seed: options.seed,
  ...(options.sample === undefined ? {} : { sample: options.sample }),
  ...(options.withGlue ? { glue: true } : {}),
  ...(options.thorough ? { thorough: true } : {}),
  ...(options.backend === undefined ? {} : { backend: options.backend }),
  ...(threads === undefined ? {} : { threads }),
  out,
  resume: options.resume,
});

/** Whether verdicts can be held against accepted ones: of the usual measurements of models that this repository ships. */
export const comparesWithAccepted = ({ sample, scale, withGlue, thorough }: Options): boolean =>
  scale === 'mini' && sample === undefined && !withGlue && !thorough;

/** Claims that are derived from others follow all of these. */
const turnOf = ({ claim: { record } }: Pair): number => (record.kind === 'derivedFrom' ? 1 : 0);

/**
 * Whether a run that resumes keeps an earlier result. What was missing where a claim was not run may be there now, and the claims
 * that a derived one follows from may have other verdicts: neither costs much to ask again.
 */
export const isKept = ({ result }: Pick<StoredResult, 'result'>, { kind }: Pick<ClaimRecord, 'kind'>): boolean =>
  result.verdict !== 'not run' && kind !== 'derivedFrom';

const acceptedVerdict = ({ subjectId, claim }: Pair): Verdict | undefined =>
  readAccepted(subjectId).claims[claim.record.id]?.verdict;

/** Measures what is not finished yet, cheap pairs first, so that verdicts appear early. */
export async function measureAll(
  pairs: readonly Pair[],
  options: Options,
  { out, given, print }: { out: string; given?: Subject; print(text: string): void },
): Promise<Session> {
  const settings = settingsOf(options, out);
  if (!options.resume) forgetHelp(out, pairs);
  const fingerprints = new Map(
    pairs.map((pair) => [pair.key, fingerprintOf(pair, settingsOf(options, out, threadsOf(pair, options)))]),
  );
  const read = (key: string) => readResult(out, key, fingerprints.get(key)!, say);
  const stored = new Map<string, StoredResult>();
  for (const { key, claim } of pairs) {
    const earlier = options.resume ? read(key) : undefined;
    if (earlier && isKept(earlier, claim.record)) stored.set(key, earlier);
    else rmSync(resultFile(out, key), { force: true });
  }
  if (stored.size) say(`resumed: ${stored.size} of ${pairs.length} claims were finished already`);
  const left = pairs
    .filter(({ key }) => !stored.has(key))
    .sort((a, b) => turnOf(a) - turnOf(b) || budgetOf(a) - budgetOf(b));
  const failures: string[] = [];
  const fail = (failure: string) => {
    say(`error: ${failure}`);
    failures.push(failure);
  };
  if (left.length === 0) return { stored, failures };
  const steps = planLanes(left, options, readAccepted);
  const costsOf = ({ pairs }: Lane) => Object.fromEntries(pairs.map((pair) => [pair.key, costOf(pair, readAccepted)]));
  const bar = progress(steps.map((lanes) => lanes.map(costsOf)));
  const stopped = () =>
    `Stopped. ${stored.size} of ${pairs.length} claims are finished; the same command with --resume does the rest.`;
  const about = sha256(canonicalJson({ ...settings, out: null, resume: null, pairs: [...fingerprints] }));
  const asked = pairs.map(({ key }) => key);
  const contextOf = ({ pairs, threads, helps = [] }: Lane): RunContext => ({
    settings: { ...settingsOf(options, out, threads), asked },
    pairs: pairs.map((pair) => ({
      key: pair.key,
      file: pair.claim.file,
      subject: pair.subjectId,
      turn: turnOf(pair),
      fingerprint: fingerprints.get(pair.key)!,
    })),
    helps: helps.map(({ key, claim, subjectId }) => ({ key, file: claim.file, subject: subjectId })),
    ...(given ? { given } : {}),
    about,
    accepted: Object.fromEntries(pairs.map((pair) => [pair.key, acceptedVerdict(pair)])),
    comparesWithAccepted: comparesWithAccepted(options),
    progressFile: progressFile(out),
  });
  await interruptible(stopped, async (signal) => {
    for (const lanes of steps) {
      if (signal.aborted) return;
      await runPairs({
        lanes: lanes.map(contextOf),
        signal,
        onStart: bar.start,
        onProgress: bar.advance,
        onEnd(key, errors) {
          const result = read(key);
          bar.finish(key, result?.runtime);
          if (!result) {
            fail(`${key} gave no result: ${errors.join('; ') || 'stopped'}`);
            return;
          }
          stored.set(key, result);
          for (const line of verdictLines(result.result)) print(line);
          if (result.runtime.overBudget) fail(result.runtime.overBudget);
        },
        onError: fail,
      });
    }
  }).finally(bar.clear);
  return { stored, failures };
}
