/** Prints what `createExecutor` says here. */
import { createExecutor } from '../../src/index';

const said = await createExecutor({ provider: 'cpu', threads: 1 }).then(
  ({ name }) => name,
  (error: Error) => error.message,
);
console.log(JSON.stringify(said));
