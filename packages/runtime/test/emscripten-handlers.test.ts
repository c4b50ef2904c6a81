import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { withoutEmscriptenHandlers } from '../src/emscripten-handlers';

/** Runs a program that starts the wasm backend, and gives what it writes to stderr. */
function run(then: string): string {
  const source = join(import.meta.dirname, '../src/start-backend.ts');
  const code = `const { startBackend } = await import(${JSON.stringify(source)}); await startBackend({ backend: 'wasm', log() {} }); ${then}`;
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=@interlayer/source', '--import', import.meta.resolve('tsx'), '--input-type=module', '-e', code],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  expect(status).not.toBe(0);
  return stderr;
}

describe('an error that nobody catches, after the wasm backend has started', () => {
  it.each([
    ['thrown', "setTimeout(() => { throw new Error('thrown after start') });", 'thrown after start'],
    ['rejected', "Promise.reject(new Error('rejected after start'));", 'rejected after start'],
  ])('%s: is printed as Node prints it, without code of the backend', (_, then, message) => {
    const stderr = run(then);
    expect(stderr).toContain(`Error: ${message}`);
    expect(stderr).not.toContain('WasmBackendModule');
    expect(stderr.length).toBeLessThan(4000);
  });
});

describe('withoutEmscriptenHandlers', () => {
  const ours: [string, (...values: never[]) => void][] = [];
  const on = (name: 'uncaughtException' | 'unhandledRejection', handler: (...values: never[]) => void) => {
    process.on(name, handler as never);
    ours.push([name, handler]);
    return handler;
  };
  afterEach(() => {
    for (const [name, handler] of ours.splice(0)) process.removeListener(name, handler as never);
  });

  it('leaves the handlers of others, also those added meanwhile and those that read alike but were there before', async () => {
    const before = on('unhandledRejection', new Function('return function(reason){throw reason}')());
    let meanwhile: unknown;
    const loaded = await withoutEmscriptenHandlers(async () => {
      meanwhile = on('uncaughtException', () => {});
      on('uncaughtException', new Function('return function(ex){if(!(ex instanceof ExitStatus)){throw ex}}')());
      on('unhandledRejection', new Function('return function(reason){throw reason}')());
      return 'loaded';
    });
    expect(loaded).toBe('loaded');
    expect(
      process.listeners('unhandledRejection').filter((each) => ours.some(([, own]) => own === (each as never))),
    ).toEqual([before]);
    expect(
      process.listeners('uncaughtException').filter((each) => ours.some(([, own]) => own === (each as never))),
    ).toEqual([meanwhile]);
  });

  it('takes them off too when loading fails', async () => {
    const fails = withoutEmscriptenHandlers(async () => {
      on('uncaughtException', new Function('return function(ex){if(!(ex instanceof ExitStatus)){throw ex}}')());
      throw new Error('no such file');
    });
    await expect(fails).rejects.toThrow('no such file');
    expect(
      process.listeners('uncaughtException').filter((each) => ours.some(([, own]) => own === (each as never))),
    ).toEqual([]);
  });
});
