import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it, vi } from 'vitest';
import { findPython } from '../src/peer';

const reason = () => vi.spyOn(console, 'error').mockImplementation(() => {});

it('says which Python is missing', () => {
  vi.stubEnv('INTERLAYER_PYTHON', 'no-such-python');
  const said = reason();
  expect(findPython()).toBeUndefined();
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/no-such-python.*ENOENT.*INTERLAYER_PYTHON/));
});

const python = spawnSync('python3', ['--version']).status === 0;
if (!python) console.warn('SKIPPED: the probe of a Python without PyTorch needs python3.');

it.skipIf(!python)('does not take a folder named torch for PyTorch', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'torch'));
  mkdirSync(join(folder, 'numpy'));
  // Before all installed packages, with numbers enough for the probe to come to PyTorch.
  writeFileSync(join(folder, 'numpy/__init__.py'), 'ones = lambda *_: [1, 1]');
  writeFileSync(join(folder, 'torch/__init__.py'), '');
  vi.stubEnv('PYTHONPATH', folder);
  const said = reason();
  expect(findPython()).toBeUndefined();
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/python3: AttributeError: module 'torch'.*from_numpy/));
});
