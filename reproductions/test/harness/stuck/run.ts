/** Runs the claim that never ends, writing to the folder given; tells what it hears and leaves as the command line does. */
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { workspace } from '../../../src/harness/catalogue';
import { collectClaims } from '../../../src/harness/define-claim';
import { runClaims } from '../../../src/harness/run-claims';

const path = join(import.meta.dirname, 'stuck.claim.ts');
const [claim] = await collectClaims(() => import(pathToFileURL(path).href));
const out = process.argv[2]!;
const { id } = claim!;
await runClaims({
  claims: [{ claim: claim!, file: relative(workspace, path) }],
  run: {
    context: { scale: 'mini', seed: 1, work: { folder: out, key: '', resume: false } },
    out,
    fingerprints: { [id]: '' },
    accepted: {},
    comparesWithAccepted: false,
  },
  onStart: () => {},
  onProgress: () => {},
  onClaim: (name, errors) => console.log(`${name}: ${errors.join('; ')}`),
  onError: (message) => console.log(`error: ${message}`),
});
process.exitCode = 2;
process.stdout.write('done', () => process.exit());
