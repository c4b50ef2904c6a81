import { NotRun } from './not-run';

/** Errors that say already what was being done. */
const explained = new WeakSet<Error>();

/** Runs work; an error of it says what was being done, unless work inside of it has said so before. */
export async function whileDoing<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!(error instanceof NotRun) && !explained.has(error)) {
      explained.add(error);
      error.message = `${error.message} (while ${doing})`;
    }
    throw error;
  }
}
